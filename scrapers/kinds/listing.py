"""Pages that list articles, read with CSS selectors as BeautifulSoup has them. Fetches no article."""

import asyncio
from datetime import datetime
from typing import Annotated, ClassVar, Final
from urllib.parse import urljoin

import msgspec
from bs4 import Tag

from scrapers.dates import FAST_CLOCK, Stamp, read_stamp
from scrapers.encoding import decode_page
from scrapers.fetch import Fetcher
from scrapers.identity import article_key
from scrapers.kinds.asking import ask
from scrapers.selectors import PageTooLarge, Selector, check_selectors, parsed
from scrapers.source import MAX_ENTRIES, Entry, Listing, Options, Request, SourceFault

MAX_PAGE: Final = 4_000_000
MAX_DEPTH: Final = 100
"""Of an item: items inside items inside items make each selector look at everything again."""


class ListingOptions(Options, frozen=True, kw_only=True):
    """What stands where on the page."""

    item: Selector
    """Elements that each hold one entry."""
    link: Selector = "a[href]"
    """The link to the article, inside the item; or the item itself, where it is the link."""
    title: Selector | None = None
    """The headline inside the item; the link's own words without it."""
    date: Selector | None = None
    """The date inside the item: its `datetime` or `content` attribute, or its words."""
    next: Selector | None = None
    """The link to the next page."""
    pages: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    """Pages to read at most."""

    def __post_init__(self) -> None:
        """Refuse what is no selector."""
        check_selectors(self, "item", "link", "title", "date", "next")


class ListingKind:
    """`kind = "listing"`"""

    options: ClassVar[type[Options]] = ListingOptions
    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        options = request.options
        assert isinstance(options, ListingOptions)
        first = await ask(fetcher, request, limit=MAX_PAGE)
        if first.unchanged(request):
            return first.listing(not_modified=True)
        entries: dict[str, Entry] = {}
        answer, seen = first.response, {first.response.url}
        for _ in range(options.pages):
            text = decode_page(answer.body, answer.content_type)
            found, following = await asyncio.to_thread(read_page, text, answer.url, options, request.now)
            entries |= {entry.key: entry for entry in found if entry.key not in entries}
            if following is None or following in seen or len(seen) == options.pages:
                break
            seen.add(following)
            answer = await fetcher.fetch(following, limit=MAX_PAGE)
        return first.listing(tuple(entries.values()))


def read_page(text: str, url: str, options: ListingOptions, now: datetime) -> tuple[list[Entry], str | None]:
    """The entries of one page and the address of the next.

    Raises:
        SourceFault: a selector matches nothing: the page was rebuilt, or is another page.
    """
    if "<" not in text:
        raise SourceFault(f"{url}: no page where a listing was expected; it begins {text[:80]!r}", "no match")
    try:
        soup = parsed(text)
    except PageTooLarge as error:
        raise SourceFault(f"{url}: {error}", "too large") from error
    items = soup.select(options.item, limit=2 * MAX_ENTRIES)
    if not items:
        raise SourceFault(f"{url}: the selector item = {options.item!r} matches nothing on the page", "no match")
    if sum(1 for _ in items[-1].parents) > MAX_DEPTH:
        raise SourceFault(f"{url}: elements nested more than {MAX_DEPTH} deep", "too large")
    entries = [entry for item in items if (entry := _entry(item, url, options, now)) is not None]
    if not entries:
        raise SourceFault(f"{url}: the selector link = {options.link!r} matches no link in any item", "no match")
    if options.date and not any(entry.published for entry in entries):
        raise SourceFault(f"{url}: the selector date = {options.date!r} gives no date in any item", "no match")
    following = soup.select_one(options.next) if options.next else None
    return entries, _target(following, url) if following else None


def _entry(item: Tag, base: str, options: ListingOptions, now: datetime) -> Entry | None:
    link = item if item.name == "a" and item.get("href") else item.select_one(options.link)
    url = _target(link, base) if link else None
    if link is None or url is None:
        return None
    headline = item.select_one(options.title) if options.title else link
    stamp = _date(item.select_one(options.date), now) if options.date else None
    return Entry(
        article_key(url)[:500],
        url,
        " ".join((headline or link).get_text(" ").split())[:500],
        stamp.rfc3339() if stamp else None,
        precision=stamp.precision if stamp else "unknown",
    )


def _target(link: Tag, base: str) -> str | None:
    try:
        url = urljoin(base, str(link.get("href") or "").strip())
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _date(place: Tag | None, now: datetime) -> Stamp | None:
    if place is None:
        return None
    for text in (place.get("datetime"), place.get("content"), place.get_text(" ")):
        stamp = read_stamp(str(text)[:200]) if text else None
        if stamp is not None and stamp.at <= now + FAST_CLOCK:
            return stamp
    return None
