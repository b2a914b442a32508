"""One daemon a database: an advisory file lock that the kernel gives back however the process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.log import LogUnavailable


class AlreadyRunning(Exception):
    """Another daemon works on the same database."""


def lock_file(database: Path) -> Path:
    """Where the daemon of a database leaves its process number."""
    return database.with_name(database.name + ".lock")


def running_process(database: Path) -> int | None:
    """The process number of the daemon that works on a database; None where none does."""
    try:
        with lock_file(database).open("r", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
    except (OSError, ValueError):
        return None
    return None


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the lock of a database while the block runs.

    Raises:
        AlreadyRunning: another process holds it; its process number is named.
        LogUnavailable: the lock's file cannot be written.
    """
    try:
        file = lock_file(database).open("a+", encoding="ascii")
    except OSError as error:
        raise LogUnavailable(
            f"{lock_file(database)}: {error.strerror}; check that the file and its folder can be written"
        ) from error
    with file:
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
