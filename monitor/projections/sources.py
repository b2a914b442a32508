"""Folds what the log says of sources: complaints, moves, and what was set aside. Knows nothing of due times."""

import sqlite3
from datetime import datetime
from typing import ClassVar

import msgspec

from monitor.events import (
    ArticleReleased,
    ArticleSetAside,
    Recorded,
    SourceFailing,
    SourceMoved,
    SourceRecovered,
    SourceSilent,
)
from monitor.log.codec import iso
from monitor.projections.rows import rows

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS complaints (
        feed TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, since TEXT NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS moves (feed TEXT PRIMARY KEY, url TEXT NOT NULL, since TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS set_aside (
        item TEXT PRIMARY KEY, feed TEXT NOT NULL, reason TEXT NOT NULL, text TEXT, since TEXT NOT NULL,
        released INTEGER NOT NULL, position INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS set_aside_feed ON set_aside (feed, position)",
)


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with a source."""

    feed: str
    state: str
    """failing, silent or gone."""
    reason: str
    since: datetime


class SetAside(msgspec.Struct, frozen=True):
    """Something that was not taken for an article."""

    item: str
    feed: str
    reason: str
    since: datetime
    released: bool


class SourcesProjection:
    """The standing complaint of each source, where it moved, and what was set aside."""

    name: ClassVar[str] = "sources"
    version: ClassVar[int] = 1
    types: ClassVar[tuple[str, ...]] = (
        "SourceFailing",
        "SourceRecovered",
        "SourceSilent",
        "SourceMoved",
        "ArticleSetAside",
        "ArticleReleased",
    )
    tables: ClassVar[tuple[str, ...]] = ("complaints", "moves", "set_aside")
    schema: ClassVar[tuple[str, ...]] = SCHEMA

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """See `Projection`."""
        at = iso(event.recorded_at)
        match event.data:
            case SourceFailing(feed=feed, reason=reason):
                _complain(connection, feed, "failing", reason, at)
            case SourceSilent(feed=feed, last_new=last, expected_days=days):
                says = f"nothing new since {last:%Y-%m-%d}" if last else "nothing new"
                _complain(connection, feed, "silent", f"{says}, though {days:g} days are its longest usual pause", at)
            case SourceMoved(feed=feed, to=None):
                _complain(connection, feed, "gone", "the server says that it is gone for good (410)", at)
            case SourceMoved(feed=feed, to=to):
                connection.execute("INSERT OR REPLACE INTO moves VALUES (?, ?, ?)", (feed, to, at))
            case SourceRecovered(feed=feed):
                connection.execute("DELETE FROM complaints WHERE feed = ?", (feed,))
            case ArticleSetAside(item=item, feed=feed, reason=reason, text=text):
                connection.execute(
                    "INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?, ?, 0, ?)",
                    (item, feed, reason, text, at, event.position),
                )
            case ArticleReleased(item=item):
                connection.execute("UPDATE set_aside SET released = 1 WHERE item = ?", (item,))
            case _:
                pass

    def finish(self, connection: sqlite3.Connection) -> None:
        """See `Projection`; nothing is derived."""


def _complain(connection: sqlite3.Connection, feed: str, state: str, reason: str, at: str) -> None:
    connection.execute("INSERT OR REPLACE INTO complaints VALUES (?, ?, ?, ?)", (feed, state, reason, at))


def complaints(connection: sqlite3.Connection) -> dict[str, Complaint]:
    """Source → what is wrong with it; sources that are well are not in it."""
    found = rows(connection, "SELECT feed, state, reason, since FROM complaints", (), Complaint)
    return {complaint.feed: complaint for complaint in found}


def moves(connection: sqlite3.Connection) -> dict[str, str]:
    """Source → where its server says that it moved for good."""
    return dict(connection.execute("SELECT feed, url FROM moves").fetchall())


def set_aside(connection: sqlite3.Connection, *, feed: str | None = None, limit: int = 100) -> list[SetAside]:
    """What was set aside and not released, the latest first."""
    query = (
        "SELECT item, feed, reason, since, released FROM set_aside "
        "WHERE NOT released AND (? IS NULL OR feed = ?) ORDER BY position DESC LIMIT ?"
    )
    return rows(connection, query, (feed, feed, limit), SetAside)
