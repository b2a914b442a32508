"""Polls sources that are due and hands what is new to the pipeline. Reads no article, sends no alert."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

import msgspec

from monitor.config import Config, SourceSection, seconds
from monitor.events import ArticleSetAside, NewEvent, Origin, SourceFailing, SourceMoved, SourceRecovered
from monitor.log.codec import text_hash
from monitor.service.assembly import Clock, Parts
from monitor.service.intake import Arrived
from monitor.service.polls import Poll, Polls, backed_off
from monitor.service.worker import Worker
from scrapers.article import Article, SeedError
from scrapers.feed import FeedKind
from scrapers.fetch import NO_VALIDATORS, Fetcher, FetchError
from scrapers.normalize import normalize
from scrapers.source import Entry, Kind, Listing, SourceFault
from scrapers.walls import wall_reason

logger = logging.getLogger(__name__)

KINDS: Final[dict[str, Kind]] = {"feed": FeedKind()}
FAILING: Final = 3.0
"""Weighted faults in a row after which a source counts as failing."""
ATTEMPTS: Final = 4
"""How often an article's page is tried, one poll apart, before it is set aside."""
JITTER: Final = 0.1
"""Share of the interval by which polls are spread."""


class Collected(msgspec.Struct, frozen=True):
    """What one round of polling brought."""

    polled: int = 0
    articles: int = 0
    faults: int = 0


class Row(msgspec.Struct, frozen=True):
    """One line of what `check` prints."""

    name: str
    good: bool
    says: str


class Collector:
    """Everything between the configured sources and the pipeline."""

    def __init__(self, config: Config, parts: Parts, clock: Clock, worker: Worker) -> None:
        """Call in the worker's thread: it sets up its tables."""
        self._sources = {source.name: source for source in config.source}
        self._parts = parts
        self._clock = clock
        self._worker = worker
        self._polls = Polls(parts.database)
        now = clock()
        self._polls.register(list(self._sources), [now + self._spread(s) for s in self._sources.values()])
        contact = f" (+{config.summitwatch.contact})" if config.summitwatch.contact else ""
        self._fetcher = Fetcher(
            f"Summitwatch/{version('summitwatch')}{contact}",
            allow_private=config.fetch.allow_private,
            timeout=seconds(config.fetch.timeout),
            concurrency=config.fetch.concurrency,
            clock=clock,
        )
        self._started = False

    @staticmethod
    def _spread(source: SourceSection) -> timedelta:
        """First polls are spread so that a start does not knock on every door at once."""
        return timedelta(seconds=random.uniform(0, min(10, seconds(source.interval))))

    async def _session(self) -> Fetcher:
        if not self._started:
            await self._fetcher.__aenter__()
            self._started = True
        return self._fetcher

    async def close(self) -> None:
        """End the connections."""
        if self._started:
            await self._fetcher.__aexit__(None, None, None)

    async def every_source_tried(self) -> bool:
        """Whether each source has been asked at least once."""
        return await self._worker(self._polls.every_source_tried)

    async def run_due(self) -> Collected:
        """Poll what is due now."""
        return await self._round(await self._worker(lambda: self._polls.due(self._clock())))

    async def poll_all(self) -> Collected:
        """Poll every source, due or not."""
        return await self._round(await self._worker(lambda: self._polls.due(None)))

    async def _round(self, polls: Sequence[Poll]) -> Collected:
        results = await asyncio.gather(*(self._poll(poll) for poll in polls))
        return Collected(len(results), sum(n for n in results if n is not None), results.count(None))

    async def _poll(self, poll: Poll) -> int | None:
        """One source. -> how many articles were new; None after a fault."""
        source = self._sources[poll.source]
        try:
            listing = await self._listing(source, poll)
        except (FetchError, SourceFault) as fault:
            await self._worker(partial(self._failed, source, poll, fault))
            return None
        todo = await self._worker(lambda: self._polls.unseen(source.name, listing.entries, self._clock()))
        new = 0
        for entry, first_seen, attempts in todo:
            new += await self._take(source, entry, first_seen, attempts)
        await self._worker(lambda: self._succeeded(source, poll, listing, new))
        return new

    async def _listing(self, source: SourceSection, poll: Poll) -> Listing:
        fetcher = await self._session()
        kind = KINDS[source.kind]
        return await kind.entries(fetcher, source.url, source.options, poll.validators, self._clock())

    async def _take(self, source: SourceSection, entry: Entry, first_seen: datetime, attempts: int) -> int:
        """Fetch, normalise and record one entry's article. -> 1 if it was new."""
        try:
            article = await self._article(entry)
        except FetchError as fault:
            given_up = attempts + 1 >= ATTEMPTS
            await self._worker(partial(self._missed, source, entry, str(fault), given_up=given_up))
            return 0
        except SeedError as error:
            await self._worker(partial(self._missed, source, entry, str(error), given_up=True))
            return 0
        return await self._worker(lambda: self._record(source, entry, article, first_seen))

    async def _article(self, entry: Entry) -> Article:
        now = self._clock()
        if entry.url is None:
            return normalize(entry.html.encode(), name=entry.key, declared=entry.published, latest=now)
        fetcher = await self._session()
        page = await fetcher.fetch(entry.url)
        article = normalize(
            page.body, name=page.url, url=page.url, content_type=page.content_type, declared=entry.published, latest=now
        )
        reason = wall_reason(article)
        if reason is not None:
            raise SeedError(f"{page.url}: {reason}")
        return article

    def _record(self, source: SourceSection, entry: Entry, article: Article, first_seen: datetime) -> int:
        arrived = Arrived(article, Origin.POLL, source.name, first_seen, article.published_precision, source.official)
        events = self._parts.pipeline.record([arrived])
        self._polls.tried(source.name, entry, done=True)
        return len(events)

    def _missed(self, source: SourceSection, entry: Entry, reason: str, *, given_up: bool) -> None:
        if given_up:
            item = entry.url or entry.key
            data = ArticleSetAside(item=item, feed=source.name, reason=reason)
            key = f"aside:{source.name}:{text_hash(item + reason)[:24]}"
            self._parts.log.append([NewEvent(f"source/{source.name}", data, key)])
        self._polls.tried(source.name, entry, done=given_up)

    def _failed(self, source: SourceSection, poll: Poll, fault: FetchError | SourceFault) -> None:
        weight = fault.weight if isinstance(fault, FetchError) else 1.0
        failures = poll.failures + weight
        wait = backed_off(timedelta(seconds=seconds(source.interval)), failures)
        if isinstance(fault, FetchError) and fault.retry_after:
            wait = max(wait, fault.retry_after)
        now = self._clock()
        self._polls.failed(source.name, now + wait, failures, str(fault))
        logger.warning("%s: %s; next try in %s", source.name, fault, timedelta(seconds=int(wait.total_seconds())))
        if poll.failures < FAILING <= failures:
            data = SourceFailing(feed=source.name, reason=f"{fault.reason}: {fault}", failures=failures)
            self._parts.log.append(
                [NewEvent(f"source/{source.name}", data, f"failing:{source.name}:{now:%Y%m%dT%H%M%S}")]
            )

    def _succeeded(self, source: SourceSection, poll: Poll, listing: Listing, new: int) -> None:
        now = self._clock()
        interval = timedelta(seconds=max(seconds(source.interval), listing.max_age or 0))
        wait = interval * random.uniform(1 - JITTER, 1 + JITTER)
        self._polls.succeeded(source.name, now, now + wait, listing.validators, new)
        stream = f"source/{source.name}"
        events = []
        if poll.failures >= FAILING:
            data = SourceRecovered(feed=source.name)
            events.append(NewEvent(stream, data, f"recovered:{source.name}:{now:%Y%m%dT%H%M%S}"))
        if listing.moved_to and listing.moved_to != source.url:
            moved = SourceMoved(feed=source.name, to=listing.moved_to)
            events.append(NewEvent(stream, moved, f"moved:{source.name}:{text_hash(listing.moved_to)[:16]}"))
        if events:
            self._parts.log.append(events)

    async def try_each(self) -> list[Row]:
        """Ask every source once, record nothing. -> what each answered."""
        return list(await asyncio.gather(*(self._try(source) for source in self._sources.values())))

    async def _try(self, source: SourceSection) -> Row:
        poll = Poll(source.name, self._clock(), NO_VALIDATORS, 0.0, None, False)
        try:
            listing = await self._listing(source, poll)
        except (FetchError, SourceFault) as fault:
            return Row(source.name, False, str(fault))
        return Row(source.name, bool(listing.entries), f"{len(listing.entries)} entries at {source.url}")
