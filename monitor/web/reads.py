"""Connections for requests: each sees one snapshot of the database and can write nothing. Knows no table but one."""

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from monitor.log.database import translate
from monitor.log.port import LogUnavailable

KEPT: Final = 8
"""Connections kept open between requests."""
BUSY_MS: Final = 2_000


class Reads:
    """A small pool of read-only connections to one database file; safe from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue(KEPT)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection on which the database stands still while the block runs.

        Raises:
            LogUnavailable: the database cannot be read, or was not made yet.
        """
        try:
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._open()

    def _open(self) -> sqlite3.Connection:
        if not self._path.exists():
            raise LogUnavailable(f"{self._path}: not made yet; it is made by `summitwatch run`")
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA query_only=ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'").fetchone() is None:
            connection.close()
            raise LogUnavailable(f"{self._path}: not filled yet; try again in a moment")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()
