"""One daemon a database: an advisory file lock that the kernel gives back however the process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another daemon works on the same database."""


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the lock of a database while the block runs.

    Raises:
        AlreadyRunning: another process holds it; its process number is named.
    """
    path = database.with_name(database.name + ".lock")
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise AlreadyRunning(
                f"{database}: another daemon (process {holder}) works on this database; stop it first, "
                "or name another file under [summitwatch] database"
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
