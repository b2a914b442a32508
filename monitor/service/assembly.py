"""Puts the rooms together for one process: database, log, projections, reader, pipeline. Starts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from monitor.config import Config
from monitor.log import SqliteLog
from monitor.log.database import Database
from monitor.projections.outbox import OutboxProjection
from monitor.projections.projector import Projection, Projector
from monitor.projections.search import SearchProjection
from monitor.projections.sources import SourcesProjection
from monitor.projections.state import StateProjection
from monitor.reading.model import Reader
from monitor.reading.readers import default_reader
from monitor.service.pipeline import Pipeline

Clock = Callable[[], datetime]
IN_MEMORY: Final = ":memory:"
"""In place of a path: a log that is gone at the end."""


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def projections() -> tuple[Projection, ...]:
    """Every projection the program keeps, fresh: a projection holds state between `apply` and `finish`."""
    return StateProjection(), OutboxProjection(), SearchProjection(), SourcesProjection()


@dataclass(frozen=True, slots=True)
class Parts:
    """One process' view of one database."""

    database: Database
    log: SqliteLog
    projector: Projector
    pipeline: Pipeline

    def close(self) -> None:
        """Give the database back."""
        self.log.close()


def open_parts(path: Path | str, clock: Clock = utc_now, reader: Reader | None = None) -> Parts:
    """Open the database at `path` (or `:memory:`) with everything that works on it.

    Raises:
        LogError: the database cannot be used.
    """
    database = Database(Path(path))
    log = SqliteLog(database, clock)
    projector = Projector(database, log, projections())
    pipeline = Pipeline(database, log, projector, reader or default_reader(), clock)
    return Parts(database, log, projector, pipeline)


def open_configured(config: Config) -> Parts:
    """Open a configuration's database and bring its watches up to date in the log."""
    parts = open_parts(config.database)
    parts.pipeline.configure(config.watch)
    return parts
