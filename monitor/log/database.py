"""Opens the SQLite file: pragmas, identity, schema version, errors for people. Knows no table but the log's."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import sqlite_utils

from monitor.log.port import DatabaseTooNew, LogUnavailable, NotADatabase

APPLICATION_ID: Final = 0x53554D57
"""`SUMW`: lets `file` and us tell the database from others."""
SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 30.0

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    schema INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    data TEXT NOT NULL,
    meta TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (stream, version)
);
CREATE INDEX IF NOT EXISTS events_type ON events (type, position);
CREATE TABLE IF NOT EXISTS words (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS events_no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_next_position BEFORE INSERT ON events
    WHEN NEW.position IS NOT (SELECT COALESCE(MAX(position), 0) + 1 FROM events)
      OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR (stream = NEW.stream AND version = NEW.version))
    BEGIN SELECT RAISE(ABORT, 'the log is append-only: positions follow each other'); END;
"""


def translate(error: sqlite3.Error, path: Path) -> Exception:
    """An SQLite error as one of ours, with the file and the mend."""
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return NotADatabase(
            f"{path}: not a readable SQLite database ({text}); restore a backup or name another file "
            f"under [summitwatch] database"
        )
    mend = "try again"
    if "full" in text:
        mend = "free some disk space; nothing was appended"
    elif "locked" in text or "busy" in text:
        mend = "another process holds the database; try again"
    elif "readonly" in text or "unable to open" in text:
        mend = "check that the file and its folder can be written"
    return LogUnavailable(f"{path}: {text}; {mend}")


class Database:
    """One connection to the database file, shared by the log and the state tables of one thread."""

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            NotADatabase: the file is something else, or another program's database.
            DatabaseTooNew: a later version of Summitwatch wrote it.
            LogUnavailable: it cannot be opened.
        """
        self.path = path
        try:
            self.connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._identify()
            self._set_up()
        except sqlite3.Error as error:
            raise translate(error, path) from error
        self.tables = sqlite_utils.Database(self.connection)

    @classmethod
    def over(cls, connection: sqlite3.Connection, path: Path) -> Self:
        """Wrap a connection to a copy of a database that is known to be ours."""
        database = cls.__new__(cls)
        database.path = path
        database.connection = connection
        connection.isolation_level = None
        database.tables = sqlite_utils.Database(connection)
        return database

    def _identify(self) -> None:
        application = self.connection.execute("PRAGMA application_id").fetchone()[0]
        tables = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION_ID and (application or tables):
            raise NotADatabase(
                f"{self.path}: a database of another program; name another file under [summitwatch] database"
            )
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise DatabaseTooNew(
                f"{self.path}: written by a later version (schema {version}, known {SCHEMA_VERSION}); "
                "upgrade Summitwatch"
            )

    def _set_up(self) -> None:
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("PRAGMA recursive_triggers=ON")
        if self.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
            return
        with self.transaction():
            for statement in _statements(SCHEMA):
                self.connection.execute(statement)
            self.connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self.connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction that takes the lock at its start: reads inside it stay true until it commits.

        Raises:
            LogUnavailable: the storage refused; everything in the block is undone.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise translate(error, self.path) from error

    def close(self) -> None:
        """Close the connection; further use raises."""
        self.connection.close()


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
