"""How a watch stood at a moment, looked up in what the steps of its fold left behind. Folds and writes nothing."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from monitor.log.codec import iso
from monitor.meetings.history import Course, fresh
from monitor.meetings.history import meetings as joined
from monitor.meetings.ledger import Ledger, Noted
from monitor.meetings.model import Change, Meeting, Verdict
from monitor.meetings.places import Places
from monitor.reading.venues import gazetteer
from monitor.statuses import Signal

Place = tuple[str, str]
"""Where an observation stands in its watch: publication (ISO 8601, UTC) and article."""
BEFORE_ALL: Final[Place] = ("", "")
AFTER_ALL: Final[Place] = ("9999", "")
_AFTER_ARTICLES: Final = "\U0010ffff"


def place(as_of: datetime | None) -> Place:
    """The place up to which everything had been published by a moment (UTC); None: everything."""
    return (iso(as_of), _AFTER_ARTICLES) if as_of else AFTER_ALL


def changes(connection: sqlite3.Connection, watch: str, until: Place, after: Place = BEFORE_ALL) -> list[Change]:
    """The confirmed changes from the one after `after` up to and with `until`, in order."""
    found = connection.execute(
        "SELECT change FROM changes WHERE watch = ? AND (at, article) > (?, ?) AND (at, article) <= (?, ?) "
        "ORDER BY at, article, nth",
        (watch, *after, *until),
    )
    return [_DECODE_CHANGE(text) for (text,) in found]


def current(connection: sqlite3.Connection, watch: str, until: Place) -> Change | None:
    """The change that the status rested on: see `monitor.meetings.history.current`."""
    row = connection.execute(
        "SELECT change FROM changes WHERE watch = ?1 AND nth = 0 AND (at, article) = (SELECT at, article FROM changes "
        "WHERE watch = ?1 AND (at, article) <= (?2, ?3) ORDER BY at DESC, article DESC LIMIT 1)",
        (watch, *until),
    ).fetchone()
    return _DECODE_CHANGE(row[0]) if row else None


def unconfirmed(connection: sqlite3.Connection, watch: str, until: Place) -> Change | None:
    """The change that lacked voices."""
    row = connection.execute(
        "SELECT change FROM rumours WHERE watch = ? AND (at, article) <= (?, ?) ORDER BY at DESC, article DESC LIMIT 1",
        (watch, *until),
    ).fetchone()
    if row is None or row[0] is None:
        return None
    (last,) = connection.execute(
        "SELECT max(at) FROM verdicts WHERE watch = ? AND (at, article) <= (?, ?)", (watch, *until)
    ).fetchone()
    return fresh(_DECODE_CHANGE(row[0]), datetime.fromisoformat(last))


def course(connection: sqlite3.Connection, watch: str, meeting: str, until: Place) -> Course | None:
    """How a meeting stood; None where it was not known."""
    row = connection.execute(
        "SELECT meeting, status, venue, date FROM courses WHERE watch = ? AND meeting = ? AND (at, article) <= (?, ?) "
        "ORDER BY at DESC, article DESC LIMIT 1",
        (watch, meeting, *until),
    ).fetchone()
    return _course(*row) if row else None


def courses(connection: sqlite3.Connection, watch: str, until: Place) -> list[Course]:
    """How every confirmed meeting stood, in the order in which they were confirmed."""
    found = connection.execute(
        "SELECT meeting, status, venue, date, max(at || article) FROM courses "
        "WHERE watch = ? AND (at, article) <= (?, ?) GROUP BY meeting ORDER BY length(meeting), meeting",
        (watch, *until),
    )
    return [_course(*row[:4]) for row in found]


def _course(meeting: str, status: str, venue: str | None, date: str | None) -> Course:
    return Course(meeting, Signal(status), venue, date)


def ledger(connection: sqlite3.Connection, watch: str, until: Place, places: Places | None = None) -> Ledger:
    """The past meetings that had been mentioned."""
    kept = Ledger(watch, places or Places(gazetteer()))
    for (text,) in connection.execute(
        "SELECT noted FROM mentions WHERE watch = ? AND (at, article) <= (?, ?) ORDER BY at, article, nth",
        (watch, *until),
    ):
        kept.recall(_DECODE_NOTED(text))
    return kept


def meetings(
    connection: sqlite3.Connection, watch: str, until: Place, changed: Iterable[Change] = ()
) -> tuple[Meeting, ...]:
    """The confirmed meetings, with those of the changes that are given, then those known from mentions of the past."""
    return joined(courses(connection, watch, until), changed, ledger(connection, watch, until))


def verdicts(connection: sqlite3.Connection, watch: str, until: Place) -> list[Verdict]:
    """What became of each article, in order of publication."""
    found = connection.execute(
        "SELECT article, meeting, counted, reason FROM verdicts WHERE watch = ? AND (at, article) <= (?, ?) "
        "ORDER BY at, article",
        (watch, *until),
    )
    return [Verdict(article, meeting, bool(counted), reason) for article, meeting, counted, reason in found]


_DECODE_CHANGE: Final = msgspec.json.Decoder(Change).decode
_DECODE_NOTED: Final = msgspec.json.Decoder(Noted).decode
