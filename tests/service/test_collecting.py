"""What sources publish reaches the log once, whatever the network and the process do in between."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.config import Config, FetchSection, SourceSection
from monitor.events import Recorded
from monitor.service.assembly import Parts, open_parts
from monitor.service.collecting import Collected, Collector
from monitor.service.worker import Worker
from scrapers.kinds.feed import FeedKind
from scrapers.rules import PageRules
from tests.scrapers.site import Site, item, rss, story
from tests.service.scripted import ScriptedReader

START = datetime(2018, 6, 1, 12, tzinfo=UTC)
PRIVATE = FetchSection(allow_private=("127.0.0.0/8",), gap_seconds=0, timeout="2s")


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Desk:
    """A collector over a database, with a clock to turn."""

    def __init__(self, sources: list[SourceSection], path: Path | str, clock: Clock, fetch: FetchSection) -> None:
        self.clock = clock
        self.worker = Worker()
        self.parts: Parts = open_parts(path, clock, ScriptedReader())
        config = Config(source=tuple(sources), fetch=fetch)
        self.collector = Collector(config, self.parts, clock, self.worker)

    async def poll(self, **forward: float) -> Collected:
        """Turn the clock, then do everything that is due."""
        self.clock.forward(**forward)
        before = self.events("ArticleRecorded", "ArticleRevised")
        begun = await self.collector.run_due()
        await self.collector.settled()
        after = self.events("ArticleRecorded", "ArticleRevised")
        return Collected(begun, len(after) - len(before))

    def events(self, *types: str) -> list[Recorded]:
        return list(self.parts.log.read(types=types))

    def told(self, *types: str) -> list[Any]:
        return [event.data for event in self.events(*types)]

    async def close(self) -> None:
        await self.collector.close()
        await self.worker(self.parts.close)
        self.worker.close()


def source(site: Site, path: str = "/feed", **fields: Any) -> SourceSection:
    return SourceSection(**{"name": "feed", "url": site.url(path), "interval": "10m", **fields})


def at_desk(
    site: Site,
    work: Callable[[Desk], Awaitable[None]],
    *,
    sources: Callable[[], list[SourceSection]] | None = None,
    path: Path | str = ":memory:",
    clock: Clock | None = None,
    fetch: FetchSection = PRIVATE,
) -> None:
    """Serve the site and do some work at a desk that has it as its source."""

    async def run() -> None:
        async with site:
            desk = Desk(sources() if sources else [source(site)], path, clock or Clock(), fetch)
            try:
                await work(desk)
            finally:
                await desk.close()

    asyncio.run(run())


def stories(site: Site, *numbers: int) -> None:
    """Publish these stories, newest first, and nothing else."""
    for number in numbers:
        site.pages.setdefault(f"/story-{number}.html", story(number))
    site.pages["/feed"] = rss(*(item(f"/story-{number}.html", f"Story {number}") for number in numbers))


def test_what_is_new_is_recorded_once() -> None:
    site = Site()
    stories(site, 2, 1)

    async def work(desk: Desk) -> None:
        assert (await desk.poll(minutes=1)).articles == 2
        assert (await desk.poll(minutes=15)).articles == 0
        stories(site, 3, 2, 1)
        assert (await desk.poll(minutes=15)).articles == 1
        articles = desk.told("ArticleRecorded")
        assert [a.title for a in articles] == ["Story 2", "Story 1", "Story 3"]
        assert articles[0].url == site.url("/story-2.html")
        assert articles[0].feed == "feed"
        assert site.asked.count("/story-1.html") == 1

    at_desk(site, work)


@pytest.mark.parametrize("way", ["not due", "etag", "last-modified", "same bytes"])
def test_a_feed_that_did_not_change_costs_next_to_nothing(way: str) -> None:
    site = Site()
    stories(site, 1)
    text = str(site.pages["/feed"])

    def feed(request: web.Request) -> web.Response:
        if way == "etag" and request.headers.get("If-None-Match") == 'W/"a b"':
            return web.Response(status=304)
        if way == "last-modified" and request.headers.get("If-Modified-Since") == "yesterday, as ever":
            return web.Response(status=304)
        headers = {"etag": {"ETag": 'W/"a b"'}, "last-modified": {"Last-Modified": "yesterday, as ever"}}.get(way, {})
        return web.Response(text=text, content_type="application/rss+xml", headers=headers)

    site.pages["/feed"] = feed

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        head = desk.parts.log.head()
        for _ in range(3):
            await desk.poll(minutes=0.5 if way == "not due" else 11)
        assert desk.parts.log.head() == head
        assert site.asked.count("/feed") == (1 if way == "not due" else 4)

    at_desk(site, work)


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    stories(site, 1)

    async def first(desk: Desk) -> None:
        assert (await desk.poll(minutes=1)).articles == 1
        site.pages["/feed"] = None  # type: ignore[assignment]  # the feed answers 404

    async def second(desk: Desk) -> None:
        assert (await desk.poll(seconds=5)).polled == 0
        assert desk.told("ArticleRecorded")[0].title == "Story 1"
        assert await desk.collector.due_in() > 60

    async def run() -> None:
        async with site:
            for work in (first, second):
                desk = Desk([source(site)], tmp_path / "events.db", clock, PRIVATE)
                await work(desk)
                await desk.close()

    asyncio.run(run())


def test_a_source_that_fails_is_reported_once_and_so_is_its_recovery() -> None:
    site = Site()
    stories(site, 1)
    good = site.pages["/feed"]

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        site.pages["/feed"] = web.Response(status=404)
        for _ in range(6):
            await desk.poll(hours=25)
        (failing,) = desk.told("SourceFailing")
        assert failing.feed == "feed"
        assert failing.reason.startswith("status 404: http://127.0.0.1")
        assert not desk.told("SourceRecovered")
        site.pages["/feed"] = good
        await desk.poll(hours=25)
        await desk.poll(hours=25)
        assert len(desk.told("SourceRecovered")) == 1

    at_desk(site, work)


def test_faults_make_the_waits_longer_and_retry_after_counts() -> None:
    site = Site({"/feed": web.Response(status=503)})

    async def work(desk: Desk) -> None:
        waits = []
        for _ in range(3):
            await desk.poll(hours=25)
            waits.append(await desk.collector.due_in())
        assert waits == sorted(waits)
        assert 2 * waits[0] <= waits[2] * 1.01
        site.pages["/feed"] = web.Response(status=503, headers={"Retry-After": "80000"})
        await desk.poll(hours=25)
        assert 79_000 < await desk.collector.due_in() <= 80_000

    at_desk(site, work)


@pytest.mark.parametrize(("status", "to"), [(301, "/new"), (308, "/new"), (302, None), (410, None)])
def test_a_source_that_moved_or_is_gone_is_written_down(status: int, to: str | None) -> None:
    site = Site()
    stories(site, 1)
    site.pages["/new"] = site.pages["/feed"]
    site.pages["/feed"] = lambda _: web.Response(status=status, headers={"Location": "/new"} if status < 400 else {})

    async def work(desk: Desk) -> None:
        for _ in range(3):
            await desk.poll(hours=25)
        moved = [data.to for data in desk.told("SourceMoved")]
        assert moved == ([site.url(to)] if to else [None] if status == 410 else [])
        assert len(desk.told("ArticleRecorded")) == (0 if status == 410 else 1)

    at_desk(site, work)


def test_a_source_that_falls_silent_is_reported_when_its_own_rhythm_says_so() -> None:
    site = Site()
    days = [f"<pubDate>{START - timedelta(days=n):%a, %d %b %Y %H:%M:%S} GMT</pubDate>" for n in range(10)]
    for number in range(11):
        site.pages[f"/{number}.html"] = story(number)
    site.pages["/feed"] = rss(*(item(f"/{n}.html", f"Story {n}", day) for n, day in enumerate(days)))

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        await desk.poll(days=1.5)
        assert not desk.told("SourceSilent")
        await desk.poll(days=1)
        await desk.poll(days=1)
        (silent,) = desk.told("SourceSilent")
        assert (silent.feed, silent.expected_days) == ("feed", 2.0)
        site.pages["/feed"] = rss(item("/10.html", "Story 10"))
        await desk.poll(days=1)
        assert len(desk.told("SourceRecovered")) == 1

    at_desk(site, work)


def test_a_corrected_article_becomes_a_revision_and_is_not_fetched_for_ever() -> None:
    site = Site()
    stories(site, 1)
    looks: list[str] = []

    def page(_: web.Request) -> str:
        looks.append("look")
        return story(1, f"They met for the time number {len(looks)}, officials said in the capital.")

    site.pages["/story-1.html"] = page

    async def work(desk: Desk) -> None:
        for _ in range(60):
            await desk.poll(hours=2)
        assert len(looks) == 4
        assert len(desk.told("ArticleRecorded")) == 1
        assert len(desk.told("ArticleRevised")) == 3

    at_desk(site, work)


COUNTERS = """<p>Updated {n} minutes ago</p><p>{n} people are reading this now</p><div>Kell {n}°C</div>
<div class=ad id=slot-{n}><p>Buy {n} pairs of our warm and cheap socks today, and get {n} more of them.</p></div>
<p>Brent crude: ${n}.20 a barrel</p>"""


def test_a_page_on_which_only_counters_turn_is_never_revised() -> None:
    site = Site()
    stories(site, 1)
    looks: list[str] = []

    def page(_: web.Request) -> str:
        looks.append("look")
        return story(1).replace("</h1>", "</h1>" + COUNTERS.format(n=len(looks) + 2))

    site.pages["/story-1.html"] = page

    async def work(desk: Desk) -> None:
        for _ in range(40):
            await desk.poll(hours=1)
        assert len(looks) == 4
        assert len(desk.told("ArticleRecorded")) == 1
        assert desk.told("ArticleRevised") == []

    at_desk(site, work)


def test_a_feed_that_makes_up_new_ids_at_every_look_has_no_article_fetched_for_ever() -> None:
    site = Site()
    looks: list[str] = []

    def page(_: web.Request) -> str:
        looks.append("look")
        return story(1, f"They met for the time number {len(looks)}, officials said in the capital.")

    site.pages["/story-1.html"] = page

    async def work(desk: Desk) -> None:
        for number in range(40):
            site.pages["/feed"] = rss(item("/story-1.html", "Story 1", guid=f"made-up-{number}"))
            await desk.poll(minutes=20)
        assert len(looks) == 3, "at once, and after one and six hours"
        assert len(desk.told("ArticleRevised")) == 2

    at_desk(site, work)


def test_an_entry_that_its_feed_calls_updated_is_fetched_again_within_bounds() -> None:
    site = Site()

    async def work(desk: Desk) -> None:
        for number in range(30):
            at = START + timedelta(hours=number)
            site.pages["/story-1.html"] = story(1, f"They spoke of version {number} of the text, officials said there.")
            stories(site, 1)
            updated = f"<updated xmlns='http://www.w3.org/2005/Atom'>{at:%Y-%m-%dT%H:%M:%SZ}</updated>"
            site.pages["/feed"] = rss(item("/story-1.html", "Story 1", updated))
            await desk.poll(hours=1)
        assert 5 <= site.asked.count("/story-1.html") <= 16

    at_desk(site, work)


CONSENT = (
    "<html><title>Before you continue</title><body><p>We value your privacy. Accept all cookies.</p></body></html>"
)
TEASER = (
    "<description>The envoys met on Monday in the capital and agreed to meet again soon, officials said.</description>"
)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (CONSENT, "consent"),
        (web.Response(status=404), "HTTP 404"),
        (web.Response(status=403), "HTTP 403"),
        ("<html><title>Page not found</title><body><p>Sorry.</p></body></html>", "error page"),
        ("<html><title>Story</title><body></body></html>", "no body"),
        ("", ""),
        (lambda _: web.Response(status=302, headers={"Location": "/"}), "front page"),
        (lambda _: web.Response(status=302, headers={"Location": "http://169.254.169.254/x"}), "not a public address"),
    ],
    ids=["consent", "404", "403", "soft 404", "no body", "empty", "front page", "inside"],
)
def test_what_is_no_article_is_set_aside_with_its_reason(page: Any, reason: str) -> None:
    site = Site({"/feed": rss(item("/wall.html")), "/wall.html": page, "/": story(1)})

    async def work(desk: Desk) -> None:
        for _ in range(8):
            await desk.poll(hours=25)
        assert not desk.told("ArticleRecorded")
        (aside,) = desk.told("ArticleSetAside")
        assert (aside.item, aside.feed) == (site.url("/wall.html"), "feed")
        assert reason in aside.reason

    at_desk(site, work)


def test_where_the_page_is_a_wall_the_source_s_own_words_are_taken() -> None:
    site = Site({"/feed": rss(item("/wall.html", "They met", TEASER)), "/wall.html": CONSENT})

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        (article,) = desk.told("ArticleRecorded")
        assert article.title == "They met"
        assert "agreed to meet again soon" in (desk.parts.log.words(article.text) or "")
        assert article.url == site.url("/wall.html")

    at_desk(site, work)


def test_the_same_text_under_many_addresses_is_a_wall_whatever_it_says() -> None:
    wall = story(7)
    site = Site({f"/{n}.html": wall for n in range(6)})
    site.pages["/feed"] = rss(*(item(f"/{n}.html", f"Story {n}") for n in range(6)))

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        assert len(desk.told("ArticleRecorded")) == 2
        reasons = {aside.reason for aside in desk.told("ArticleSetAside")}
        assert reasons == {"the same text stands under 2 other addresses of this source"}

    at_desk(site, work)


def test_texts_that_shrink_all_at_once_are_reported() -> None:
    site = Site()
    stories(site, *range(12))

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        for number in range(20, 26):
            site.pages[f"/story-{number}.html"] = CONSENT
        stories(site, *range(20, 26))
        await desk.poll(minutes=15)
        (failing,) = desk.told("SourceFailing")
        assert "thin texts" in failing.reason

    at_desk(site, work)


ODD = """<html><head><title>The Quay</title></head><body><h1>The Quay</h1><b class=hed>Envoys meet again</b>
<i class=when>1 June 2018, 14:05 MSK</i><div class=promo><p>{promo}</p></div><div class=txt>{body}</div>
<div class=rest><p>Elsewhere the ferry strike goes on, and the passengers wait in the rain, as they say.</p></div>"""
SAID = "The envoys met again on Monday at number {}, officials said in the capital, and will go on tomorrow morning."
RULES = PageRules(title=".hed", date=".when", body=".txt", drop=".promo")


def odd_page(number: int, *, renamed: bool = False) -> str:
    promo = "Our letter brings you the best of the week to your door, for nothing at all, every single Friday."
    page = ODD.format(promo=promo, body=f"<p>{SAID.format(number)}</p><div class=promo><p>{promo}</p></div>")
    return page.replace("class=txt", "class=text") if renamed else page


def test_a_site_with_rules_of_its_own_is_read_by_them() -> None:
    site = Site({"/story-1.html": odd_page(1)})
    stories(site, 1)

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        (article,) = desk.told("ArticleRecorded")
        assert (article.title, article.published) == ("Envoys meet again", datetime(2018, 6, 1, 11, 5, tzinfo=UTC))
        assert desk.parts.log.words(article.text) == f"Envoys meet again\n\n{SAID.format(1)}"
        assert desk.told("SourceFailing") == []

    at_desk(site, work, sources=lambda: [source(site, extract=RULES)])


def test_rules_that_no_longer_match_are_reported_and_lose_no_article() -> None:
    site = Site({f"/story-{n}.html": odd_page(n, renamed=n > 1) for n in range(9)})

    async def work(desk: Desk) -> None:
        for newest in (1, 2, 3, 4, 5):
            stories(site, *range(newest, 0, -1))
            await desk.poll(minutes=15)
        assert len(desk.told("ArticleRecorded")) == 5
        (failing,) = desk.told("SourceFailing")
        assert failing.reason.startswith("rotten rules: the rule body = '.txt' matches nothing on the last 3 articles")
        site.pages["/story-6.html"] = odd_page(6)
        stories(site, *range(6, 0, -1))
        await desk.poll(minutes=15)
        assert len(desk.told("SourceRecovered")) == 1

    at_desk(site, work, sources=lambda: [source(site, extract=RULES)])


def test_a_check_says_which_rule_matches_nothing() -> None:
    site = Site({"/story-1.html": odd_page(1, renamed=True)})
    stories(site, 1)

    async def work(desk: Desk) -> None:
        (row,) = await desk.collector.try_each()
        assert not row.good
        assert "the rule body = '.txt' matches nothing on http://" in row.says

    at_desk(site, work, sources=lambda: [source(site, extract=RULES)])


def test_a_page_that_is_down_for_a_while_is_tried_again_and_not_lost() -> None:
    site = Site()
    stories(site, 1)
    site.pages["/story-1.html"] = web.Response(status=503)

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        assert not desk.told("ArticleRecorded", "ArticleSetAside")
        site.pages["/story-1.html"] = story(1)
        await desk.poll(minutes=6)
        assert [article.title for article in desk.told("ArticleRecorded")] == ["Story 1"]
        assert desk.told("ArticleRecorded")[0].first_seen == START + timedelta(minutes=1)

    at_desk(site, work)


def test_a_source_that_hangs_holds_up_no_other() -> None:
    site = Site()
    stories(site, 1)

    async def hang(_: web.Request) -> str:
        await asyncio.sleep(30)
        return "late"

    site.pages["/hangs"] = hang

    async def work(desk: Desk) -> None:
        desk.clock.forward(minutes=1)
        assert await desk.collector.run_due() == 2
        for _ in range(100):
            if desk.told("ArticleRecorded"):
                break
            await asyncio.sleep(0.05)
        assert len(desk.told("ArticleRecorded")) == 1
        assert await desk.collector.run_due() == 0, "what hangs is not asked a second time"
        await desk.collector.settled()
        fault = desk.parts.database.connection.execute("SELECT last_fault FROM polls WHERE source = 'hangs'").fetchone()
        assert "no complete answer in time" in fault[0]

    at_desk(site, work, sources=lambda: [source(site, "/hangs", name="hangs"), _elsewhere(site)])


def _elsewhere(site: Site) -> SourceSection:
    """The site's feed under another name of the same machine: another host to the fetcher."""
    return SourceSection(name="feed", url=f"http://localhost:{site.port}/feed", interval="10m")


def test_what_was_listed_and_not_taken_survives_the_process(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    stories(site, 2, 1)

    async def run() -> None:
        async with site:
            desk = Desk([source(site)], tmp_path / "events.db", clock, PRIVATE)
            taken: list[str] = []

            async def dies(*_: object) -> int:
                taken.append("one")
                raise asyncio.CancelledError

            desk.collector._taker.take = dies  # type: ignore[method-assign]
            await desk.poll(minutes=1)
            assert taken == ["one"]
            assert not desk.told("ArticleRecorded")
            await desk.close()
            stories(site, 3)
            desk = Desk([source(site)], tmp_path / "events.db", clock, PRIVATE)
            await desk.poll(seconds=1)
            assert {article.title for article in desk.told("ArticleRecorded")} == {"Story 1", "Story 2"}
            await desk.close()

    asyncio.run(run())


def test_a_kind_with_a_fault_in_it_costs_its_source_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    stories(site, 1)

    async def work(desk: Desk) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError("in the kind")

        monkeypatch.setattr(FeedKind, "poll", broken)
        await desk.poll(minutes=1)
        monkeypatch.undo()
        await desk.poll(hours=1)
        assert len(desk.told("ArticleRecorded")) == 1

    at_desk(site, work)


def test_a_check_says_what_each_source_gives_and_records_nothing() -> None:
    site = Site({"/empty": rss(), "/walls": rss(item("/wall.html")), "/wall.html": CONSENT})
    stories(site, 1)
    paths = ("/feed", "/empty", "/walls", "/missing")

    async def work(desk: Desk) -> None:
        heard: list[str] = []
        rows = {row.name: row for row in await desk.collector.try_each(lambda row: heard.append(row.name))}
        assert sorted(heard) == sorted(rows)
        assert rows["feed"].good
        assert "1 entries; the first: 'Story 1'" in rows["feed"].says
        assert [rows[name].good for name in ("empty", "walls", "missing")] == [False, False, False]
        assert "lists no entry" in rows["empty"].says
        assert "consent" in rows["walls"].says
        assert "HTTP 404" in rows["missing"].says
        assert desk.parts.log.head() == 0

    at_desk(site, work, sources=lambda: [source(site, path, name=path[1:]) for path in paths])


def test_documents_dropped_into_a_folder_arrive(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    text = "---\nurl: https://o.example/a\nsource: o.example\npublished: 2018-05-30T10:00:00Z\n---\nA title\n\n"
    (folder / "a.txt").write_text(text + "The envoys met on Monday, officials said, and will meet again.\n")

    async def work(desk: Desk) -> None:
        await desk.poll(minutes=1)
        (article,) = desk.told("ArticleRecorded")
        assert (article.url, article.source) == ("https://o.example/a", "o.example")

    at_desk(Site(), work, sources=lambda: [SourceSection(name="drop", url=f"file://{folder}", kind="folder")])


def test_every_source_counts_as_tried_when_its_first_articles_are_taken() -> None:
    site = Site()
    stories(site, 1)

    async def work(desk: Desk) -> None:
        assert not await desk.collector.every_source_tried()
        await desk.poll(minutes=1)
        assert await desk.collector.every_source_tried()

    at_desk(site, work)
