"""The operational tables of polling: due times, validators, faults, entries. Not history: no event, no fold."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from monitor.log.codec import iso
from monitor.log.database import Database
from monitor.service.health import KEPT, expected_silence, merged, usual_pause
from scrapers.exchange import NO_VALIDATORS, Validators
from scrapers.source import Entry, Listing

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS polls (
        source TEXT PRIMARY KEY, url TEXT NOT NULL, due_at TEXT NOT NULL, tried INTEGER NOT NULL,
        etag TEXT, last_modified TEXT, digest TEXT, failures REAL NOT NULL, complaint TEXT, last_ok TEXT,
        last_new TEXT, last_fault TEXT, arrivals TEXT NOT NULL, pause REAL, silent_at TEXT, lengths TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS polls_due_at ON polls (due_at)",
    """CREATE TABLE IF NOT EXISTS entries (
        source TEXT NOT NULL, key TEXT NOT NULL, url TEXT, title TEXT NOT NULL, published TEXT, updated TEXT,
        precision TEXT NOT NULL, body BLOB NOT NULL, whole INTEGER NOT NULL, seen_at TEXT NOT NULL,
        listed_at TEXT NOT NULL, next_at TEXT, attempts INTEGER NOT NULL, visits INTEGER NOT NULL,
        released INTEGER NOT NULL, etag TEXT, last_modified TEXT, text TEXT, PRIMARY KEY (source, key))""",
    "CREATE INDEX IF NOT EXISTS entries_next_at ON entries (next_at, source) WHERE next_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS entries_text ON entries (source, text) WHERE text IS NOT NULL",
)
REVISITS: Final = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""When a new article is fetched again, counted from the first time: newsrooms correct within the day."""
MAX_VISITS: Final = 12
"""Fetches of one article, whatever its feed says: some pages change with every look at them."""
FORGOTTEN_AFTER: Final = timedelta(days=30)
"""Entries that no listing has named for so long are forgotten."""


class Poll(msgspec.Struct, frozen=True):
    """What is remembered of one source between polls."""

    source: str
    due_at: str
    tried: bool
    validators: Validators
    digest: str | None
    failures: float
    """Sum of the weights of the faults since the last success."""
    complaint: str | None
    """What was last said of it in the log and not taken back: failing, silent, thin, rotten or gone."""
    silent_at: str | None
    """When its silence becomes worth a word."""
    arrivals: str
    """JSON list of the instants of its last entries."""
    pause: float | None
    """Seconds between two of them, usually; None while that is not known."""
    pending: bool
    """Whether articles of it are to be fetched."""

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Of its last entries."""
        return tuple(map(datetime.fromisoformat, json.loads(self.arrivals)))


class Pending(msgspec.Struct, frozen=True):
    """An entry whose article is to be fetched."""

    entry: Entry
    seen_at: datetime
    attempts: int
    """Failed ones since the last success."""
    visits: int
    """Successful ones."""
    released: bool
    """Whether a person said that it is an article, whatever it looks like."""
    validators: Validators


class Polls:
    """The tables, over one database connection. Writing methods take the connection of an open transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            for statement in SCHEMA:
                connection.execute(statement)

    def register(self, sources: Sequence[tuple[str, str]], first_due: Iterable[datetime], now: datetime) -> None:
        """Know these (name, address) and no others; a new one is due at its `first_due`. Forgets old entries."""
        with self._database.transaction() as connection:
            for (source, url), due in zip(sources, first_due, strict=True):
                connection.execute(
                    "INSERT INTO polls (source, url, due_at, tried, failures, arrivals, lengths) "
                    "VALUES (?, ?, ?, 0, 0, '[]', '[]') "
                    "ON CONFLICT (source) DO UPDATE SET url = excluded.url, etag = NULL, last_modified = NULL, "
                    "digest = NULL, due_at = excluded.due_at WHERE url != excluded.url",
                    (source, url, iso(due)),
                )
            names = json.dumps([source for source, _ in sources])
            for table in ("polls", "entries"):
                connection.execute(
                    f"DELETE FROM {table} WHERE source NOT IN (SELECT value FROM json_each(?))", (names,)
                )
            connection.execute("DELETE FROM entries WHERE listed_at < ?", (iso(now - FORGOTTEN_AFTER),))

    def due(self, now: datetime | None) -> list[Poll]:
        """Sources with something to do, the longest overdue first; all of them for None."""
        rows = self._database.connection.execute(
            "WITH waiting AS (SELECT DISTINCT source FROM entries WHERE next_at <= :now) "
            "SELECT source, due_at, tried, etag, last_modified, digest, failures, complaint, silent_at, arrivals, "
            "pause, source IN waiting FROM polls "
            "WHERE :every OR due_at <= :now OR source IN waiting ORDER BY due_at, source",
            {"now": iso(now) if now else "9999", "every": now is None},
        ).fetchall()
        return [_poll(*row) for row in rows]

    def next_due(self) -> datetime | None:
        """When there is something to do next; None for no source at all."""
        row = self._database.connection.execute(
            "SELECT min(at) FROM (SELECT min(due_at) AS at FROM polls UNION ALL SELECT min(next_at) FROM entries)"
        ).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def every_source_tried(self, now: datetime) -> bool:
        """Whether each source has been asked, and what it had has been fetched or has failed once."""
        row = self._database.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM polls WHERE NOT tried) OR EXISTS (SELECT 1 FROM entries "
            "WHERE next_at <= ? AND attempts = 0 AND visits = 0)",
            (iso(now),),
        ).fetchone()
        return not row[0]

    def answered(self, connection: Any, source: str, now: datetime, due: datetime, complaint: str | None) -> None:
        """A source answered, with something new or not."""
        connection.execute(
            "UPDATE polls SET due_at = ?, failures = 0, last_ok = ?, last_fault = NULL, tried = 1, complaint = ? "
            "WHERE source = ?",
            (iso(due), iso(now), complaint, source),
        )

    def failed(
        self, connection: Any, source: str, due: datetime, failures: float, says: str, complaint: str | None
    ) -> None:
        """A source gave no usable answer."""
        connection.execute(
            "UPDATE polls SET due_at = ?, failures = ?, last_fault = ?, tried = 1, complaint = ? WHERE source = ?",
            (iso(due), failures, says[:500], complaint, source),
        )

    def listed(self, connection: Any, poll: Poll, listing: Listing, now: datetime) -> tuple[int, float | None]:
        """Keep what a source listed. -> how many entries are new, and its usual pause in seconds."""
        entries = self._under_known_keys(connection, poll.source, listing.entries)
        known = self._known(connection, poll.source, entries)
        new = [entry for entry in entries if entry.key not in known]
        connection.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, NULL, NULL, NULL)",
            [(poll.source, *_columns(entry), iso(now), iso(now), iso(now)) for entry in new],
        )
        changed = [entry for entry in entries if entry.key in known and _later(entry.updated, known[entry.key])]
        connection.executemany(
            "UPDATE entries SET url = ?, title = ?, published = ?, updated = ?, precision = ?, body = ?, whole = ?, "
            "next_at = ? WHERE source = ? AND key = ? AND visits < ?",
            [(*_columns(e)[1:], iso(now), poll.source, e.key, MAX_VISITS) for e in changed],
        )
        connection.execute(
            "UPDATE entries SET listed_at = ? WHERE source = ? AND key IN (SELECT value FROM json_each(?))",
            (iso(now), poll.source, json.dumps(list(known))),
        )
        return len(new), self._learned(connection, poll, listing, [_arrival(entry, now) for entry in new], now)

    @staticmethod
    def _learned(connection: Any, poll: Poll, listing: Listing, new: Sequence[datetime], now: datetime) -> float | None:
        """Keep what makes the next request conditional, and the rhythm. -> the usual pause in seconds."""
        arrivals = merged(poll.instants, new)
        pause, silence = usual_pause(arrivals), expected_silence(arrivals)
        silent_at = None if silence is None else iso((now if new else arrivals[-1]) + silence)
        connection.execute(
            "UPDATE polls SET etag = ?, last_modified = ?, digest = ?, arrivals = ?, pause = ?, silent_at = ?, "
            "last_new = coalesce(?, last_new) WHERE source = ?",
            (
                *(listing.validators.etag, listing.validators.last_modified, listing.digest),
                json.dumps([iso(at) for at in arrivals]),
                *(pause.total_seconds() if pause else None, silent_at, iso(now) if new else None, poll.source),
            ),
        )
        return pause.total_seconds() if pause else None

    @classmethod
    def _under_known_keys(cls, connection: Any, source: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries, those with a known address under the key it has: some feeds make up new ids at every look."""
        listed = {entry.key for entry in entries}
        known = cls._known(connection, source, entries)
        fresh = [entry.url for entry in entries if entry.key not in known and entry.url and not entry.whole]
        if not fresh:
            return entries
        rows = connection.execute(
            "SELECT url, key FROM entries WHERE source = ? AND url IN (SELECT value FROM json_each(?))",
            (source, json.dumps(fresh)),
        )
        keys = {url: key for url, key in rows.fetchall() if key not in listed}
        renamed = (
            entry if entry.key in known else msgspec.structs.replace(entry, key=keys.get(entry.url, entry.key))
            for entry in entries
        )
        return tuple({entry.key: entry for entry in renamed}.values())

    @staticmethod
    def _known(connection: Any, source: str, entries: Sequence[Entry]) -> dict[str, str | None]:
        """Key → the last change that was seen, of those entries that are known."""
        rows = connection.execute(
            "SELECT key, updated FROM entries WHERE source = ? AND key IN (SELECT value FROM json_each(?))",
            (source, json.dumps([entry.key for entry in entries])),
        )
        return dict(rows.fetchall())

    def next_pending(self, source: str, now: datetime) -> Pending | None:
        """The newest of a source's entries whose article is to be fetched now."""
        row = self._database.connection.execute(
            "SELECT key, url, title, published, updated, precision, body, whole, seen_at, attempts, visits, released, "
            "etag, last_modified FROM entries WHERE source = ? AND next_at <= ? "
            "ORDER BY seen_at DESC, published DESC, rowid LIMIT 1",
            (source, iso(now)),
        ).fetchone()
        if row is None:
            return None
        return _pending(*row)

    def visited(
        self, connection: Any, source: str, item: Pending, now: datetime, validators: Validators, text: str | None
    ) -> None:
        """An article was fetched: come again as `REVISITS` says, where it is recent."""
        again = None
        if not item.entry.whole and _is_recent(item, now):
            again = next((item.seen_at + wait for wait in REVISITS if item.seen_at + wait > now), None)
        connection.execute(
            "UPDATE entries SET next_at = ?, attempts = 0, visits = visits + 1, etag = ?, last_modified = ?, "
            "text = coalesce(?, text), body = CASE WHEN ? IS NULL THEN x'' ELSE body END WHERE source = ? AND key = ?",
            (
                iso(again) if again and item.visits + 1 < MAX_VISITS else None,
                *(validators.etag, validators.last_modified, text),
                iso(again) if again else None,
                *(source, item.entry.key),
            ),
        )

    def missed(self, connection: Any, source: str, key: str, again: datetime | None, *, counts: bool = True) -> None:
        """An article could not be had: try again at a time, or never."""
        connection.execute(
            "UPDATE entries SET next_at = ?, attempts = attempts + ? WHERE source = ? AND key = ?",
            (iso(again) if again else None, counts, source, key),
        )

    def others_with(self, source: str, key: str, text: str) -> int:
        """How many other entries of a source have had this very text."""
        row = self._database.connection.execute(
            "SELECT count(*) FROM entries WHERE source = ? AND text = ? AND key != ?", (source, text, key)
        ).fetchone()
        return int(row[0])

    def measured(self, connection: Any, source: str, length: int) -> tuple[tuple[int, ...], str | None]:
        """Note the length of an article's text. -> the last ones of the source, and what is complained of it."""
        row = connection.execute("SELECT lengths, complaint FROM polls WHERE source = ?", (source,)).fetchone()
        lengths = [*json.loads(row[0]), length][-KEPT:]
        connection.execute("UPDATE polls SET lengths = ? WHERE source = ?", (json.dumps(lengths), source))
        return tuple(lengths), row[1]

    def complain(self, connection: Any, source: str, complaint: str | None) -> None:
        """Note what was said of a source."""
        connection.execute("UPDATE polls SET complaint = ? WHERE source = ?", (complaint, source))

    def release(self, item: str, now: datetime) -> int:
        """Have what was set aside fetched again and taken as it is. -> how many entries."""
        with self._database.transaction() as connection:
            return connection.execute(
                "UPDATE entries SET released = 1, attempts = 0, next_at = ? WHERE url = ? OR key = ?",
                (iso(now), item, item),
            ).rowcount


def _poll(
    source: str, due_at: str, tried: int, etag: str | None, modified: str | None, digest: str | None, failures: float,
    complaint: str | None, silent_at: str | None, arrivals: str, pause: float | None, pending: int,
) -> Poll:  # fmt: skip
    known = Validators(etag, modified)
    return Poll(
        source, due_at, bool(tried), known, digest, failures, complaint, silent_at, arrivals, pause, bool(pending)
    )


def _pending(
    key: str, url: str | None, title: str, published: str | None, updated: str | None, precision: str, body: bytes,
    whole: int, seen_at: str, attempts: int, visits: int, released: int, etag: str | None, modified: str | None,
) -> Pending:  # fmt: skip
    entry = Entry(key, url, title, published, updated, precision, body, bool(whole))
    validators = Validators(etag, modified) if visits and not released else NO_VALIDATORS
    return Pending(entry, datetime.fromisoformat(seen_at), attempts, visits, bool(released), validators)


def _columns(entry: Entry) -> tuple[Any, ...]:
    return (entry.key, entry.url, entry.title, entry.published, entry.updated, entry.precision, entry.body, entry.whole)


def _later(updated: str | None, known: str | None) -> bool:
    return updated is not None and (known is None or updated > known)


def _arrival(entry: Entry, now: datetime) -> datetime:
    return min(datetime.fromisoformat(entry.published), now) if entry.published else now


def _is_recent(item: Pending, now: datetime) -> bool:
    published = datetime.fromisoformat(item.entry.published) if item.entry.published else item.seen_at
    return now - published < timedelta(days=2)
