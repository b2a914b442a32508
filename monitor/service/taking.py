"""One entry's article: fetched, normalised, judged, recorded or set aside. Decides no schedule."""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from monitor.config import SourceSection
from monitor.events import ArticleSetAside, NewEvent, Origin
from monitor.log.codec import text_hash
from monitor.service.assembly import Clock, Parts
from monitor.service.commits import GroupCommit
from monitor.service.complaints import MissedRules, after_article
from monitor.service.intake import Arrived, words_of
from monitor.service.polls import Pending, Polls
from monitor.service.worker import Worker
from scrapers.article import Article, SeedError
from scrapers.encoding import decode_page
from scrapers.exchange import NO_VALIDATORS, FetchError, Response, Validators
from scrapers.fetch import Fetcher
from scrapers.normalize import normalize
from scrapers.rules import PageRules, found_by
from scrapers.source import Entry
from scrapers.walls import wall_reason

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 4
"""How often an article's page is tried before it is set aside."""
FIRST_RETRY: Final = timedelta(minutes=5)
"""Four times longer with each attempt."""
SAME_TEXT: Final = 2
"""Other addresses of one source under which a text may stand before it counts as a wall."""
MAX_PAGE: Final = 5_000_000


class NoArticle(Exception):
    """What came is not an article; `article` is what was made of it, if anything."""

    def __init__(self, reason: str, article: Article | None = None) -> None:
        super().__init__(reason)
        self.article = article


class Made(msgspec.Struct, frozen=True):
    """An article with what the rules for its source did not find on its page."""

    article: Article
    missing: tuple[str, ...] = ()


class Taker:
    """Takes the articles of entries."""

    def __init__(
        self, parts: Parts, polls: Polls, fetcher: Fetcher, worker: Worker, commit: GroupCommit, clock: Clock
    ) -> None:
        self._parts = parts
        self._polls = polls
        self._fetcher = fetcher
        self._worker = worker
        self._commit = commit
        self._clock = clock
        self._misses: dict[str, int] = {}
        """Articles in a row on whose pages a source's rules found nothing."""

    async def take(self, source: SourceSection, item: Pending) -> int:
        """Fetch, normalise and record one article. -> 1 if it was new or changed, else 0.

        Raises:
            LogUnavailable: the storage refused; the entry stays to be taken.
        """
        try:
            made, validators = await self._article(source, item)
        except FetchError as fault:
            await self._missed(source, item, fault)
            return 0
        except NoArticle as aside:
            await self._set_aside(source, item, str(aside), aside.article)
            return 0
        if made is None:
            await self._visited(source, item, validators, None)
            return 0
        return await self._record(source, item, made, validators)

    async def look(self, source: SourceSection, entry: Entry) -> Article:
        """Fetch and normalise an entry's article, for a check; records nothing.

        Raises:
            FetchError: the page could not be had.
            NoArticle: it is none, or the rules for the source found nothing on it.
        """
        if entry.whole or entry.url is None:
            return (await self._normalized(entry.body, entry)).article
        page = await self._fetcher.fetch(entry.url, limit=MAX_PAGE)
        made = await self._normalized(page.body, entry, page, rules=source.extract)
        if made.missing:
            raise NoArticle(f"{'; '.join(made.missing)} on {page.url}", made.article)
        return made.article

    async def _article(self, source: SourceSection, item: Pending) -> tuple[Made | None, Validators]:
        """The article, or None where its page has not changed, and what makes the next request conditional."""
        entry = item.entry
        if entry.whole or entry.url is None:
            return await self._normalized(entry.body, entry, released=item.released), NO_VALIDATORS
        try:
            page = await self._fetcher.fetch(entry.url, item.validators, limit=MAX_PAGE)
            if page.not_modified:
                return None, item.validators
            made = await self._normalized(page.body, entry, page, rules=source.extract, released=item.released)
            await self._check_repetition(source, item, made.article)
        except (FetchError, NoArticle) as error:
            if isinstance(error, FetchError) and not _is_final(error, item.attempts):
                raise
            own = await self._own_words(entry)
            if own is None:
                raise
            logger.info("%s: taken in the source's own words, for: %s", entry.url, error)
            return own, NO_VALIDATORS
        return made, page.validators

    async def _own_words(self, entry: Entry) -> Made | None:
        """What the source itself gives, where the page cannot be had; None where that is no article either."""
        if not entry.body:
            return None
        try:
            return await self._normalized(entry.body, entry)
        except NoArticle:
            return None

    async def _normalized(
        self,
        data: bytes,
        entry: Entry,
        page: Response | None = None,
        *,
        rules: PageRules | None = None,
        released: bool = False,
    ) -> Made:
        if page is not None and _is_front_page(entry.url or "", page.url) and not released:
            raise NoArticle(f"its address leads to the front page, {page.url}")
        make = partial(
            _made,
            data,
            rules if rules is not None and rules.ask_for_something else None,
            name=entry.url or entry.key,
            url=page.url if page else entry.url,
            content_type=page.content_type if page else None,
            declared=entry.published,
            latest=self._clock(),
        )
        try:
            made = await asyncio.to_thread(make)
        except SeedError as error:
            raise NoArticle(str(error)) from error
        except Exception as error:  # no page, however made, may end the service
            logger.exception("%s: cannot be normalised", entry.url or entry.key)
            raise NoArticle(f"cannot be normalised: {type(error).__name__}: {error}") from error
        shown = decode_page(data, page.content_type) if page else None
        reason = None if released else wall_reason(made.article, shown)
        if reason is not None:
            raise NoArticle(reason, made.article)
        return made

    async def _check_repetition(self, source: SourceSection, item: Pending, article: Article) -> None:
        """The same words under many addresses of one source are a wall, whatever they say."""
        digest = _digest(article)
        others = await self._worker(lambda: self._polls.others_with(source.name, item.entry.key, digest))
        if others >= SAME_TEXT and not item.released:
            raise NoArticle(f"the same text stands under {others} other addresses of this source", article)

    async def _record(self, source: SourceSection, item: Pending, made: Made, validators: Validators) -> int:
        article = made.article
        if article.language is None:
            article = msgspec.structs.replace(article, language=source.language)
        arrived = Arrived(article, Origin.POLL, source.name, item.seen_at, article.published_precision, source.official)
        events = await self._worker(lambda: self._parts.pipeline.record([arrived]))
        await self._visited(source, item, validators, _digest(article))
        in_a_row = self._misses.get(source.name, 0) + 1 if made.missing else 0
        self._misses[source.name] = in_a_row
        await self._measured(source, len(article.text), MissedRules(made.missing, in_a_row))
        return len(events)

    async def _visited(self, source: SourceSection, item: Pending, validators: Validators, digest: str | None) -> None:
        now = self._clock()
        await self._commit(lambda c: self._polls.visited(c, source.name, item, now, validators, digest))

    async def _measured(self, source: SourceSection, length: int, missed: MissedRules | None = None) -> None:
        lengths, complaint = await self._commit(lambda c: self._polls.measured(c, source.name, length))
        event, after = after_article(source.name, complaint, lengths, self._clock(), missed)
        if event is not None:
            await self._worker(lambda: self._parts.log.append([event]))
            await self._commit(lambda c: self._polls.complain(c, source.name, after))

    async def _missed(self, source: SourceSection, item: Pending, fault: FetchError) -> None:
        if _is_final(fault, item.attempts):
            await self._set_aside(source, item, str(fault), None)
            return
        wait = max(FIRST_RETRY * 4**item.attempts, fault.retry_after or timedelta())
        counts = fault.weight > 0
        again = self._clock() + wait
        await self._commit(lambda c: self._polls.missed(c, source.name, item.entry.key, again, counts=counts))

    async def _set_aside(self, source: SourceSection, item: Pending, reason: str, article: Article | None) -> None:
        entry = item.entry
        name = entry.url or entry.key
        if not item.visits:
            words = words_of(article) if article else None
            data = ArticleSetAside(item=name, feed=source.name, reason=reason, text=text_hash(words) if words else None)
            key = f"aside:{source.name}:{text_hash(name + reason)[:24]}"
            event = NewEvent(f"source/{source.name}", data, key, words=words)
            await self._worker(lambda: self._parts.log.append([event]))
        await self._commit(lambda c: self._polls.missed(c, source.name, entry.key, None))
        if article is not None and not item.visits:
            await self._measured(source, 0)


def _made(data: bytes, rules: PageRules | None, *, content_type: str | None, **known: Any) -> Made:
    """The article in `data`; see `normalize`."""
    found = found_by(rules, decode_page(data, content_type)) if rules else None
    article = normalize(data, content_type=content_type, given=found, **known)
    return Made(article, found.missing if found else ())


def _is_final(fault: FetchError, attempts: int) -> bool:
    """Whether trying again is of no use: the server's own word, or too many tries."""
    if fault.reason.startswith("status 4"):
        return fault.reason not in ("status 408", "status 425", "status 429") or attempts + 1 >= ATTEMPTS
    return fault.reason in ("address", "redirect", "scheme", "body") or (fault.weight > 0 and attempts + 1 >= ATTEMPTS)


def _is_front_page(asked: str, got: str) -> bool:
    return urlsplit(got).path in ("", "/") and urlsplit(asked).path not in ("", "/") and not urlsplit(got).query


def _digest(article: Article) -> str:
    return blake2b(article.text.encode(), digest_size=16).hexdigest()
