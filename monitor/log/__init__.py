"""Where events are kept: one port, SQLite by default. Appends, reads, verifies; folds nothing."""

from monitor.log.port import (
    BrokenLog,
    ConcurrencyError,
    DatabaseTooNew,
    Log,
    LogError,
    LogUnavailable,
    NotADatabase,
)
from monitor.log.sqlite import SqliteLog

__all__ = [
    "BrokenLog",
    "ConcurrencyError",
    "DatabaseTooNew",
    "Log",
    "LogError",
    "LogUnavailable",
    "NotADatabase",
    "SqliteLog",
]
