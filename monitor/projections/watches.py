"""The whole state of a watch, as of now or of a moment, and the forms that commands print. Writes nothing."""

import sqlite3
from datetime import datetime
from typing import Any

import msgspec

from monitor.meetings.history import current
from monitor.meetings.model import Meeting, WatchState
from monitor.projections import moments
from monitor.projections.moments import place
from monitor.projections.standing import Standing, standing, unconfirmed


def watch_names(connection: sqlite3.Connection) -> list[str]:
    """The watches in use, by name."""
    rows = connection.execute("SELECT watch FROM watches WHERE NOT removed ORDER BY watch").fetchall()
    return [row[0] for row in rows]


def watch_state(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> WatchState:
    """Everything that follows from what was published up to `as_of` (UTC), or from everything."""
    until = place(as_of)
    changes = moments.changes(connection, watch, until)
    return WatchState(
        watch,
        moments.meetings(connection, watch, until, changes),
        tuple(changes),
        current(changes),
        moments.unconfirmed(connection, watch, until),
        tuple(moments.verdicts(connection, watch, until)),
    )


def watch_meetings(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> tuple[Meeting, ...]:
    """The meetings of `watch_state` alone."""
    until = place(as_of)
    return moments.meetings(connection, watch, until, moments.changes(connection, watch, until))


def status_json(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> dict[str, Any]:
    """The object that `status --json` prints for one watch (command contract)."""
    until = place(as_of)
    rumour = unconfirmed(connection, watch, until)
    shown = _shown(standing(connection, watch, until))
    return {"watch": watch, **shown, "unconfirmed": _shown(rumour) if rumour else None}


def _shown(standing: Standing) -> dict[str, Any]:
    evidence = standing.evidence
    return {
        "status": standing.status,
        "since": _instant(standing.since),
        "meeting": msgspec.structs.asdict(standing.meeting) if standing.meeting else None,
        "confidence": standing.confidence,
        "evidence": {
            "text": evidence.text,
            "source": evidence.source,
            "url": evidence.url,
            "published": _instant(evidence.published),
        }
        if evidence
        else None,
    }


def timeline_json(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> dict[str, Any]:
    """The object that `timeline --json` prints for one watch (command contract)."""
    return {
        "watch": watch,
        "meetings": [
            {
                "id": meeting.id,
                "status": meeting.status,
                "venue": meeting.venue,
                "date": meeting.date,
                "background": meeting.background,
                "changes": [
                    {
                        "status": change.status,
                        "at": _instant(change.at),
                        "article": change.article,
                        "evidence": change.evidence,
                    }
                    for change in meeting.changes
                ],
            }
            for meeting in watch_meetings(connection, watch, as_of)
        ],
    }


def _instant(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
