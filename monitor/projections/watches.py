"""Reads the folded state of watches back, as of now or of a moment. Writes nothing."""

import sqlite3
from datetime import datetime
from typing import Any

import msgspec

from monitor.meetings.fold import fold
from monitor.meetings.model import Change, Meeting, Policy, Verdict, WatchState
from monitor.projections.observations import load_observations


def watch_names(connection: sqlite3.Connection) -> list[str]:
    """The watches in use, by name."""
    rows = connection.execute("SELECT watch FROM watches WHERE NOT removed ORDER BY watch").fetchall()
    return [row[0] for row in rows]


def watch_state(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> WatchState:
    """Meetings and changes of a watch: as stored, or folded anew from what was published up to `as_of`."""
    if as_of is not None:
        row = connection.execute("SELECT policy FROM watches WHERE watch = ?", (watch,)).fetchone()
        policy = msgspec.json.decode(row[0], type=Policy) if row else Policy()
        return fold(watch, load_observations(connection, watch, as_of), policy)
    meetings = _meetings(connection, watch)
    changes = sorted((c for m in meetings for c in m.changes), key=lambda c: (c.at, c.article, c.meeting))
    status = connection.execute("SELECT current, unconfirmed FROM statuses WHERE watch = ?", (watch,)).fetchone()
    current, unconfirmed = status or (None, None)
    verdicts = connection.execute(
        "SELECT article, meeting, counted, reason FROM verdicts WHERE watch = ? ORDER BY article", (watch,)
    ).fetchall()
    return WatchState(
        watch,
        tuple(meetings),
        tuple(changes),
        _change(current),
        _change(unconfirmed),
        tuple(Verdict(article, meeting, bool(counted), reason) for article, meeting, counted, reason in verdicts),
    )


def _meetings(connection: sqlite3.Connection, watch: str) -> list[Meeting]:
    changes: dict[str, list[Change]] = {}
    rows = connection.execute(
        "SELECT meeting, change FROM changes WHERE watch = ? ORDER BY meeting, number", (watch,)
    ).fetchall()
    for meeting, text in rows:
        changes.setdefault(meeting, []).append(msgspec.json.decode(text, type=Change))
    rows = connection.execute(
        "SELECT meeting, status, venue, date, background FROM meetings WHERE watch = ? ORDER BY ordinal",
        (watch,),
    ).fetchall()
    return [
        msgspec.convert(
            {
                "id": meeting,
                "status": status,
                "venue": venue,
                "date": date,
                "changes": tuple(changes.get(meeting, ())),
                "background": bool(background),
            },
            type=Meeting,
        )
        for meeting, status, venue, date, background in rows
    ]


def _change(text: str | None) -> Change | None:
    return msgspec.json.decode(text, type=Change) if text else None


def status_json(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> dict[str, Any]:
    """The object that `status --json` prints for one watch (command contract)."""
    state = watch_state(connection, watch, as_of)
    shown = _shown(connection, state, state.current)
    unconfirmed = _shown(connection, state, state.unconfirmed) if state.unconfirmed else None
    return {"watch": watch, **shown, "unconfirmed": unconfirmed}


def _shown(connection: sqlite3.Connection, state: WatchState, change: Change | None) -> dict[str, Any]:
    if change is None:
        return {"status": "none", "since": None, "meeting": None, "confidence": None, "evidence": None}
    meeting = next((m for m in state.meetings if m.id == change.meeting), None)
    row = connection.execute(
        "SELECT outlet, url, published FROM articles WHERE article = ?", (change.article,)
    ).fetchone()
    outlet, url, published = row or (None, None, None)
    return {
        "status": change.status,
        "since": _instant(change.at),
        "meeting": {
            "id": change.meeting,
            "venue": meeting.venue if meeting else change.venue,
            "date": meeting.date if meeting else change.date,
        },
        "confidence": round(change.confidence, 3),
        "evidence": {
            "text": change.evidence,
            "source": outlet,
            "url": url,
            "published": _instant(datetime.fromisoformat(published)) if published else None,
        },
    }


def timeline_json(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> dict[str, Any]:
    """The object that `timeline --json` prints for one watch (command contract)."""
    state = watch_state(connection, watch, as_of)
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
            for meeting in state.meetings
        ],
    }


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
