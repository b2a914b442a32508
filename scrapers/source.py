"""What every kind of source gives: entries that point to articles. The port; fetches nothing itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from scrapers.fetch import NO_VALIDATORS, Fetcher, Validators

MAX_ENTRIES = 500
"""Entries taken from one listing; the rest is reported as cut."""


class SourceFault(Exception):
    """A source answered with something that is not what it should be: its own fault, or its settings'."""

    def __init__(self, says: str, reason: str) -> None:
        super().__init__(says)
        self.reason = reason


class Entry(msgspec.Struct, frozen=True):
    """One thing that a source lists."""

    key: str
    """What makes it the same entry at the next poll."""
    url: str | None
    title: str = ""
    published: str | None = None
    """As declared, RFC 3339 in UTC; None where nothing usable was declared."""
    updated: str | None = None
    precision: str = "unknown"
    html: str = ""
    """What the source itself gives of the article, where it gives any."""


class Listing(msgspec.Struct, frozen=True):
    """The answer to one poll."""

    entries: tuple[Entry, ...] = ()
    validators: Validators = NO_VALIDATORS
    not_modified: bool = False
    moved_to: str | None = None
    max_age: int | None = None
    """Seconds for which the server asks not to be polled again."""
    cut: int = 0
    """Entries left out because there were more than `MAX_ENTRIES`."""


class Kind(Protocol):
    """One kind of source."""

    async def entries(
        self, fetcher: Fetcher, url: str, options: Mapping[str, Any], validators: Validators, now: datetime
    ) -> Listing:
        """Ask a source what it has.

        Raises:
            FetchError: it could not be fetched.
            SourceFault: what came is not such a source.
        """
