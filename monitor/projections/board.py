"""Where each watch stands, with what it rests on, as of now or of a moment. Reads only; folds by `monitor.meetings`."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

import msgspec

from monitor.meetings.model import Change, WatchState
from monitor.projections.watches import watch_state
from monitor.reading.model import Principal
from monitor.statuses import PartialDate, Signal


class MeetingPlace(msgspec.Struct, frozen=True):
    """A meeting with what is known of its place and time."""

    id: str
    venue: str | None
    date: PartialDate | None


class Evidence(msgspec.Struct, frozen=True):
    """The sentence that a status rests on, and who printed it."""

    text: str | None
    article: str
    source: str | None
    url: str | None
    published: datetime | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A status with its reasons."""

    status: Signal = Signal.NONE
    since: datetime | None = None
    """Publication of the article that tipped it (UTC)."""
    meeting: MeetingPlace | None = None
    confidence: float | None = None
    """0 to 1."""
    voices: int = 0
    official: bool = False
    why: str = ""
    """The rule that let the change through."""
    evidence: Evidence | None = None


class Card(Standing, frozen=True, kw_only=True):
    """One watch at a glance."""

    watch: str
    principals: tuple[str, ...]
    unconfirmed: Standing | None = None
    """A later change that still lacks voices."""
    last_article: datetime | None = None
    """Publication of the article that was read last of those that speak of the principals."""


Fold = Callable[[sqlite3.Connection, str, datetime | None], WatchState]
"""What gives the state of a watch as of a moment."""


def cards(connection: sqlite3.Connection, as_of: datetime | None = None, fold: Fold = watch_state) -> list[Card]:
    """A card for each watch in use, by name."""
    names = connection.execute("SELECT watch FROM watches WHERE NOT removed ORDER BY watch").fetchall()
    return [card(connection, name, as_of, fold) for (name,) in names]


def card(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None, fold: Fold = watch_state) -> Card:
    """One watch; what was published up to `as_of` counts, or everything.

    Raises:
        KeyError: there is no such watch.
    """
    known = _stored(connection, watch) if as_of is None else _known(connection, fold(connection, watch, as_of))
    current, unconfirmed, meeting, last = known
    standing = _standing(connection, current, meeting) if current else Standing()
    return Card(
        watch=watch,
        principals=principals(connection, watch),
        unconfirmed=_standing(connection, unconfirmed, None) if unconfirmed else None,
        last_article=last,
        **msgspec.structs.asdict(standing),
    )


def principals(connection: sqlite3.Connection, watch: str) -> tuple[str, ...]:
    """The names of the people a watch follows.

    Raises:
        KeyError: there is no such watch.
    """
    row = connection.execute("SELECT principals FROM watches WHERE watch = ? AND NOT removed", (watch,)).fetchone()
    if row is None:
        raise KeyError(watch)
    return tuple(p.name for p in msgspec.json.decode(row[0], type=tuple[Principal, ...]))


Known = tuple[Change | None, Change | None, MeetingPlace | None, datetime | None]
"""The change that stands, the unconfirmed one, the meeting of the first, and the last article's publication."""


def _stored(connection: sqlite3.Connection, watch: str) -> Known:
    row = connection.execute(
        "SELECT s.current, s.unconfirmed, m.meeting, m.venue, m.date FROM statuses s "
        "LEFT JOIN meetings m ON m.watch = s.watch AND m.meeting = json_extract(s.current, '$.meeting') "
        "WHERE s.watch = ?",
        (watch,),
    ).fetchone()
    last = connection.execute(
        "SELECT article FROM readings WHERE watch = ? ORDER BY position DESC LIMIT 1", (watch,)
    ).fetchone()
    published = _counted_at(connection, last[0]) if last else None
    if row is None:
        return None, None, None, published
    current, unconfirmed = (msgspec.json.decode(text, type=Change) if text else None for text in row[:2])
    return current, unconfirmed, MeetingPlace(*row[2:]) if row[2] else None, published


def _known(connection: sqlite3.Connection, state: WatchState) -> Known:
    current = state.current
    meeting = next((m for m in state.meetings if current and m.id == current.meeting), None)
    place = MeetingPlace(meeting.id, meeting.venue, meeting.date) if meeting else None
    last = _counted_at(connection, state.verdicts[-1].article) if state.verdicts else None
    return current, state.unconfirmed, place, last


def _counted_at(connection: sqlite3.Connection, article: str) -> datetime | None:
    (at,) = connection.execute("SELECT counted_at FROM articles WHERE article = ?", (article,)).fetchone()
    return datetime.fromisoformat(at) if at else None


def _standing(connection: sqlite3.Connection, change: Change, meeting: MeetingPlace | None) -> Standing:
    row = connection.execute(
        "SELECT outlet, url, published FROM articles WHERE article = ?", (change.article,)
    ).fetchone()
    outlet, url, published = row or (None, None, None)
    return Standing(
        status=change.status,
        since=change.at,
        meeting=meeting or MeetingPlace(change.meeting, change.venue, change.date),
        confidence=round(change.confidence, 3),
        voices=change.voices,
        official=change.official,
        why=change.why,
        evidence=Evidence(
            change.evidence, change.article, outlet, url, datetime.fromisoformat(published) if published else None
        ),
    )
