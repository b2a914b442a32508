"""Feeds: RSS, Atom, RDF (feedparser, fed bytes) and JSON Feed. Reads raw date strings itself; fetches no article."""

import asyncio
import re
from calendar import timegm
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urljoin

import feedparser
import msgspec

from scrapers.article import Precision
from scrapers.dates import FAST_CLOCK, Stamp, read_stamp
from scrapers.encoding import decode_page
from scrapers.fetch import Fetcher
from scrapers.identity import FeedEntry, entry_keys
from scrapers.kinds.asking import ask
from scrapers.kinds.bounding import bounded
from scrapers.kinds.jsonfeed import parse_json_feed
from scrapers.source import Entry, Listing, Options, Request, SourceFault, page_of

MAX_FEED: Final = 6_000_000
"""Bytes of one feed."""
_OFFSET = re.compile(r"(?:Z|GMT|UTC?|[+-]\d\d:?\d\d)\s*$")
"""A zone that feedparser understands; it takes others by name for UTC."""


_ENCODING = re.compile(r"""^(\s*<\?xml[^>]{0,100}?)\sencoding=["'][^"'>]{0,40}["']""")


class FeedKind:
    """`kind = "feed"`"""

    options: ClassVar[type[Options]] = Options
    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        answer = await ask(fetcher, request, limit=MAX_FEED)
        if answer.unchanged(request):
            return answer.listing(not_modified=True)
        got = answer.response
        return answer.listing(await asyncio.to_thread(parse_feed, got.body, got.url, got.content_type, request.now))


def parse_feed(body: bytes, url: str, content_type: str, now: datetime) -> tuple[Entry, ...]:
    """The entries of a feed, in its order.

    Raises:
        SourceFault: the bytes are not a feed.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_json_feed(body, url, now)
    try:
        feed = feedparser.parse(
            bounded(_as_utf8(body, content_type), url),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except SourceFault:
        raise
    except Exception as error:  # feedparser lets errors of its parsers through, of many types
        raise SourceFault(f"{url}: a feed that cannot be read: {error}", "not a feed") from error
    if not feed.get("version") and not feed.entries:
        what = "an HTML page" if b"<html" in body[:2000].lower() else "no feed"
        raise SourceFault(f"{url}: {what} where a feed was expected; give the feed's own address", "not a feed")
    return with_keys([_entry(entry, url, now) for entry in feed.entries])


def _as_utf8(body: bytes, content_type: str) -> bytes:
    """The feed in UTF-8, decoded as browsers do, without NUL characters: feedparser ends at them, and believes what
    is declared more than what is there."""
    return _ENCODING.sub(r"\1", decode_page(body, content_type), count=1).encode()


def with_keys(found: Sequence[tuple[FeedEntry, Entry]]) -> tuple[Entry, ...]:
    """Entries under the keys that tell them apart, each once."""
    keys = entry_keys([identity for identity, _ in found])
    entries: dict[str, Entry] = {}
    for key, (_, entry) in zip(keys, found, strict=True):
        entries.setdefault(key[:500], msgspec.structs.replace(entry, key=key[:500]))
    return tuple(entries.values())


def _entry(entry: Any, base: str, now: datetime) -> tuple[FeedEntry, Entry]:
    link = _link(entry, base)
    title = _words(entry.get("title", ""))
    html = _html(entry)
    published = _declared(entry, ("published", "created"), now)
    updated = _declared(entry, ("updated",), now)
    stamp = published or updated
    return FeedEntry(entry.get("id"), link, title, html), Entry(
        "",
        link,
        title,
        stamp.rfc3339() if stamp else None,
        updated.rfc3339() if updated else None,
        stamp.precision if stamp else Precision.UNKNOWN,
        page_of(title, html),
    )


def _link(entry: Any, base: str) -> str | None:
    """The article's address; what is no web address (mailto, javascript, a bare guid) is none."""
    link = entry.get("link") or next((item.get("href") for item in entry.get("links", ()) if item.get("href")), None)
    try:
        url = urljoin(base, link.strip()) if link else None
    except ValueError:
        return None
    return url if url and url.startswith(("http://", "https://")) else None


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]{0,1000}>", " ", html).split())[:500]


def _html(entry: Any) -> str:
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    return max([*contents, entry.get("summary") or ""], key=len)


def _declared(entry: Any, keys: tuple[str, ...], now: datetime) -> Stamp | None:
    """feedparser takes zones by name for UTC, so the raw strings are read here; a date in the future is none."""
    for key in keys:
        text = entry[key] if key in entry else None  # noqa: SIM401  # `get` hands out another key's value, and warns
        stamp = (read_stamp(text) or _as_feedparser(entry, key, text)) if isinstance(text, str) else None
        if stamp is not None and stamp.at <= now + FAST_CLOCK:
            return stamp
    return None


def _as_feedparser(entry: Any, key: str, text: str) -> Stamp | None:
    """Forms that only feedparser reads (two-digit years, week dates), where the zone leaves no doubt."""
    parsed = entry[f"{key}_parsed"] if f"{key}_parsed" in entry else None  # noqa: SIM401  # as above
    if parsed is None or parsed.tm_year < 1990 or not _OFFSET.search(text):
        return None
    return Stamp(datetime.fromtimestamp(timegm(parsed), UTC), Precision.SECOND)
