"""Ready-made searches: GDELT's DOC API and Google News. A bonus beside real sources: both refuse often and see late."""

import base64
import binascii
import re
from typing import Annotated, ClassVar, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from scrapers.fetch import Fetcher
from scrapers.identity import article_key
from scrapers.kinds.api import ApiOptions, poll_api
from scrapers.kinds.feed import FeedKind
from scrapers.source import Entry, Listing, Options, Request

GDELT: Final = "https://api.gdeltproject.org/api/v2/doc/doc"
GOOGLE_NEWS: Final = "https://news.google.com/rss/search"
_GDELT_ANSWER: Final = ApiOptions(items="articles", published="seendate")
_ADDRESS = re.compile(rb"https?://[\x21-\x7e]{8,2000}")


class GdeltOptions(Options, frozen=True, kw_only=True):
    """What to look for (the query language of GDELT's DOC 2.0 API)."""

    query: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
    """Such as `(putin trump) sourcelang:english`."""
    hours: Annotated[int, msgspec.Meta(ge=1, le=72)] = 6
    """How far back to look."""
    records: Annotated[int, msgspec.Meta(ge=1, le=250)] = 75


class GdeltKind:
    """`kind = "gdelt"`; `url` only for another server with the same interface."""

    options: ClassVar[type[Options]] = GdeltOptions
    schemes: ClassVar[tuple[str, ...]] = ("", "http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        asked = request.options
        assert isinstance(asked, GdeltOptions)
        query = {"query": asked.query, "mode": "artlist", "format": "json", "maxrecords": asked.records,
                 "timespan": f"{asked.hours}h", "sort": "datedesc"}  # fmt: skip
        url = f"{request.url or GDELT}?{urlencode(query)}"
        return await poll_api(fetcher, request, url, _GDELT_ANSWER)


class GoogleNewsOptions(Options, frozen=True, kw_only=True):
    """What to look for, and in which edition."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}(-[A-Z]{2})?$")] = "en-US"
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "US"


class GoogleNewsKind:
    """`kind = "google-news"`; its entries lead to the outlets' own pages where the link gives the address away."""

    options: ClassVar[type[Options]] = GoogleNewsOptions
    schemes: ClassVar[tuple[str, ...]] = ("", "http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        asked = request.options
        assert isinstance(asked, GoogleNewsOptions)
        edition = f"{asked.country}:{asked.language.partition('-')[0]}"
        query = {"q": asked.query, "hl": asked.language, "gl": asked.country, "ceid": edition}
        url = f"{request.url or GOOGLE_NEWS}?{urlencode(query)}"
        listing = await FeedKind().poll(fetcher, msgspec.structs.replace(request, url=url))
        return msgspec.structs.replace(listing, entries=tuple(map(_at_the_outlet, listing.entries)))


def _at_the_outlet(entry: Entry) -> Entry:
    """The list of links that Google gives as text is no article; what stands at the outlet is."""
    url = (entry.url and outlet_address(entry.url)) or entry.url
    key = article_key(url)[:500] if url and url != entry.url else entry.key
    return msgspec.structs.replace(entry, key=key, url=url, body=b"")


def outlet_address(link: str) -> str | None:
    """The article's address inside a Google News link; None in newer ones, which hide it behind a script."""
    name = urlsplit(link).path.rpartition("/articles/")[2]
    if not name:
        return None
    try:
        data = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except (binascii.Error, ValueError):
        return None
    found = _ADDRESS.search(data)
    return found[0].decode("ascii") if found else None
