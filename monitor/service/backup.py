"""Copies of the whole database, made beside a running daemon and verified; and the way back. Reads and writes files."""

import os
import sqlite3
from pathlib import Path

from monitor.log import BrokenLog, LogUnavailable, SqliteLog
from monitor.log.database import Database, translate
from monitor.service.assembly import utc_now


def back_up(source: Path, target: Path) -> int:
    """Copy the database while it is in use, verify the copy, then put it in its place. -> events in it.

    Raises:
        LogUnavailable: the source is missing, the target is there already, or one cannot be read or written.
        BrokenLog: the copy does not hold together; it is removed.
    """
    if not source.exists():
        raise LogUnavailable(f"{source}: there is no database to copy; see [summitwatch] database")
    if target.exists():
        raise LogUnavailable(f"{target}: exists already and was left as it is; name another file")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        database = Database(source)
        database.connection.execute("VACUUM INTO ?", (str(part),))
        database.close()
        events = verified(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(target)
    except sqlite3.Error as error:
        raise translate(error, target) from error
    finally:
        part.unlink(missing_ok=True)
        _drop_side_files(part)
    return events


def restore(source: Path, target: Path) -> int:
    """Put a verified copy in the place of a database that is missing. -> events in it.

    Raises:
        LogUnavailable: there is a database already; a person must move it away.
        NotADatabase, DatabaseTooNew, BrokenLog: the copy is not what it should be.
    """
    if target.exists():
        raise LogUnavailable(f"{target}: exists already; move it away first, then restore again")
    if not source.is_file():
        raise LogUnavailable(f"{source}: no such file; name a file that `summitwatch backup` made")
    return back_up(source, target)


def verified(path: Path) -> int:
    """Check a database as a whole. -> events in it.

    Raises:
        BrokenLog: it does not hold together.
    """
    log = SqliteLog(Database(path), utc_now)
    try:
        problems = log.verify()
        if problems:
            raise BrokenLog(f"{path}: {problems[0]}" + (f" and {len(problems) - 1} more" if problems[1:] else ""))
        return log.head()
    finally:
        log.close()


def _drop_side_files(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
