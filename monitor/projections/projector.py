"""Drives projections over the log: catch up, rebuild, compare. Knows no table but the checkpoints."""

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import ClassVar, Protocol

from monitor.events import Recorded
from monitor.log.database import Database
from monitor.log.port import Log

BATCH = 500
"""Events folded in one transaction."""

CHECKPOINTS = """
CREATE TABLE IF NOT EXISTS checkpoints (
    projection TEXT PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL
)
"""


class Projection(Protocol):
    """One fold of the log into tables of its own."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Raised when the tables or the fold change; the projector then rebuilds it, silently."""
    types: ClassVar[tuple[str, ...]]
    """Event types it wants."""
    tables: ClassVar[tuple[str, ...]]
    schema: ClassVar[tuple[str, ...]]
    """Statements that create its tables, indexes and views if they are missing."""

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """Fold one event into the tables."""

    def finish(self, connection: sqlite3.Connection) -> None:
        """End a batch, in the same transaction: bring derived rows up to date."""


class Projector:
    """Keeps projections level with the log. Any number of processes may run one; each batch is atomic."""

    def __init__(self, database: Database, log: Log, projections: Sequence[Projection]) -> None:
        self._database = database
        self._log = log
        self._projections = projections
        with database.transaction() as connection:
            connection.execute(CHECKPOINTS)
            for projection in projections:
                self._drop_old(connection, projection)
            self._create(connection)

    def _drop_old(self, connection: sqlite3.Connection, projection: Projection) -> None:
        row = connection.execute("SELECT version FROM checkpoints WHERE projection = ?", (projection.name,)).fetchone()
        if row is not None and row[0] != projection.version:
            self._drop(connection, projection)

    def _create(self, connection: sqlite3.Connection) -> None:
        """All of them, since a drop takes the views of all away."""
        for projection in self._projections:
            for statement in projection.schema:
                connection.execute(statement)

    @staticmethod
    def _drop(connection: sqlite3.Connection, projection: Projection) -> None:
        views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
        for (view,) in views:
            connection.execute(f'DROP VIEW "{view}"')
        for table in projection.tables:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute("DELETE FROM checkpoints WHERE projection = ?", (projection.name,))

    def catch_up(self) -> int:
        """Fold everything new. -> how many events were seen by the slowest projection."""
        return max((self._catch_up(projection) for projection in self._projections), default=0)

    def _catch_up(self, projection: Projection) -> int:
        seen = 0
        while True:
            with self._database.transaction() as connection:
                at = self._position(connection, projection)
                head = self._log.head()
                events = list(self._log.read(at, until=head, types=projection.types, limit=BATCH))
                reached = events[-1].position if len(events) == BATCH else head
                if reached == at:
                    return seen
                for event in events:
                    projection.apply(connection, event)
                projection.finish(connection)
                connection.execute(
                    "INSERT INTO checkpoints VALUES (?, ?, ?) "
                    "ON CONFLICT (projection) DO UPDATE SET version = excluded.version, position = excluded.position",
                    (projection.name, projection.version, reached),
                )
                seen += reached - at

    @staticmethod
    def _position(connection: sqlite3.Connection, projection: Projection) -> int:
        row = connection.execute("SELECT position FROM checkpoints WHERE projection = ?", (projection.name,)).fetchone()
        return int(row[0]) if row else 0

    def rebuild(self) -> None:
        """Drop the state tables and fold the log again. Appends and sends nothing."""
        with self._database.transaction() as connection:
            for projection in self._projections:
                self._drop(connection, projection)
            self._create(connection)
        self.catch_up()

    def lag(self) -> int:
        """How many events the slowest projection is behind the log."""
        head = self._log.head()
        connection = self._database.connection
        return max((head - self._position(connection, p) for p in self._projections), default=0)

    def digests(self) -> dict[str, str]:
        """Table → SHA-256 of its rows in order of all columns: equal states give equal digests."""
        return {
            table: table_digest(self._database.connection, table)
            for projection in self._projections
            for table in projection.tables
        }


def table_digest(connection: sqlite3.Connection, table: str) -> str:
    """SHA-256 over the rows of a table, ordered by all its columns."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    order = ", ".join(f'"{column}"' for column in columns)
    digest = hashlib.sha256()
    for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}"):
        digest.update(repr(row).encode())
    return digest.hexdigest()
