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
