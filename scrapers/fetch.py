"""The one polite HTTP client: conditional, bounded, guarded at every hop, one request at a time a host."""

import asyncio
import ipaddress
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from types import TracebackType
from typing import Final, Self

import aiohttp
import msgspec
from yarl import URL

from scrapers.addresses import MEND, AddressGuard, ForbiddenAddress, Network, judge
from scrapers.bodies import ACCEPTED, BodyError, read_body
from scrapers.exchange import NO_VALIDATORS, FetchError, Response, Validators, freshness, retry_after
from scrapers.politeness import HostHeld, Turn, Turns
from scrapers.robots import Robots

MAX_REDIRECTS: Final = 5
MAX_BODY: Final = 10_000_000
"""Bytes after decompression: the largest real feeds are about 5 MB."""
MAX_HEADER: Final = 16_384
MIN_GAP_SECONDS: Final = 1.0
"""Between two requests to one host, where its robots.txt asks for no longer delay."""


class _Redirect(msgspec.Struct, frozen=True):
    target: str
    for_good: bool


class Fetcher:
    """Fetches with one connection pool. Use as an async context manager."""

    def __init__(
        self,
        user_agent: str,
        *,
        allow_private: Sequence[str] = (),
        timeout: float = 30.0,
        concurrency: int = 20,
        gap: float = MIN_GAP_SECONDS,
        obey_robots: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`timeout` in seconds for a whole answer; `allow_private` are networks such as `127.0.0.0/8`."""
        self._allowed: tuple[Network, ...] = tuple(ipaddress.ip_network(text) for text in allow_private)
        self._judge = lru_cache(10_000)(partial(judge, allowed=self._allowed))
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ACCEPTED, "Accept": "*/*"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._slots = asyncio.Semaphore(concurrency)
        self._turns = Turns(gap)
        self._robots = Robots(self._robots_text) if obey_robots else None
        self._proxies = {scheme: url for scheme, url in urllib.request.getproxies().items() if "://" in url}
        self._clock = clock
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        guard = AddressGuard(self._allowed, self._proxies.values())
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=guard, socket_factory=guard.open_socket, limit=0),
            headers=self._headers,
            timeout=self._timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def fetch(self, url: str, validators: Validators = NO_VALIDATORS, *, limit: int = MAX_BODY) -> Response:
        """GET a page, following redirects.

        Raises:
            FetchError: there is no usable answer; it says why and how much that counts.
        """
        return await self._follow(url, validators, limit, self._robots)

    async def _robots_text(self, url: str, limit: int) -> Response:
        return await self._follow(url, NO_VALIDATORS, limit, None)

    async def _follow(self, url: str, validators: Validators, limit: int, robots: Robots | None) -> Response:
        moved_to: str | None = None
        permanent = True
        target = self._target(url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._hop(target, validators, limit, robots)
            if isinstance(answer, Response):
                return msgspec.structs.replace(answer, moved_to=moved_to) if moved_to else answer
            target = self._redirected(target, answer)
            permanent = permanent and answer.for_good
            moved_to = str(target) if permanent else moved_to
        raise FetchError(url, "redirect", f"more than {MAX_REDIRECTS} redirects")

    def _target(self, url: str) -> URL:
        """A URL that may be fetched; literal addresses never reach the resolver and are checked here."""
        try:
            target = URL(url)
            host = target.raw_host
        except ValueError as error:
            raise FetchError(url, "scheme", f"not an address: {error}") from error
        if target.scheme not in ("http", "https") or not host:
            raise FetchError(url, "scheme", "only http and https addresses are fetched")
        if self._judge(host) is False:
            raise FetchError(url, "address", f"{host} is not a public address; {MEND}")
        return target

    def _redirected(self, source: URL, redirect: _Redirect) -> URL:
        try:
            return self._target(str(source.join(URL(redirect.target))))
        except ValueError as error:
            raise FetchError(str(source), "redirect", f"redirects to {redirect.target[:200]!r}: {error}") from error

    async def _hop(
        self, target: URL, validators: Validators, limit: int, robots: Robots | None
    ) -> Response | _Redirect:
        """One request, when it is its host's turn."""
        turn = self._turns.of(target.raw_host or "")
        if robots is not None:
            rules = robots.known(target) or await robots.rules(target)
            if not rules.free:
                rules.check(str(target))
                turn.gap = max(turn.gap, rules.delay)
        try:
            await turn.take()
        except HostHeld as held:
            pause = timedelta(seconds=held.seconds)
            raise FetchError(str(target), "held", str(held), weight=0.0, retry_after=pause) from held
        try:
            async with self._slots:
                return await self._request(target, validators, limit, turn)
        finally:
            turn.end()

    async def _request(self, target: URL, validators: Validators, limit: int, turn: Turn) -> Response | _Redirect:
        try:
            return await self._ask(target, validators, limit, turn)
        except TimeoutError as error:
            raise FetchError(str(target), "timeout", "no complete answer in time", weight=0.5) from error
        except (BodyError, aiohttp.ClientPayloadError) as error:
            raise FetchError(str(target), "body", _first_line(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchError(str(target), "dns", f"name not found: {error.os_error}", weight=0.25) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            forbidden = next((e for e in (error, error.__cause__) if isinstance(e, ForbiddenAddress)), None)
            if forbidden is not None:
                raise FetchError(str(target), "address", str(forbidden)) from error
            raise FetchError(str(target), "connect", _first_line(error)) from error

    async def _ask(self, target: URL, validators: Validators, limit: int, turn: Turn) -> Response | _Redirect:
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        proxy = self._proxy(target) if self._proxies else None
        async with self._session.get(target, headers=headers, allow_redirects=False, proxy=proxy) as answer:
            if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
                return _Redirect(answer.headers["Location"], answer.status in (301, 308))
            if answer.status != 200 and not (answer.status == 304 and headers):
                raise self._refusal(str(target), answer, turn)
            return await self._response(str(target), answer, limit)

    async def _response(self, url: str, answer: aiohttp.ClientResponse, limit: int) -> Response:
        not_modified = answer.status == 304
        if (answer.content_length or 0) > limit and not not_modified:
            raise BodyError(f"{answer.content_length} bytes, more than {limit}")
        headers = answer.headers
        chunks = answer.content.iter_any()
        return Response(
            url,
            b"" if not_modified else await read_body(chunks, headers.get("Content-Encoding", ""), limit),
            headers.get("Content-Type", ""),
            Validators(headers.get("ETag"), headers.get("Last-Modified")),
            not_modified,
            fresh_for=freshness(
                headers.get("Cache-Control"), headers.get("Age"), headers.get("Expires"), self._clock()
            ),
        )

    def _refusal(self, url: str, answer: aiohttp.ClientResponse, turn: Turn) -> FetchError:
        pause = retry_after(answer.headers.get("Retry-After"), self._clock())
        if pause is not None and answer.status in (429, 503):
            turn.hold(pause.total_seconds())
        weight = 0.5 if answer.status >= 500 or answer.status == 429 else 1.0
        says = f"HTTP {answer.status} {answer.reason or ''}".strip()
        if answer.status == 304:
            says += " to a request that set no condition"
        return FetchError(url, f"status {answer.status}", says, weight=weight, retry_after=pause)

    def _proxy(self, target: URL) -> str | None:
        """The proxy that the usual environment variables name for a URL."""
        if urllib.request.proxy_bypass(target.raw_host or ""):
            return None
        return self._proxies.get(target.scheme) or self._proxies.get("all")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]
