"""What robots.txt allows, kept for a day for each origin (RFC 9309). Fetches it through what it is given."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from protego import Protego
from yarl import URL

from scrapers.exchange import FetchError, Response

logger = logging.getLogger(__name__)

AGENT: Final = "Summitwatch"
"""The product token that a robots.txt names to address us."""
MAX_BYTES: Final = 512_000
"""RFC 9309, 2.5: at least 500 KiB are to be read; what lies beyond is ignored."""
KEPT_SECONDS: Final = 24 * 3600.0
"""RFC 9309, 2.4: no longer than 24 hours."""
UNREACHABLE_SECONDS: Final = 300.0
"""After a server error everything is disallowed until the next try."""
MAX_DELAY: Final = 60.0
"""A longer Crawl-delay counts as this much: some say hours, and mean to keep everybody out of their archives."""
MANY_ORIGINS: Final = 10_000

Get = Callable[[str, int], Awaitable[Response]]
"""(url, limit in bytes) → the answer, asked without looking at robots.txt."""


class Rules(msgspec.Struct, frozen=True):
    """What one origin asks of us."""

    until: float
    """On the monotonic clock."""
    parsed: Protego | None = None
    """None where everything is allowed."""
    unreachable: str | None = None
    """Why it could not be read: then nothing is allowed (RFC 9309, 2.3.1.4)."""
    delay: float = 0.0
    """Seconds between two requests."""

    @property
    def free(self) -> bool:
        """Whether they ask nothing of us."""
        return self.parsed is None and self.unreachable is None

    def check(self, url: str) -> None:
        """Raise for what may not be fetched.

        Raises:
            FetchError: robots.txt forbids it, or could not be read.
        """
        if self.unreachable is not None:
            raise FetchError(url, "robots", f"robots.txt cannot be read, so nothing is fetched: {self.unreachable}",
                             weight=0.5)  # fmt: skip
        if self.parsed is not None and not self.parsed.can_fetch(url, AGENT):
            raise FetchError(url, "robots", "robots.txt asks us not to fetch this; remove the source, or agree with "
                             "the site and set [fetch] obey_robots = false")  # fmt: skip


class Robots:
    """The rules of all origins."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    def known(self, url: URL) -> Rules | None:
        """The rules of a URL's origin, where they were asked for lately."""
        rules = self._rules.get(_origin(url))
        return rules if rules is not None and rules.until > time.monotonic() else None

    async def rules(self, url: URL) -> Rules:
        """The rules of a URL's origin, asked for where they are not known."""
        origin = _origin(url)
        async with self._asking.setdefault(origin, asyncio.Lock()):
            rules = self._rules.get(origin)
            if rules is None or rules.until <= time.monotonic():
                self._forget_some()
                rules = self._rules[origin] = await self._ask(origin)
        self._asking.pop(origin, None)
        return rules

    async def _ask(self, origin: str) -> Rules:
        try:
            answer = await self._get(f"{origin}/robots.txt", MAX_BYTES)
        except FetchError as error:
            if error.reason.startswith("status 4") and error.reason != "status 429":
                return Rules(time.monotonic() + KEPT_SECONDS)
            if error.reason == "redirect":  # RFC 9309, 2.3.1.2: as if there were none
                return Rules(time.monotonic() + KEPT_SECONDS)
            wait = error.retry_after.total_seconds() if error.retry_after else UNREACHABLE_SECONDS
            return Rules(time.monotonic() + max(wait, 1.0), unreachable=error.says)
        return parse_robots(answer.body)

    def _forget_some(self) -> None:
        if len(self._rules) >= MANY_ORIGINS:
            now = time.monotonic()
            kept = [item for item in self._rules.items() if item[1].until > now]
            self._rules = dict(kept[-MANY_ORIGINS // 2 :])


def _origin(url: URL) -> str:
    return f"{url.scheme}://{url.raw_authority}"


def parse_robots(body: bytes) -> Rules:
    """The rules in the bytes of a robots.txt; a page that is something else allows everything."""
    until = time.monotonic() + KEPT_SECONDS
    text = body.decode("utf-8-sig", "replace")
    if "disallow" not in text.lower() and "crawl-delay" not in text.lower():
        return Rules(until)
    parsed = Protego.parse(text)
    delay = parsed.crawl_delay(AGENT) or 0.0
    return Rules(until, parsed, delay=min(max(delay, 0.0), MAX_DELAY))
