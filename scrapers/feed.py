"""RSS, Atom and RDF feeds by feedparser, fed bytes. Reads dates from the raw strings; fetches no article."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from scrapers.dates import FAST_CLOCK, Stamp, read_stamp
from scrapers.fetch import Fetcher, Validators
from scrapers.source import MAX_ENTRIES, Entry, Listing, SourceFault


class FeedKind:
    """`kind = "feed"`"""

    async def entries(
        self,
        fetcher: Fetcher,
        url: str,
        options: Mapping[str, Any],  # noqa: ARG002  # a feed has none; the port does
        validators: Validators,
        now: datetime,
    ) -> Listing:
        """See `Kind`."""
        answer = await fetcher.fetch(url, validators)
        if answer.not_modified:
            return Listing((), validators, True, answer.moved_to, answer.max_age)
        entries = parse_feed(answer.body, answer.url, answer.content_type, now)
        return Listing(
            entries[:MAX_ENTRIES],
            answer.validators,
            moved_to=answer.moved_to,
            max_age=answer.max_age,
            cut=max(0, len(entries) - MAX_ENTRIES),
        )


def parse_feed(body: bytes, url: str, content_type: str, now: datetime) -> tuple[Entry, ...]:
    """The entries of a feed, in its order.

    Raises:
        SourceFault: the bytes are not a feed.
    """
    feed = feedparser.parse(
        body.replace(b"\0", b""),
        response_headers={"content-type": content_type, "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.version and not feed.entries:
        what = "an HTML page" if b"<html" in body[:2000].lower() else "no feed"
        raise SourceFault(f"{url}: {what} where a feed was expected; give the feed's own address", "not a feed")
    guids = Counter(entry.get("id") for entry in feed.entries)
    return tuple(_entry(entry, guids, url, now) for entry in feed.entries)


def _entry(entry: Any, guids: Counter[str | None], base: str, now: datetime) -> Entry:
    """Identity as miniflux has it: guid, guid and URL where guids collide, URL, else title and text."""
    link = entry.get("link") or next((item.get("href") for item in entry.get("links", ()) if item.get("href")), None)
    url = urljoin(base, link) if link else None
    guid = entry.get("id")
    html = _html(entry)
    if guid and guids[guid] == 1:
        key = guid
    elif guid:
        key = f"{guid} {url}"
    else:
        key = url or f"{entry.get('title', '')} {html}"[:2_000]
    published = _declared(entry, ("published", "created", "date"), now)
    updated = _declared(entry, ("updated", "modified"), now)
    stamp = published or updated
    return Entry(
        key,
        url,
        entry.get("title", ""),
        stamp.rfc3339() if stamp else None,
        updated.rfc3339() if updated else None,
        stamp.precision if stamp else "unknown",
        html,
    )


def _html(entry: Any) -> str:
    contents = [part.get("value", "") for part in entry.get("content", ())]
    return max([*contents, entry.get("summary", "")], key=len)


def _declared(entry: Any, keys: tuple[str, ...], now: datetime) -> Stamp | None:
    """feedparser reads zones by name as UTC, so the raw strings are read here; a date in the future is none."""
    for key in keys:
        text = entry.get(key)
        stamp = read_stamp(text) if isinstance(text, str) else None
        if stamp is not None and stamp.at <= now + FAST_CLOCK:
            return stamp
    return None
