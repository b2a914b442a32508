"""Finds how a site can be read: its feed, news sitemap, sitemap, or a listing on the page itself. Writes no setting."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import msgspec
from bs4 import BeautifulSoup, Tag

from scrapers.encoding import decode_page
from scrapers.exchange import FetchError
from scrapers.fetch import Fetcher
from scrapers.kinds import fitting_options, kind_named
from scrapers.source import Listing, Request, SourceFault

FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
USUAL_FEEDS: Final = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")
USUAL_SITEMAPS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml", "/sitemap_index.xml")
MIN_ITEMS: Final = 5
"""Alike links on a page from which it counts as a listing."""
MIN_HEADLINE: Final = 20
"""Characters of a link that is a headline rather than a menu entry."""


class Found(msgspec.Struct, frozen=True):
    """A way to read a site, tried and good."""

    kind: str
    url: str
    entries: int
    title: str
    """Of the newest entry, for a person to judge by."""
    options: dict[str, Any] = {}


class NothingFound(Exception):
    """No way to read the site; the text lists what was tried."""


async def discover(fetcher: Fetcher, url: str, now: datetime) -> Found:
    """The best way to read what stands at `url`: itself as a feed or sitemap, then what the page and the site offer.

    Raises:
        FetchError: the page itself cannot be had.
        NothingFound: nothing on the site lists articles.
    """
    page = await fetcher.fetch(url)
    tried = []
    text = decode_page(page.body, page.content_type)
    soup = BeautifulSoup(text if "<html" in text[:5000].lower() else "<html></html>", "lxml")
    for kind, candidate in _candidates(soup, url, page.url, await _sitemaps_in_robots(fetcher, page.url)):
        tried.append(candidate)
        found = await _try(fetcher, kind, candidate, {}, now)
        if found is not None:
            return found
    selector = listing_selector(soup, page.url)
    if selector is not None:
        found = await _try(fetcher, "listing", page.url, {"item": selector}, now)
        if found is not None:
            return found
    raise NothingFound(f"{url}: no feed, sitemap or list of headlines; tried {', '.join(tried)}")


def _candidates(soup: BeautifulSoup, url: str, base: str, sitemaps: list[str]) -> list[tuple[str, str]]:
    """(kind, address) in the order in which they are worth a try, each once."""
    declared = [
        urljoin(base, str(link["href"]))
        for link in soup.select("link[rel~=alternate][href]")
        if link.get("type") in FEED_TYPES
    ]
    news = [address for address in sitemaps if "news" in address.lower()]
    feeds = [url, *declared, *(urljoin(base, path) for path in USUAL_FEEDS)]
    maps = [url, *news, *(urljoin(base, path) for path in USUAL_SITEMAPS), *sitemaps]
    return list(dict.fromkeys([("feed", a) for a in feeds] + [("sitemap", a) for a in maps]))


async def _sitemaps_in_robots(fetcher: Fetcher, base: str) -> list[str]:
    try:
        robots = await fetcher.fetch(urljoin(base, "/robots.txt"), limit=512_000)
    except FetchError:
        return []
    lines = (line.partition(":") for line in robots.body.decode("utf-8", "replace").splitlines())
    return [value.strip() for name, _, value in lines if name.strip().lower() == "sitemap"][:10]


async def _try(fetcher: Fetcher, kind: str, url: str, options: dict[str, Any], now: datetime) -> Found | None:
    try:
        request = Request(url, now, fitting_options(kind, url, options))
        listing: Listing = await kind_named(kind).poll(fetcher, request)
    except (FetchError, SourceFault, ValueError):
        return None
    if not listing.entries:
        return None
    return Found(kind, listing.moved_to or url, len(listing.entries), listing.entries[0].title, options)


def listing_selector(soup: BeautifulSoup, base: str) -> str | None:
    """A CSS selector for the most frequent place of headlines that link within the site; None where there is none."""
    host = urlsplit(base).hostname
    places: Counter[str] = Counter()
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for link in soup.select("a[href]"):
        target = urljoin(base, str(link["href"]))
        if len(link.get_text(" ", strip=True)) < MIN_HEADLINE or urlsplit(target).hostname != host:
            continue
        place = _place(link)
        if place is not None and target not in targets[place]:
            targets[place].add(target)
            places[place] += 1
    best = places.most_common(1)
    return best[0][0] if best and best[0][1] >= MIN_ITEMS else None


def _place(link: Tag) -> str | None:
    """The nearest named element around a link, as a selector."""
    for element in [link, *list(link.parents)[:4]]:
        classes = element.get("class")
        if element.name not in ("html", "body", "[document]") and isinstance(classes, list) and classes:
            name = str(classes[0])
            if name.replace("-", "").replace("_", "").isalnum() and not name[0].isdigit():
                return f"{element.name}.{name}"
    return None
