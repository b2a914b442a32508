"""The log as people look at it: newest first, filtered, and the changes that were announced. Reads only."""

import sqlite3
from datetime import datetime

import msgspec

from monitor.events import Mode, Recorded
from monitor.log.codec import recorded
from monitor.log.sqlite import COLUMNS
from monitor.meetings.model import Change


class Announced(msgspec.Struct, frozen=True):
    """A change as it was announced."""

    position: int
    recorded_at: datetime
    type: str
    """StatusChanged, ChangeReported (unconfirmed) or ChangeWithdrawn."""
    watch: str
    mode: Mode
    change: Change
    title: str | None
    source: str | None
    url: str | None
    hash: str
    """Of the event: its identity in feeds, the same everywhere."""


def head(connection: sqlite3.Connection) -> int:
    """Position of the last event; 0 for an empty log."""
    (position,) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
    return int(position)


def events_before(
    connection: sqlite3.Connection, *, before: int | None, type_: str | None, stream: str | None, limit: int
) -> list[Recorded]:
    """Events, the newest first, from the one before `before`."""
    return _events(connection, ("position < ?", before, "DESC"), type_, stream, limit)


def events_after(
    connection: sqlite3.Connection, *, after: int, type_: str | None, stream: str | None, limit: int
) -> list[Recorded]:
    """Events in order, from the one after `after`."""
    return _events(connection, ("position > ?", after, "ASC"), type_, stream, limit)


def _events(
    connection: sqlite3.Connection,
    side: tuple[str, int | None, str],
    type_: str | None,
    stream: str | None,
    limit: int,
) -> list[Recorded]:
    test, position, order = side
    tests = [(test, position), ("type = ?", type_), ("stream = ?", stream)]
    where = " AND ".join(text for text, value in tests if value is not None) or "true"
    values = [value for _, value in tests if value is not None]
    query = f"SELECT {COLUMNS}, hash FROM events WHERE {where} ORDER BY position {order} LIMIT ?"
    return [recorded(row[:-1], row[-1]) for row in connection.execute(query, [*values, limit]).fetchall()]


ANNOUNCED = """
SELECT t.position, e.recorded_at, t.type, t.watch, t.mode, t.change, a.title, a.outlet, a.url, e.hash
FROM told t JOIN events e ON e.position = t.position LEFT JOIN articles a ON a.article = t.article
"""


def announced_after(
    connection: sqlite3.Connection, *, after: int, watch: str | None = None, limit: int
) -> list[Announced]:
    """Announced changes in order, from the one after `after`."""
    where = "WHERE t.position > ? AND (? IS NULL OR t.watch = ?) ORDER BY t.position LIMIT ?"
    return [_announced(row) for row in connection.execute(ANNOUNCED + where, (after, watch, watch, limit))]


def latest_announced(connection: sqlite3.Connection, *, watch: str | None, limit: int) -> list[Announced]:
    """The changes announced last, the newest first; of one watch or of all."""
    where = "WHERE t.watch = ?" if watch else "WHERE ? IS NULL"
    query = f"{ANNOUNCED} {where} ORDER BY t.position DESC LIMIT ?"
    return [_announced(row) for row in connection.execute(query, (watch, limit))]


def _announced(row: tuple[object, ...]) -> Announced:
    fields = dict(zip(Announced.__struct_fields__, row, strict=True))
    fields["change"] = msgspec.json.decode(str(fields["change"]))
    return msgspec.convert(fields, type=Announced)


def last_read_at(connection: sqlite3.Connection) -> datetime | None:
    """When a reader last read anything (UTC)."""
    row = connection.execute(
        "SELECT recorded_at FROM events WHERE position = (SELECT max(p) FROM ("
        "SELECT max(position) AS p FROM events WHERE type = 'ArticleRead' UNION "
        "SELECT max(position) FROM events WHERE type = 'ArticleDismissed'))"
    ).fetchone()
    return datetime.fromisoformat(row[0]) if row else None
