"""How the installation is: counts of events, lag, sources and their rhythm, the outbox. Reads only."""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from monitor.log.codec import iso
from monitor.projections.rows import rows
from monitor.projections.sources import Complaint


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of the polling of one source."""

    source: str
    due_at: datetime
    last_ok: datetime | None
    last_new: datetime | None
    last_fault: str | None
    failures: float


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How many articles a source gave."""

    articles: int = 0
    last_seen: datetime | None = None
    per_day: tuple[int, ...] = ()
    """First seen on each of the last days, the present one last."""


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """One alert with its way to the channel."""

    alert: str
    channel: str
    kind: str
    watch: str | None
    state: str
    """queued, told (in another message), sent or abandoned."""
    queued_at: datetime
    next_at: datetime
    attempts: int
    reason: str | None
    """What the server said last, where it refused."""
    ended_at: datetime | None
    answer: str | None
    why: str
    position: int


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def polls(connection: sqlite3.Connection) -> dict[str, Poll]:
    """Source → its polling; empty where no daemon has run yet."""
    if not _has(connection, "polls"):
        return {}
    query = "SELECT source, due_at, last_ok, last_new, last_fault, failures FROM polls"
    return {poll.source: poll for poll in rows(connection, query, (), Poll)}


def rhythms(connection: sqlite3.Connection, now: datetime, days: int) -> dict[str, Rhythm]:
    """Source → how many articles it gave, in all and on each of the last `days` days; imports and seeds have none."""
    first = (now - timedelta(days=days - 1)).date()
    counts: dict[str, list[int]] = {}
    for feed, day, count in connection.execute(
        "SELECT feed, substr(first_seen, 1, 10), count(*) FROM articles "
        "WHERE origin = 'poll' AND first_seen >= ? GROUP BY 1, 2",
        (first.isoformat(),),
    ):
        place = (datetime.fromisoformat(day).date() - first).days
        if place < days:
            counts.setdefault(feed, [0] * days)[place] = count
    return {
        feed: Rhythm(
            articles=count, last_seen=datetime.fromisoformat(last), per_day=tuple(counts.get(feed, [0] * days))
        )
        for feed, count, last in connection.execute("SELECT feed, articles, last_seen FROM feeds")
    }


def source_state(poll: Poll | None, complaint: Complaint | None) -> str:
    """How a configured source is, in one word; a fault makes it failing only when the log says so."""
    if complaint is not None:
        return complaint.state
    if poll is None or (poll.last_ok is None and poll.last_fault is None):
        return "untried"
    return "fault" if poll.last_fault is not None else "working"


def source_fault(poll: Poll | None, complaint: Complaint | None) -> str:
    """What is wrong with a source; empty where nothing is."""
    return (complaint.reason if complaint else poll and poll.last_fault) or ""


ALERT = (
    "SELECT alert, channel, kind, watch, state, queued_at, next_at, attempts, reason, ended_at, answer, why, position "
    "FROM outbox"
)


def alerts_before(
    connection: sqlite3.Connection, *, before: int | None, state: str | None, channel: str | None, limit: int
) -> list[AlertLine]:
    """Alerts, the newest first, from the one before position `before`."""
    query = (
        f"{ALERT} WHERE (? IS NULL OR position < ?) AND (? IS NULL OR state = ?) AND (? IS NULL OR channel = ?) "
        "ORDER BY position DESC LIMIT ?"
    )
    return rows(connection, query, (before, before, state, state, channel, channel, limit), AlertLine)


def alerts_after(connection: sqlite3.Connection, *, after: int, state: str | None, limit: int) -> list[AlertLine]:
    """Alerts in order of position, from the one after `after`."""
    query = f"{ALERT} WHERE position > ? AND (? IS NULL OR state = ?) ORDER BY position LIMIT ?"
    return rows(connection, query, (after, state, state, limit), AlertLine)


def alert(connection: sqlite3.Connection, key: str) -> AlertLine:
    """One alert.

    Raises:
        KeyError: there is no such alert.
    """
    found = rows(connection, f"{ALERT} WHERE alert = ?", (key,), AlertLine)
    if not found:
        raise KeyError(key)
    return found[0]


def event_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Event type → how many the log holds."""
    return dict(connection.execute("SELECT type, count(*) FROM events GROUP BY type").fetchall())


def positions(connection: sqlite3.Connection) -> dict[str, int]:
    """Projection → the position of the log up to which it has folded."""
    return dict(connection.execute("SELECT projection, position FROM checkpoints").fetchall())


def lags(connection: sqlite3.Connection, head: int) -> dict[str, int]:
    """Projection → how many events it is behind the log."""
    return {projection: head - position for projection, position in positions(connection).items()}


def status_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Status → how many watches in use have it."""
    query = "SELECT s.status, count(*) FROM statuses s JOIN watches w USING (watch) WHERE NOT w.removed GROUP BY 1"
    return dict(connection.execute(query).fetchall())


def waiting_alerts(connection: sqlite3.Connection, now: datetime) -> dict[str, tuple[int, float]]:
    """Channel → alerts that wait, and for how many seconds the oldest does."""
    query = "SELECT channel, count(*), min(queued_at) FROM outbox WHERE state = 'queued' AND queued_at <= ? GROUP BY 1"
    return {
        channel: (count, (now - datetime.fromisoformat(oldest)).total_seconds())
        for channel, count, oldest in connection.execute(query, (iso(now),))
    }
