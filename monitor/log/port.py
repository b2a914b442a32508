"""The port of the log and its errors. Holds no storage.

LogError
├── LogUnavailable      the storage refuses just now (disk full, locked, read-only): try again
├── NotADatabase        the file is something else
├── DatabaseTooNew      written by a later version of the program
├── ConcurrencyError    the stream has moved on since it was looked at
└── BrokenLog           the log does not hold together: order, versions or hash chain
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from monitor.events import NewEvent, Recorded


class LogError(Exception):
    """Base of everything the log raises."""


class LogUnavailable(LogError):
    """The storage cannot be read or written just now; nothing was appended."""


class NotADatabase(LogError):
    """The file is not a Summitwatch database."""


class DatabaseTooNew(LogError):
    """The database has a schema that this version does not know."""


class ConcurrencyError(LogError):
    """Another writer appended to the stream first."""


class BrokenLog(LogError):
    """An event does not follow from the one before it."""


class Log(Protocol):
    """An append-only sequence of events with gap-free positions 1, 2, 3 ..."""

    def append(self, events: Sequence[NewEvent], *, expected_versions: dict[str, int] | None = None) -> list[Recorded]:
        """Append all or nothing, in one transaction.

        An event whose key is known is not appended again; what the log holds under that key is returned in its
        place. `expected_versions` maps streams to the version they must have.

        Raises:
            ConcurrencyError: a stream has another version than expected.
            LogUnavailable: the storage refused; nothing was appended.
        """

    def read(
        self,
        after: int = 0,
        *,
        until: int | None = None,
        types: Sequence[str] | None = None,
        stream: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Recorded]:
        """Events in order of position, from the one after `after` up to and with `until`."""

    def head(self) -> int:
        """Position of the last event; 0 for an empty log."""

    def known(self, key: str) -> Recorded | None:
        """The event appended under an idempotency key, or None."""

    def words(self, sha256: str) -> str | None:
        """The text kept under a SHA-256; None where it was never kept or retention removed it."""

    def forget_words(self, sha256s: Sequence[str]) -> int:
        """Remove texts past their retention; the log, which holds only hashes of them, stays whole. -> how many."""

    def verify(self) -> list[str]:
        """What does not hold together, one line each; an empty list for a whole log."""

    def close(self) -> None:
        """Give back what is held. Further calls raise."""
