"""JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1). Reads bytes; fetches nothing."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import msgspec

from scrapers.dates import FAST_CLOCK, Stamp, read_stamp
from scrapers.source import MAX_ENTRIES, Entry, SourceFault, page_of


def decode_json(body: bytes, url: str) -> Any:
    """The value that JSON bytes hold.

    Raises:
        SourceFault: they are not JSON; the text shows how they begin.
    """
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        begins = body[:80].decode("utf-8", "replace")
        raise SourceFault(f"{url}: not JSON ({error}); it begins {begins!r}", "not JSON") from error


def stamp_of(value: Any, now: datetime) -> Stamp | None:
    """A date in a JSON value, text or seconds since 1970; one in the future is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    stamp = read_stamp(value if isinstance(value, str) else f"{value:.0f}")
    return stamp if stamp is not None and stamp.at <= now + FAST_CLOCK else None


def text_of(value: Any) -> str:
    """A JSON string or number as text; anything else as none."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def web_address(base: str, value: Any) -> str | None:
    """An absolute web address; None for anything else."""
    try:
        url = urljoin(base, text_of(value)) if text_of(value) else ""
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def parse_json_feed(body: bytes, url: str, now: datetime) -> tuple[Entry, ...]:
    """The entries of a JSON Feed, in its order; items without id are ignored, as the format asks.

    Raises:
        SourceFault: the bytes are not a JSON Feed.
    """
    feed = decode_json(body, url)
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if "jsonfeed.org" not in text_of(version) or not isinstance(items, list):
        raise SourceFault(f'{url}: JSON, but not a JSON Feed; for a JSON API use kind = "api"', "not a feed")
    entries: dict[str, Entry] = {}
    for item in items[: 2 * MAX_ENTRIES]:
        if isinstance(item, dict) and text_of(item.get("id")):
            entry = _entry(item, url, now)
            entries.setdefault(entry.key, entry)
    return tuple(entries.values())


def _entry(item: dict[str, Any], base: str, now: datetime) -> Entry:
    title = text_of(item.get("title"))[:500]
    published, updated = stamp_of(item.get("date_published"), now), stamp_of(item.get("date_modified"), now)
    stamp = published or updated
    content = max((text_of(item.get(key)) for key in ("content_html", "content_text", "summary")), key=len)
    return Entry(
        text_of(item.get("id"))[:500],
        web_address(base, item.get("url")) or web_address(base, item.get("external_url")),
        title,
        stamp.rfc3339() if stamp else None,
        updated.rfc3339() if updated else None,
        stamp.precision if stamp else "unknown",
        page_of(title, content),
    )
