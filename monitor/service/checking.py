"""Compares the state tables with a fresh fold of the same log. Changes nothing in the database."""

import sqlite3

from monitor.log import SqliteLog
from monitor.log.database import Database
from monitor.projections.projector import Projector
from monitor.service.assembly import Parts, projections, utc_now


def state_problems(parts: Parts) -> list[str]:
    """Tables that differ from a fold of the whole log in memory, one line each."""
    memory = sqlite3.connect(":memory:")
    parts.database.connection.backup(memory)
    fresh = Database.over(memory, parts.database.path)
    projector = Projector(fresh, SqliteLog(fresh, utc_now), projections())
    stored = projector.digests()
    projector.rebuild()
    folded = projector.digests()
    fresh.close()
    return [
        f"table {table}: differs from a fresh fold of the log; run `summitwatch rebuild`"
        for table in stored
        if stored[table] != folded[table]
    ]
