"""Every kind of source gives the entries a reader of the source would see, and says so when it cannot."""

import asyncio
import base64
import gzip
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.fetch import Fetcher
from scrapers.kinds import UnfitSource, fitting_options, kind_named, kind_names
from scrapers.kinds.api import ApiOptions, read_answer
from scrapers.kinds.feed import parse_feed
from scrapers.kinds.listing import ListingOptions, read_page
from scrapers.kinds.searches import outlet_address
from scrapers.kinds.sitemap import parse_sitemap
from scrapers.source import Entry, Listing, Request, SourceFault
from tests.scrapers.site import Site, item, rss, story

NOW = datetime(2018, 7, 17, 12, tzinfo=UTC)
HERE = "https://outlet.example/feed"


def feed(text: str | bytes, kind: str = "application/xml") -> tuple[Entry, ...]:
    return parse_feed(text if isinstance(text, bytes) else text.encode(), HERE, kind, NOW)


def poll(site: Site, kind: str, before: Listing | None = None, **options: Any) -> Listing:
    async def run() -> Listing:
        async with site, Fetcher("Test/1", allow_private=("127.0.0.0/8",), gap=0) as fetcher:
            request = Request(site.url("/"), NOW, fitting_options(kind, site.url("/"), options))
            if before is not None:
                request = Request(request.url, NOW, request.options, before.validators, before.digest)
            return await kind_named(kind).poll(fetcher, request)

    return asyncio.run(run())


RSS = rss(item("https://outlet.example/a", "One &amp; two", "<pubDate>Mon, 16 Jul 2018 14:00:00 MSK</pubDate>"))
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title>One &amp; two</title>
<link href="/a"/><published>2018-07-16T11:00:00Z</published><updated>2018-07-16T12:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://outlet.example/a"><title>One &amp; two</title>
<link>https://outlet.example/a</link><dc:date>2018-07-16T14:00:00+03:00</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": 1, "url": "/a",
"title": "One & two", "content_text": "Words.", "date_published": "2018-07-16T14:00:00+03:00"}, {"title": "no id"}]}"""


@pytest.mark.parametrize("text", [RSS, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_a_feed_of_any_format_gives_title_address_and_instant(text: str) -> None:
    (entry,) = feed(text)
    assert (entry.title, entry.url) == ("One & two", "https://outlet.example/a")
    assert entry.published == "2018-07-16T11:00:00Z"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 16 Jul 2018 14:00:00 MSK", "2018-07-16T11:00:00Z"),
        ("Mon, 16 Jul 2018 14:00:00 CEST", "2018-07-16T12:00:00Z"),
        ("Mon, 16 Jul 2018 14:00:00 +0300", "2018-07-16T11:00:00Z"),
        ("Mon, 16 Jul 18 14:00:00 GMT", "2018-07-16T14:00:00Z"),
        ("2018-07-16T14:00:00Z", "2018-07-16T14:00:00Z"),
        ("1531749600", "2018-07-16T14:00:00Z"),
        ("Mon, 16 Jul 2035 14:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_of_feeds(written: str, read: str | None) -> None:
    (entry,) = feed(rss(item("https://outlet.example/a", more=f"<pubDate>{written}</pubDate>")))
    assert entry.published == read


@pytest.mark.parametrize(
    "text",
    [RSS.encode("utf-16"), RSS.replace("One", "O\0ne").encode(), b"\n\n" + RSS.encode(),
     RSS.replace("</rss>", "").encode(),
     b"<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>]>" + RSS.split("?>")[1].replace("One", "One&nbsp;").encode()],
    ids=["utf-16", "nul", "blank first", "cut short", "own entities"],
)  # fmt: skip
def test_feeds_as_they_come(text: bytes) -> None:
    (entry,) = feed(text)
    assert entry.url == "https://outlet.example/a"
    assert "two" in entry.title


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<html><body>Welcome</body></html>", "an HTML page where a feed was expected"),
        ("", "no feed where a feed was expected"),
        ("{}", "not a JSON Feed"),
        ('{"version"', "not JSON"),
        ("[" * 100_000, "not a feed"),
        ("Access denied", "no feed"),
    ],
)
def test_what_is_no_feed_is_a_fault_of_the_source(text: str, says: str) -> None:
    with pytest.raises(SourceFault, match=says):
        feed(text)


def test_entries_are_told_apart_and_outlive_a_changed_headline() -> None:
    one = feed(
        rss(item("https://outlet.example/old-headline-12345678", guid="x"), item("https://outlet.example/b", guid="x"))
    )
    two = feed(
        rss(item("https://outlet.example/new-headline-12345678", guid="y"), item("https://outlet.example/b", guid="x"))
    )
    assert len({entry.key for entry in one}) == 2
    assert one[0].key == two[0].key


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "http://[x"])
def test_links_that_lead_nowhere_are_no_links(link: str) -> None:
    (entry,) = feed(rss(item(link, guid="1")))
    assert entry.url is None


def laughs() -> str:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    return (
        f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{entities}]><rss version='2.0'><channel>{item('http://x.example/', '&l11;')}"
    )


@pytest.mark.parametrize(
    "body",
    [
        laughs().encode(),
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + RSS.replace("One", "&x;").encode(),
        b"<rss version='2.0'><channel><item><description>" + b"<div>" * 400_000,
        b"<rss version='2.0'><channel><item><title>" + b"&" * 4_000_000,
        b"<rss version='2.0'><channel>" + b"<item><title>t</title></item>" * 100_000,
        b"<rss version='2.0'><channel><item>" + b"<a/>" * 500_000,
        b"<!DOCTYPE rss [" * 200_000,
    ],
    ids=["billion laughs", "foreign entity", "deep", "ampersands", "many entries", "many elements", "doctypes"],
)
def test_hostile_feeds_cost_little(body: bytes) -> None:
    start = time.process_time()
    with suppress(SourceFault):
        entries = feed(body)
        assert all(len(entry.title) <= 500 for entry in entries)
        assert os.uname().nodename not in str(entries)
    assert time.process_time() - start < 10


def test_a_source_that_answers_with_the_same_bytes_has_not_changed() -> None:
    site = Site({"/": rss(item("http://x.example/1"))})
    first = poll(site, "feed")
    assert len(first.entries) == 1
    again = poll(Site(site.pages), "feed", before=first)
    assert again.not_modified
    assert again.digest == first.digest


PAGE = """<html><body><ul class=news>
<li class=n><a href="/story/1?utm_source=x"><b>First</b></a><time datetime="2018-07-16T11:00:00Z">today</time></li>
<li class=n><a href="/story/2">Second</a><span class=d>16 July 2018</span></li>
<li class=n>An advertisement without link</li></ul><a class=more href="?page=2">more</a></body></html>"""


def test_a_listing_is_read_by_its_selectors() -> None:
    entries, following = read_page(
        PAGE, "https://o.example/news", ListingOptions(item="li.n", date="time, .d", next="a.more"), NOW
    )
    assert [(e.title, e.url, e.published) for e in entries] == [
        ("First", "https://o.example/story/1?utm_source=x", "2018-07-16T11:00:00Z"),
        ("Second", "https://o.example/story/2", "2018-07-16T00:00:00Z"),
    ]
    assert entries[0].key == "o.example/story/1"
    assert following == "https://o.example/news?page=2"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (ListingOptions(item="li.gone"), "item = 'li.gone' matches nothing"),
        (ListingOptions(item="li.n", link="a.gone"), "link = 'a.gone' matches no link"),
        (ListingOptions(item="li.n", date="b"), "date = 'b' gives no date"),
    ],
    ids=["item", "link", "date"],
)
def test_a_selector_that_matches_nothing_is_a_fault(options: ListingOptions, says: str) -> None:
    with pytest.raises(SourceFault, match=says):
        read_page(PAGE, "https://o.example/", options, NOW)


@pytest.mark.parametrize(
    "page", ["<div>" * 20_000, "<li>" * 400_000, "<div><a href='/x'>" * 9_000], ids=["deep", "many", "nested"]
)
def test_hostile_pages_cost_little(page: str) -> None:
    start = time.process_time()
    with suppress(SourceFault):
        read_page(page, "https://o.example/", ListingOptions(item="div, li"), NOW)
    assert time.process_time() - start < 10


def test_listing_pages_are_turned_but_not_for_ever() -> None:
    def page(request: web.Request) -> str:
        number = int(request.query.get("p", "1"))
        return f"<li><a href='/s/{number}'>Story {number}</a></li><a class=n href='?p={number + 1}'>next</a>"

    site = Site({"/": page})
    listing = poll(site, "listing", item="li", next="a.n", pages=3)
    assert [entry.title for entry in listing.entries] == ["Story 1", "Story 2", "Story 3"]
    assert len(site.asked) == 3


URLSET = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://o.example/old</loc><lastmod>2018-01-01</lastmod></url>
<url><loc> https://o.example/new </loc><news:news><news:publication_date>2018-07-16T11:00:00Z</news:publication_date>
<news:title>New &amp; fine</news:title></news:news></url></urlset>"""


def test_a_news_sitemap_gives_the_newest_first() -> None:
    listing = poll(Site({"/": URLSET}), "sitemap", newest=1)
    assert [(e.title, e.url, e.published) for e in listing.entries] == [
        ("New & fine", "https://o.example/new", "2018-07-16T11:00:00Z")
    ]


def test_an_index_is_followed_to_the_sitemaps_that_changed_last() -> None:
    site = Site({"/b.xml.gz": gzip.compress(URLSET.encode()), "/a.xml": URLSET.replace("/new", "/other")})

    def index(request: web.Request) -> str:
        entries = [("a.xml", "2018-01-01"), ("b.xml.gz", "2018-07-16")]
        maps = "".join(
            f"<sitemap><loc>{request.url.with_path(f'/{name}')}</loc><lastmod>{day}</lastmod></sitemap>"
            for name, day in entries
        )
        return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}</sitemapindex>"

    site.pages["/"] = index
    listing = poll(site, "sitemap", children=1, path="/new")
    assert [entry.url for entry in listing.entries] == ["https://o.example/new"]
    assert site.asked == ["/", "/b.xml.gz"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>no</body></html>", b"\x1f\x8bnot gzip", b"<rss/>", b"plain words", laughs().encode()],
    ids=["empty", "page", "gzip lie", "feed", "text", "laughs"],
)
def test_what_is_no_sitemap_is_a_fault(body: bytes) -> None:
    with pytest.raises(SourceFault):
        parse_sitemap(body, "https://o.example/sitemap.xml", NOW)


def test_an_api_is_read_by_its_mapping() -> None:
    value = {
        "data": [{"links": {"web": "/a"}, "head": "One", "at": 1531738800, "text": "All of it."}, "odd", {"head": "x"}]
    }
    options = ApiOptions(items="data", url="links.web", title="head", published="at", body="text", whole=True)
    (entry,) = read_answer(value, "https://o.example/api", options, NOW)
    assert (entry.title, entry.url, entry.published) == ("One", "https://o.example/a", "2018-07-16T11:00:00Z")
    assert entry.whole
    assert b"All of it." in entry.body


@pytest.mark.parametrize(
    ("value", "says"),
    [({"data": {}}, "no list at items = 'data'"), ([], "no list"), ({"data": [{"uri": "/a"}]}, "none with an address")],
)
def test_an_api_that_changed_is_a_fault(value: Any, says: str) -> None:
    with pytest.raises(SourceFault, match=says):
        read_answer(value, "https://o.example/api", ApiOptions(items="data"), NOW)


def test_gdelt_is_asked_in_its_own_words() -> None:
    answer = '{"articles": [{"url": "https://o.example/a", "title": "One", "seendate": "20180716T110000Z"}]}'
    site = Site({"/": web.Response(text=answer, content_type="application/json")})
    listing = poll(site, "gdelt", query="putin trump")
    assert [(e.url, e.published) for e in listing.entries] == [("https://o.example/a", "2018-07-16T11:00:00Z")]
    assert dict(site.requests[0].query) == {
        "query": "putin trump", "mode": "artlist", "format": "json", "maxrecords": "75", "timespan": "6h",
        "sort": "datedesc",
    }  # fmt: skip


def test_gdelt_that_refuses_in_plain_text_is_shown_as_it_speaks() -> None:
    with pytest.raises(SourceFault, match="Please limit requests"):
        poll(Site({"/": web.Response(text="Please limit requests to one every 5 seconds.")}), "gdelt", query="putin")


def test_google_news_leads_to_the_outlet_where_the_link_gives_it_away() -> None:
    hidden = base64.urlsafe_b64encode(b'\x08\x13"!https://outlet.example/story-one\xd2\x01\x00').decode().rstrip("=")
    site = Site({"/": rss(item(f"https://news.google.com/rss/articles/{hidden}?oc=5", "One - Outlet"))})
    (entry,) = poll(site, "google-news", query="putin trump").entries
    assert entry.url == "https://outlet.example/story-one"
    assert site.requests[0].query["ceid"] == "US:en"
    assert outlet_address("https://news.google.com/rss/articles/CBMiAU_yqLM") is None
    assert outlet_address("https://news.google.com/") is None


def test_a_folder_gives_its_documents_until_they_change(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nBody.", encoding="utf-8")
    (tmp_path / "b.html").write_text(story(1), encoding="utf-8")
    (tmp_path / ".c.txt").write_text("still being written", encoding="utf-8")
    (tmp_path / "d.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "e.txt").symlink_to("/etc/hostname")

    async def ask(digest: str | None = None) -> Listing:
        url = f"file://{tmp_path}"
        async with Fetcher("Test/1") as fetcher:
            return await kind_named("folder").poll(fetcher, Request(url, NOW, digest=digest))

    first = asyncio.run(ask())
    assert {(e.key, e.whole) for e in first.entries} == {("a.txt", True), ("b.html", True)}
    assert asyncio.run(ask(first.digest)).not_modified
    os.utime(tmp_path / "a.txt", (1, 1))
    assert not asyncio.run(ask(first.digest)).not_modified


@pytest.mark.parametrize(
    ("kind", "url", "options", "says"),
    [
        ("feeed", "https://x", {}, "kind: there is no kind 'feeed'; there are feed, listing"),
        ("feed", "file:///x", {}, "url: .* write http://... or https://..."),
        ("feed", "", {}, "url: '' does not suit"),
        ("feed", "https://x", {"item": "li"}, "options: .*unknown field `item`.* takes none"),
        ("listing", "https://x", {}, "options: .*missing required field `item`"),
        ("listing", "https://x", {"item": 5}, "options.item: Expected `str`"),
        ("listing", "https://x", {"item": "li["}, "not a CSS selector"),
        ("sitemap", "https://x", {"newest": 0}, "options.newest"),
        ("gdelt", "", {"query": ""}, "options.query"),
        ("folder", "https://x", {}, "write file://"),
    ],
)
def test_settings_that_do_not_fit_name_the_key(kind: str, url: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UnfitSource, match=says):
        fitting_options(kind, url, options)


def test_every_kind_is_there_and_the_same_at_each_call() -> None:
    assert kind_names()[:5] == ("feed", "listing", "sitemap", "api", "gdelt")
    assert all(kind_named(name) is kind_named(name) for name in kind_names())


XMLISH = st.lists(
    st.sampled_from([b"<rss version='2.0'>", b"<channel>", b"<item>", b"</item>", b"<title>", b"&amp;", b"&",
                     b"<![CDATA[", b"]]>", b"<url>",
                     b"<loc>", b"http://x/", b"<urlset>", b"<li>", b"<a href='", b"'>", b"<pubDate>", b"\xff\xfe",
                     b"\0", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"{", b'"items":', b"[",
                     b"2018-07-16", b"-->"])
    | st.binary(max_size=8),
    max_size=40,
).map(b"".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(XMLISH)
def test_no_bytes_break_the_readers_of_sources(body: bytes) -> None:
    for read in (
        lambda: feed(body),
        lambda: parse_sitemap(body, HERE, NOW),
        lambda: read_page(body.decode("utf-8", "replace"), HERE, ListingOptions(item="li, a"), NOW),
    ):
        with suppress(SourceFault):
            read()
