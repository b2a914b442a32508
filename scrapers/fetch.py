"""The one polite HTTP client: conditional, bounded, guarded at every hop, one request at a time a host."""

import asyncio
import ipaddress
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from scrapers.addresses import ForbiddenAddress, GuardedResolver, Network, is_allowed
from scrapers.bodies import ACCEPTED, BodyError, read_body

MAX_REDIRECTS: Final = 5
MAX_BODY: Final = 10_000_000
"""Bytes after decompression: the largest real feeds are about 5 MB."""
MAX_HEADER: Final = 16_384
MIN_GAP_SECONDS: Final = 1.0
"""Between two requests to one host, where its robots.txt asks for no longer delay."""
MAX_RETRY_AFTER: Final = timedelta(days=1)


class Validators(msgspec.Struct, frozen=True):
    """What makes the next request conditional; sent back exactly as it was given."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS: Final = Validators()


class Response(msgspec.Struct, frozen=True):
    """A successful answer."""

    url: str
    """Where the body came from, after redirects."""
    status: int
    body: bytes
    content_type: str
    validators: Validators
    moved_to: str | None = None
    """Where the address has moved for good, if only permanent redirects led there."""
    max_age: int | None = None
    """Seconds for which the server says the answer stays fresh."""

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed since the validators were given."""
        return self.status == 304


class FetchError(Exception):
    """A request that gave no usable answer."""

    def __init__(
        self, url: str, reason: str, says: str, *, weight: float = 1.0, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{url}: {says}")
        self.url = url
        self.reason = reason
        """One of dns, connect, timeout, status, redirect, address, body, robots, scheme."""
        self.says = says
        self.weight = weight
        """How much it counts as a failure (Media Cloud's experience: DNS 0.25, server error 0.5, else 1)."""
        self.retry_after = retry_after


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
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._allowed: tuple[Network, ...] = tuple(ipaddress.ip_network(text) for text in allow_private)
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ACCEPTED, "Accept": "*/*"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._slots = asyncio.Semaphore(concurrency)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._gap = gap
        self._clock = clock
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=GuardedResolver(self._allowed), limit=0),
            headers=self._headers,
            timeout=self._timeout,
            auto_decompress=False,
            trust_env=True,
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
        moved_to: str | None = None
        permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._hop(url, validators, limit)
            if isinstance(answer, Response):
                return msgspec.structs.replace(answer, moved_to=moved_to)
            target, for_good = answer
            permanent = permanent and for_good
            url = urljoin(url, target)
            moved_to = url if permanent else moved_to
        raise FetchError(url, "redirect", f"more than {MAX_REDIRECTS} redirects")

    async def _hop(self, url: str, validators: Validators, limit: int) -> Response | tuple[str, bool]:
        host = self._host(url)
        async with self._turns[host], self._slots:
            await self._wait_for_turn(host)
            try:
                return await self._request(url, validators, limit)
            except TimeoutError as error:
                raise FetchError(url, "timeout", "no complete answer in time", weight=0.5) from error
            except BodyError as error:
                raise FetchError(url, "body", str(error)) from error
            except aiohttp.ClientConnectorDNSError as error:
                raise FetchError(url, "dns", f"name not found: {error.os_error}", weight=0.25) from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                forbidden = isinstance(error, ForbiddenAddress) or isinstance(error.__cause__, ForbiddenAddress)
                raise FetchError(url, "address" if forbidden else "connect", _first_line(error)) from error
            finally:
                self._last[host] = time.monotonic()

    def _host(self, url: str) -> str:
        """The host of a URL that may be fetched; literal addresses never reach the resolver and are checked here."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise FetchError(url, "scheme", "only http and https addresses are fetched")
        try:
            allowed = is_allowed(host, self._allowed)
        except ValueError:
            return host
        if not allowed:
            raise FetchError(
                url, "address", f"{host} is not a public address; list it under [fetch] allow_private if it is yours"
            )
        return host

    async def _wait_for_turn(self, host: str) -> None:
        wait = self._last.get(host, -self._gap) + self._gap - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _request(self, url: str, validators: Validators, limit: int) -> Response | tuple[str, bool]:
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status in (301, 302, 303, 307, 308):
                return answer.headers.get("Location", ""), answer.status in (301, 308)
            if answer.status not in (200, 304):
                raise self._refusal(url, answer)
            encoding = answer.headers.get("Content-Encoding", "")
            body = b"" if answer.status == 304 else await read_body(answer.content.iter_any(), encoding, limit)
            return Response(
                url,
                answer.status,
                body,
                answer.headers.get("Content-Type", ""),
                Validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified")),
                max_age=_max_age(answer.headers.get("Cache-Control", "")),
            )

    def _refusal(self, url: str, answer: aiohttp.ClientResponse) -> FetchError:
        retry_after = _retry_after(answer.headers.get("Retry-After"), self._clock())
        weight = 0.5 if answer.status >= 500 or answer.status == 429 else 1.0
        says = f"HTTP {answer.status} {answer.reason or ''}".strip()
        return FetchError(url, f"status {answer.status}", says, weight=weight, retry_after=retry_after)


def _retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Both forms of Retry-After, at most a day."""
    if text is None:
        return None
    try:
        wait = timedelta(seconds=int(text))
    except (ValueError, OverflowError):
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)


def _max_age(cache_control: str) -> int | None:
    for part in cache_control.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isdigit():
            return int(value)
    return None


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]
