"""The log in one SQLite file. Appends and reads; the rules of the port are kept here and by triggers."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from monitor.events import NewEvent, Recorded
from monitor.log.codec import GENESIS, Row, chain_hash, encode_data, iso, recorded, text_hash
from monitor.log.database import Database, translate
from monitor.log.port import BrokenLog, ConcurrencyError

COLUMNS = "position, id, stream, version, type, schema, recorded_at, data, meta"
PAGE = 1_000
"""Rows read at once; no cursor stays open between pages."""


class SqliteLog:
    """`monitor.log.port.Log` over a `Database`; any number of processes may append to the same file."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._connection = database.connection
        self._clock = clock

    def append(self, events: Sequence[NewEvent], *, expected_versions: dict[str, int] | None = None) -> list[Recorded]:
        """See the port."""
        with self._database.transaction() as connection:
            for stream, expected in (expected_versions or {}).items():
                actual = self._version(stream)
                if actual != expected:
                    raise ConcurrencyError(f"{stream} is at version {actual}, not {expected}")
            position, previous = self._last()
            answers = []
            for event in events:
                known = self.known(event.key)
                if known is None:
                    position += 1
                    known = self._insert(connection, event, position, previous)
                    previous = known.hash
                answers.append(known)
            return answers

    def _insert(self, connection: sqlite3.Connection, event: NewEvent, position: int, previous: str) -> Recorded:
        meta: dict[str, Any] = {"actor": event.actor}
        if event.cause is not None:
            meta["cause"] = event.cause
        row: Row = (
            position,
            event.key,
            event.stream,
            self._version(event.stream) + 1,
            type(event.data).__name__,
            event.data.schema,
            iso(self._clock()),
            encode_data(event.data),
            json.dumps(meta, sort_keys=True),
        )
        hash_ = chain_hash(previous, row)
        connection.execute(f"INSERT INTO events ({COLUMNS}, hash) VALUES (?,?,?,?,?,?,?,?,?,?)", (*row, hash_))
        if event.words is not None:
            connection.execute(
                "INSERT INTO words VALUES (?, ?) ON CONFLICT DO NOTHING",
                (text_hash(event.words), event.words),
            )
        return recorded(row, hash_)

    def _version(self, stream: str) -> int:
        row = self._connection.execute(
            "SELECT COALESCE(MAX(version), 0) FROM events WHERE stream = ?", (stream,)
        ).fetchone()
        return int(row[0])

    def _last(self) -> tuple[int, str]:
        row = self._connection.execute("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)

    def _select(self, where: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(f"SELECT {COLUMNS}, hash FROM events {where}", values).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self._database.path) from error

    def read(
        self,
        after: int = 0,
        *,
        until: int | None = None,
        types: Sequence[str] | None = None,
        stream: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Recorded]:
        """See the port."""
        where = "WHERE position > ? AND position <= ?"
        tail: list[Any] = [until if until is not None else self.head()]
        if types is not None:
            where += f" AND type IN ({','.join('?' * len(types))})"
            tail.extend(types)
        if stream is not None:
            where += " AND stream = ?"
            tail.append(stream)
        left = limit if limit is not None else -1
        while left:
            page = PAGE if left < 0 else min(PAGE, left)
            rows = self._select(f"{where} ORDER BY position LIMIT {page}", [after, *tail])
            for row in rows:
                yield recorded(row[:-1], row[-1])
            if len(rows) < page:
                return
            after = rows[-1][0]
            left -= page if left > 0 else 0

    def head(self) -> int:
        """See the port."""
        return self._last()[0]

    def known(self, key: str) -> Recorded | None:
        """See the port."""
        rows = self._select("WHERE id = ?", [key])
        return recorded(rows[0][:-1], rows[0][-1]) if rows else None

    def words(self, sha256: str) -> str | None:
        """See the port."""
        row = self._connection.execute("SELECT text FROM words WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    def forget_words(self, sha256s: Sequence[str]) -> int:
        """See the port."""
        with self._database.transaction() as connection:
            return sum(connection.execute("DELETE FROM words WHERE sha256 = ?", (sha,)).rowcount for sha in sha256s)

    def verify(self) -> list[str]:
        """See the port."""
        problems: list[str] = []
        position, previous = 0, GENESIS
        versions: dict[str, int] = {}
        while rows := self._select("WHERE position > ? ORDER BY position LIMIT ?", [position, PAGE]):
            for row in rows:
                problems += _row_problems(row, position, previous, versions)
                position, previous = row[0], row[-1]
        for sha, text in self._connection.execute("SELECT sha256, text FROM words"):
            if text_hash(text) != sha:
                problems.append(f"words {sha[:12]}: the text was altered")
        return problems

    def close(self) -> None:
        """See the port."""
        self._database.close()


def _row_problems(row: tuple[Any, ...], before: int, previous: str, versions: dict[str, int]) -> list[str]:
    position, id_, stream, version = row[:4]
    problems = []
    if position != before + 1:
        problems.append(f"position {position}: follows {before}")
    if version != versions.get(stream, 0) + 1:
        problems.append(f"position {position}: {stream} version {version} follows {versions.get(stream, 0)}")
    if chain_hash(previous, row[:-1]) != row[-1]:
        problems.append(f"position {position}: event {id_} does not match its hash")
    try:
        recorded(row[:-1], row[-1])
    except BrokenLog as error:
        problems.append(f"position {position}: {error}")
    versions[stream] = version
    return problems
