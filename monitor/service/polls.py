"""The operational tables of polling: due times, validators, faults, entries seen. Not history: no event, no fold."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from monitor.log.codec import iso
from monitor.log.database import Database
from scrapers.fetch import Validators
from scrapers.source import Entry

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS polls (
        source TEXT PRIMARY KEY, due_at TEXT NOT NULL, etag TEXT, last_modified TEXT, failures REAL NOT NULL,
        last_ok TEXT, last_new TEXT, last_fault TEXT, tried INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS entries (
        source TEXT NOT NULL, key TEXT NOT NULL, url TEXT, seen_at TEXT NOT NULL, updated TEXT,
        attempts INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (source, key))""",
)


class Poll(msgspec.Struct, frozen=True):
    """What is remembered of one source between polls."""

    source: str
    due_at: datetime
    validators: Validators
    failures: float
    """Sum of the weights of the faults since the last success."""
    last_new: datetime | None
    tried: bool


class Polls:
    """The tables, over one database connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            for statement in SCHEMA:
                connection.execute(statement)

    def register(self, sources: Sequence[str], first_due: Iterable[datetime]) -> None:
        """Know these sources and no others; a new one is due at its `first_due`."""
        with self._database.transaction() as connection:
            for source, due in zip(sources, first_due, strict=True):
                connection.execute(
                    "INSERT INTO polls VALUES (?, ?, NULL, NULL, 0, NULL, NULL, NULL, 0) ON CONFLICT DO NOTHING",
                    (source, iso(due)),
                )
            marks = ",".join("?" * len(sources))
            connection.execute(f"DELETE FROM polls WHERE source NOT IN ({marks})", tuple(sources))

    def due(self, now: datetime | None) -> list[Poll]:
        """Sources whose time has come, the longest overdue first; all of them for None."""
        rows = self._database.connection.execute(
            "SELECT source, due_at, etag, last_modified, failures, last_new, tried FROM polls "
            "WHERE due_at <= ? ORDER BY due_at, source",
            (iso(now) if now else "9999",),
        ).fetchall()
        return [
            Poll(
                source,
                datetime.fromisoformat(due_at),
                Validators(etag, last_modified),
                failures,
                datetime.fromisoformat(last_new) if last_new else None,
                bool(tried),
            )
            for source, due_at, etag, last_modified, failures, last_new, tried in rows
        ]

    def every_source_tried(self) -> bool:
        """Whether each source has been asked at least once, with whatever answer."""
        return self._database.connection.execute("SELECT 1 FROM polls WHERE NOT tried LIMIT 1").fetchone() is None

    def succeeded(self, source: str, now: datetime, next_due: datetime, validators: Validators, new: int) -> None:
        """A source answered."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE polls SET due_at = ?, etag = ?, last_modified = ?, failures = 0, last_ok = ?, "
                "last_new = CASE WHEN ? THEN ? ELSE last_new END, last_fault = NULL, tried = 1 WHERE source = ?",
                (iso(next_due), validators.etag, validators.last_modified, iso(now), new, iso(now), source),
            )

    def failed(self, source: str, next_due: datetime, failures: float, says: str) -> None:
        """A source gave no usable answer."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE polls SET due_at = ?, failures = ?, last_fault = ?, tried = 1 WHERE source = ?",
                (iso(next_due), failures, says, source),
            )

    def unseen(self, source: str, entries: Sequence[Entry], now: datetime) -> list[tuple[Entry, datetime, int]]:
        """Entries whose article is still to be had, with when they were first seen and how often they were tried."""
        todo = []
        with self._database.transaction() as connection:
            for entry in entries:
                row = connection.execute(
                    "SELECT seen_at, attempts, done, updated FROM entries WHERE source = ? AND key = ?",
                    (source, entry.key),
                ).fetchone()
                if row is None:
                    connection.execute(
                        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, 0, 0)",
                        (source, entry.key, entry.url, iso(now), entry.updated),
                    )
                    todo.append((entry, now, 0))
                elif not row[2] or (entry.updated or "") > (row[3] or ""):
                    todo.append((entry, datetime.fromisoformat(row[0]), row[1]))
        return todo

    def tried(self, source: str, entry: Entry, *, done: bool) -> None:
        """An entry's article was recorded, set aside, or is to be tried again."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE entries SET attempts = attempts + 1, done = ?, updated = ? WHERE source = ? AND key = ?",
                (done, entry.updated, source, entry.key),
            )

    def forget(self, before: datetime) -> None:
        """Drop entries first seen before a moment: feeds do not list them any more."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM entries WHERE seen_at < ? AND done", (iso(before),))


def backed_off(interval: timedelta, failures: float) -> timedelta:
    """The wait after faults: doubled for each full failure, at most a day."""
    return min(interval * 2 ** min(failures, 10.0), timedelta(days=1))
