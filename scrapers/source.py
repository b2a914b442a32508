"""What every kind of source gives: entries that point to articles. The port; fetches nothing itself."""

from datetime import datetime
from html import escape
from typing import ClassVar, Final, Protocol

import msgspec

from scrapers.exchange import NO_VALIDATORS, Validators
from scrapers.fetch import Fetcher

MAX_ENTRIES: Final = 500
"""Entries taken from one listing; the rest is reported as cut."""
MAX_KEPT: Final = 100_000
"""Bytes of an entry's own text that are taken."""


class SourceFault(Exception):
    """A source answered with something that is not what it should be: its own fault, or its settings'."""

    def __init__(self, says: str, reason: str) -> None:
        super().__init__(says)
        self.reason = reason
        """In two or three words: not a feed, no match, not JSON ..."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of what a kind can be told under `[source.options]`; unknown keys are errors."""


class Request(msgspec.Struct, frozen=True):
    """One poll of one source."""

    url: str
    """As configured; empty where the kind knows its own address."""
    now: datetime
    options: Options = Options()
    """Of the kind's own type."""
    validators: Validators = NO_VALIDATORS
    digest: str | None = None
    """Of the last answer, for servers that answer 200 with the same bytes."""


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
    """How exactly `published` is declared."""
    body: bytes = b""
    """What the source itself gives of the article, at most `MAX_KEPT` bytes: a page, or a seed-format document."""
    whole: bool = False
    """Whether `body` is all of the article, so that no page is fetched."""


class Listing(msgspec.Struct, frozen=True):
    """The answer to one poll."""

    entries: tuple[Entry, ...] = ()
    validators: Validators = NO_VALIDATORS
    digest: str | None = None
    not_modified: bool = False
    moved_to: str | None = None
    """Where the source has moved for good."""
    fresh_for: int = 0
    """Seconds for which the server says that asking again brings nothing."""
    cut: int = 0
    """Entries left out because there were more than `MAX_ENTRIES`."""


class Kind(Protocol):
    """One kind of source. Third parties add theirs under the entry point group `summitwatch.sources`."""

    options: ClassVar[type[Options]]
    schemes: ClassVar[tuple[str, ...]]
    """How its addresses begin (`http`, `https`, `file`); with an empty string among them it needs none."""

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """Ask a source what it has.

        Raises:
            FetchError: it could not be fetched.
            SourceFault: what came is not such a source.
        """


def page_of(title: str, content: str) -> bytes:
    """A piece of an article, HTML or plain, as a page that the extraction reads; empty for no content."""
    if not content.strip():
        return b""
    inner = content if "<" in content else "".join(f"<p>{escape(part)}</p>" for part in content.split("\n\n"))
    return (
        f"<!doctype html><html><head><title>{escape(title)}</title></head><body><article><h1>{escape(title)}</h1>"
        f"{inner}</article></body></html>"
    ).encode()[:MAX_KEPT]
