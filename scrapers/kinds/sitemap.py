"""Sitemaps, news sitemaps and their indexes (sitemaps.org), plain or gzipped. Fetches no article."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final

import msgspec
from lxml import etree

from scrapers.bodies import BodyError, gunzip
from scrapers.dates import FAST_CLOCK, Stamp, read_stamp
from scrapers.exchange import Response
from scrapers.fetch import Fetcher
from scrapers.identity import article_key
from scrapers.kinds.asking import ask
from scrapers.kinds.jsonfeed import web_address
from scrapers.source import MAX_ENTRIES, Entry, Listing, Options, Request, SourceFault

MAX_SITEMAP: Final = 52_428_800
"""Bytes uncompressed, the most that sitemaps.org allows."""
MAX_EVENTS: Final = 1_500_000
"""Begins and ends of elements: 50,000 addresses with fifteen elements each."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SitemapOptions(Options, frozen=True, kw_only=True):
    """Which part of a sitemap is taken."""

    newest: Annotated[int, msgspec.Meta(ge=1, le=MAX_ENTRIES)] = 100
    """Entries taken, by their dates."""
    children: Annotated[int, msgspec.Meta(ge=1, le=20)] = 2
    """Sitemaps of an index that are read, those changed last first."""
    path: str = ""
    """Only addresses that contain this, such as `/world/`."""


class Place(msgspec.Struct, frozen=True):
    """One address in a sitemap or an index."""

    url: str
    published: Stamp | None
    changed: Stamp | None
    title: str

    @property
    def at(self) -> datetime:
        """Its date for ordering."""
        stamp = self.published or self.changed
        return stamp.at if stamp else _LONG_AGO


class SitemapKind:
    """`kind = "sitemap"`"""

    options: ClassVar[type[Options]] = SitemapOptions
    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        options = request.options
        assert isinstance(options, SitemapOptions)
        first = await ask(fetcher, request, limit=MAX_SITEMAP)
        index, places = (False, []) if first.response.not_modified else await _read(first.response, request.now)
        if first.unchanged(request) and not index:
            return first.listing(not_modified=True)
        if index:
            children = sorted(places, key=lambda place: place.at, reverse=True)[: options.children]
            places = []
            for child in children:
                _, found = await _read(await fetcher.fetch(child.url, limit=MAX_SITEMAP), request.now)
                places += found
        wanted = [place for place in places if options.path in place.url]
        wanted.sort(key=lambda place: place.at, reverse=True)
        entries = {entry.key: entry for entry in map(_entry, wanted[: options.newest])}
        return first.listing(tuple(entries.values()))


async def _read(response: Response, now: datetime) -> tuple[bool, list[Place]]:
    return await asyncio.to_thread(parse_sitemap, response.body, response.url, now)


def parse_sitemap(body: bytes, url: str, now: datetime) -> tuple[bool, list[Place]]:
    """Whether it is an index, and its addresses.

    Raises:
        SourceFault: the bytes are not a sitemap.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, MAX_SITEMAP)
        except BodyError as error:
            raise SourceFault(f"{url}: {error}", "not a sitemap") from error
    parser = etree.XMLPullParser(("start", "end"), resolve_entities=False, no_network=True, recover=True)
    root: str | None = None
    places: list[Place] = []
    elements = 0
    try:
        for start in range(0, len(body), 1 << 18):
            parser.feed(body[start : start + (1 << 18)])
            for event, element in parser.read_events():
                root = root or _root(element, url)
                elements += 1
                if event == "end" and _name(element.getparent()) == root:
                    places += _place(element, url, now)
                    _forget(element)
            if elements > MAX_EVENTS:
                raise SourceFault(f"{url}: more elements than any sitemap has", "not a sitemap")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise SourceFault(f"{url}: not a sitemap: {error}", "not a sitemap") from error
    if root is None:
        raise SourceFault(f"{url}: no sitemap: no XML in it", "not a sitemap")
    return root == "sitemapindex", places


def _root(element: etree._Element, url: str) -> str:
    name = _name(element)
    if name not in ("urlset", "sitemapindex"):
        raise SourceFault(f"{url}: no sitemap (its root is {name!r}); give the sitemap's own address", "not a sitemap")
    return name


def _forget(element: etree._Element) -> None:
    """Free what has been read: a sitemap may hold 50,000 addresses."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: etree._Element | None) -> str:
    return etree.QName(element).localname if element is not None and isinstance(element.tag, str) else ""


def _place(element: etree._Element, base: str, now: datetime) -> list[Place]:
    fields: dict[str, str] = {}
    for child in element.iter():
        fields.setdefault(_name(child), (child.text or "").strip())
    url = web_address(base, fields.get("loc"))
    if url is None:
        return []
    published, changed = _stamp(fields.get("publication_date"), now), _stamp(fields.get("lastmod"), now)
    return [Place(url, published, changed, fields.get("title", "")[:500])]


def _stamp(text: str | None, now: datetime) -> Stamp | None:
    stamp = read_stamp(text) if text else None
    return stamp if stamp is not None and stamp.at <= now + FAST_CLOCK else None


def _entry(place: Place) -> Entry:
    return Entry(
        article_key(place.url)[:500],
        place.url,
        place.title,
        place.published.rfc3339() if place.published else None,
        place.changed.rfc3339() if place.changed else None,
        place.published.precision if place.published else "unknown",
    )
