"""Polls sources that are due and has their new articles taken. Reads no article, sends no alert."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Final

import msgspec

from monitor.config import Config, SourceSection, seconds
from monitor.events import NewEvent
from monitor.log.codec import iso
from monitor.service.assembly import Clock, Parts
from monitor.service.commits import GroupCommit
from monitor.service.complaints import after_answer, after_fault
from monitor.service.health import LONGEST_WAIT, backed_off, next_wait
from monitor.service.polls import Poll, Polls
from monitor.service.taking import NoArticle, Taker
from monitor.service.worker import Worker
from scrapers.exchange import NO_VALIDATORS, FetchError
from scrapers.fetch import Fetcher
from scrapers.kinds import fitting_options, kind_named
from scrapers.source import Listing, Request, SourceFault

logger = logging.getLogger(__name__)

SPREAD_SECONDS: Final = 10
"""First polls are spread over so long: a start does not knock on every door at once."""
JITTER: Final = 0.1
"""Share by which a wait is shortened at random, so that sources do not stay in step."""


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


class _Done(msgspec.Struct, frozen=True):
    polled: bool
    fault: bool
    articles: int


class Collector:
    """Everything between the configured sources and the pipeline.

    Each source has one lane: its poll, then its articles one after the other. Lanes run side by side, so that a slow
    source holds up nothing but itself; the fetcher sees to it that no host is asked twice at a time.
    """

    def __init__(self, config: Config, parts: Parts, clock: Clock, worker: Worker) -> None:
        """Call in the worker's thread: it sets up its tables."""
        self._sources = {source.name: source for source in config.source}
        self._options = {s.name: fitting_options(s.kind, s.url, s.options) for s in config.source}
        self._parts = parts
        self._clock = clock
        self._worker = worker
        self._polls = Polls(parts.database)
        now = clock()
        addresses = [(source.name, source.url) for source in config.source]
        self._polls.register(addresses, [now + _spread(source) for source in config.source], now)
        self._fetcher = fetcher_of(config, clock)
        self._commit = GroupCommit(parts.database, worker)
        self._taker = Taker(parts, self._polls, self._fetcher, worker, self._commit, clock)
        self._lanes: dict[str, asyncio.Task[_Done]] = {}
        self._started = False

    async def _start(self) -> None:
        if not self._started:
            self._started = True
            await self._fetcher.__aenter__()

    async def close(self) -> None:
        """Break off what is under way (it is done again at the next start) and end the connections."""
        lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._started:
            await self._fetcher.__aexit__(None, None, None)

    async def every_source_tried(self) -> bool:
        """Whether each source has been asked at least once and what it had has been taken."""
        return await self._worker(lambda: self._polls.every_source_tried(self._clock()))

    async def due_in(self) -> float:
        """Seconds until there is something to do; 0 if there is now."""
        at = await self._worker(self._polls.next_due)
        return max(0.0, (at - self._clock()).total_seconds()) if at else LONGEST_WAIT.total_seconds()

    async def run_due(self) -> int:
        """Set to work on every source with something to do, and come back at once. -> how many were begun."""
        await self._start()
        due = await self._worker(lambda: self._polls.due(self._clock()))
        idle = [poll for poll in due if poll.source not in self._lanes]
        for poll in idle:
            self._begin(poll, forced=False)
        return len(idle)

    async def poll_all(self) -> Collected:
        """Poll every source, due or not, and wait until all that it has now is taken."""
        await self._start()
        polls = await self._worker(lambda: self._polls.due(None))
        done = await asyncio.gather(*(self._begin(poll, forced=True) for poll in polls))
        faults = sum(lane.fault for lane in done)
        return Collected(sum(lane.polled for lane in done), sum(lane.articles for lane in done), faults)

    async def settled(self) -> None:
        """Wait until no source is being worked on."""
        while self._lanes:
            await asyncio.wait(self._lanes.values())

    def _begin(self, poll: Poll, *, forced: bool) -> asyncio.Task[_Done]:
        lane = asyncio.create_task(self._lane(poll, forced=forced))
        self._lanes[poll.source] = lane
        lane.add_done_callback(lambda lane: self._end(poll.source, lane))
        return lane

    def _end(self, source: str, lane: asyncio.Task[_Done]) -> None:
        self._lanes.pop(source, None)
        if not lane.cancelled() and (error := lane.exception()) is not None:
            logger.error("%s: %s; it is tried again", source, error, exc_info=error)

    async def _lane(self, poll: Poll, *, forced: bool) -> _Done:
        source = self._sources[poll.source]
        polled = forced or poll.due_at <= iso(self._clock())
        answered = await self._poll(source, poll) if polled else None
        articles = await self._take_pending(source, forced=forced) if poll.pending or answered else 0
        return _Done(polled, polled and answered is None, articles)

    async def _take_pending(self, source: SourceSection, *, forced: bool) -> int:
        """Take what there is to take now, newest first; after one interval the source is asked again in between."""
        until = self._clock() + timedelta(seconds=seconds(source.interval))
        taken = 0
        while forced or self._clock() < until:
            item = await self._worker(lambda: self._polls.next_pending(source.name, self._clock()))
            if item is None:
                break
            taken += await self._taker.take(source, item)
        return taken

    async def _poll(self, source: SourceSection, poll: Poll) -> int | None:
        """Ask one source. -> how many entries are new; None after a fault."""
        try:
            listing = await self._listing(source, poll)
        except (FetchError, SourceFault) as fault:
            await self._failed(source, poll, fault)
            return None
        if listing.not_modified:
            await self._answered(source, poll, listing, 0)
            return 0
        now = self._clock()
        new, pause = await self._commit(lambda c: self._polls.listed(c, poll, listing, now))
        await self._answered(source, msgspec.structs.replace(poll, pause=pause), listing, new)
        if listing.cut:
            logger.warning("%s: %d entries beyond the first %d are ignored", source.name, listing.cut, new)
        return new

    async def _listing(self, source: SourceSection, poll: Poll | None) -> Listing:
        validators, digest = (poll.validators, poll.digest) if poll else (NO_VALIDATORS, None)
        request = Request(source.url, self._clock(), self._options[source.name], validators, digest)
        try:
            return await kind_named(source.kind).poll(self._fetcher, request)
        except (FetchError, SourceFault):
            raise
        except Exception as error:  # a source, or a third party's kind, may not end the service
            logger.exception("%s: fault in kind %r", source.name, source.kind)
            raise SourceFault(f"{source.url}: {type(error).__name__}: {error}", "fault in its kind") from error

    async def _failed(self, source: SourceSection, poll: Poll, fault: FetchError | SourceFault) -> None:
        weight = fault.weight if isinstance(fault, FetchError) else 1.0
        failures = poll.failures + weight
        wait = backed_off(timedelta(seconds=seconds(source.interval)), failures) if weight else timedelta()
        if isinstance(fault, FetchError) and fault.retry_after:
            wait = max(wait, fault.retry_after)
        event, complaint = after_fault(poll, fault, failures)
        wait = LONGEST_WAIT if complaint == "gone" else wait
        logger.warning("%s: %s; next try in %s", source.name, fault, timedelta(seconds=int(wait.total_seconds())))
        await self._say([event] if event else [])
        due = self._clock() + wait
        await self._commit(lambda c: self._polls.failed(c, source.name, due, failures, str(fault), complaint))

    async def _answered(self, source: SourceSection, poll: Poll, listing: Listing, new: int) -> None:
        now = self._clock()
        turned_over = poll.tried and new >= 5 and new == len(listing.entries)
        longest = timedelta(seconds=seconds(source.interval))
        pause = timedelta(seconds=poll.pause) if poll.pause is not None else None
        wait = next_wait(longest, pause, timedelta(seconds=listing.fresh_for), turned_over=turned_over)
        due = now + wait * random.uniform(1 - JITTER, 1)
        moved_to = listing.moved_to if listing.moved_to != source.url else None
        events, complaint = after_answer(poll, now, new=new > 0, moved_to=moved_to)
        await self._say(events)
        await self._commit(lambda c: self._polls.answered(c, source.name, now, due, complaint))

    async def _say(self, events: Sequence[NewEvent]) -> None:
        if events:
            await self._worker(lambda: self._parts.log.append(events))

    async def try_each(self, tell: Callable[[Row], None] | None = None) -> list[Row]:
        """Ask every source once and look at its newest article; record nothing. `tell` hears of each at once."""
        await self._start()
        return list(await asyncio.gather(*(self._try(source, tell) for source in self._sources.values())))

    async def _try(self, source: SourceSection, tell: Callable[[Row], None] | None) -> Row:
        row = await self._tried(source)
        if tell is not None:
            tell(row)
        return row

    async def _tried(self, source: SourceSection) -> Row:
        try:
            listing = await self._listing(source, None)
        except (FetchError, SourceFault) as fault:
            return Row(source.name, False, str(fault))
        if not listing.entries:
            return Row(source.name, False, f"answers, but lists no entry: {source.url}")
        count = f"{len(listing.entries)} entries"
        try:
            article = await self._taker.look(source, listing.entries[0])
        except (FetchError, NoArticle) as fault:
            return Row(source.name, False, f"{count}, but the first is no article: {fault}")
        return Row(source.name, True, f"{count}; the first: {article.title[:60]!r}, {len(article.text):,} characters")


def fetcher_of(config: Config, clock: Clock) -> Fetcher:
    """The polite client that a configuration asks for."""
    contact = f" (+{config.summitwatch.contact})" if config.summitwatch.contact else ""
    return Fetcher(
        f"Summitwatch/{version('summitwatch')}{contact}",
        allow_private=config.fetch.allow_private,
        timeout=seconds(config.fetch.timeout),
        concurrency=config.fetch.concurrency,
        gap=config.fetch.gap_seconds,
        obey_robots=config.fetch.obey_robots,
        clock=clock,
    )


def _spread(source: SourceSection) -> timedelta:
    return timedelta(seconds=random.uniform(0, min(SPREAD_SECONDS, seconds(source.interval))))
