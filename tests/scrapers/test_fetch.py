"""Whatever a server does, a request ends in bounded time and memory, with the reason; and hosts are treated kindly."""

import asyncio
import gzip
import ipaddress
import socket
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver
from hypothesis import given
from hypothesis import strategies as st

from scrapers.addresses import AddressGuard, ForbiddenAddress, is_allowed
from scrapers.bodies import BodyError, gunzip, read_body
from scrapers.exchange import NO_VALIDATORS, FetchError, Response, Validators, freshness, retry_after
from scrapers.fetch import Fetcher
from tests.scrapers.site import RawServer, Site

LOOPBACK = ("127.0.0.0/8",)
NOW = datetime(2018, 7, 16, 12, tzinfo=UTC)


def ask(
    url: str, validators: Validators = NO_VALIDATORS, *, limit: int = 1_000_000, timeout: float = 1.0,
    allow: tuple[str, ...] = LOOPBACK, robots: bool = False,
) -> Awaitable[Response]:  # fmt: skip
    async def run() -> Response:
        async with Fetcher("Test/1", allow_private=allow, timeout=timeout, gap=0, obey_robots=robots) as fetcher:
            return await fetcher.fetch(url, validators, limit=limit)

    return run()


def refused(url: str, **how: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        asyncio.run(ask(url, **how))  # type: ignore[arg-type]
    return caught.value


def at_site(site: Site, work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        async with site:
            await work()

    asyncio.run(run())


Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def sends(*parts: bytes, every: float = 0.0, again: bool = False) -> Raw:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(every)
            if not again:
                return

    return serve


async def head_then_endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def slow_drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Header: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.001)


BOMB = gzip.compress(gzip.compress(bytes(30_000_000)))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (slow_drip, "timeout"),
        (sends(b"", every=5), "timeout"),
        (head_then_endless, "body"),
        (endless_headers, "connect"),
        (sends(HEAD + b"X-Long: " + b"y" * 100_000 + b"\r\n\r\n"), "connect"),
        (sends(HEAD + b"Content-Length: 99999999999\r\n\r\n"), "body"),
        (sends(HEAD + b"Content-Length: 1000\r\n\r\nshort"), "body"),
        (sends(HEAD + b"Content-Length: -5\r\n\r\nx"), "connect"),
        (sends(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(30_000_000))), "body"),
        (sends(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"some text")[:-9]), "body"),
        (sends(HEAD + b"Content-Encoding: gzip\r\n\r\nnot gzip at all"), "body"),
        (sends(HEAD + b"Content-Encoding: br\r\n\r\nxx"), "body"),
        (sends(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "status 304"),
        (sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnothex"), "connect"),
        (sends(b"\x16\x03\x01 this is not HTTP\r\n\r\n"), "connect"),
        (sends(b""), "connect"),
    ],
    ids=[
        "slow drip", "silence", "endless body", "endless headers", "one huge header", "huge length", "length too long",
        "negative length", "gzip bomb", "gzip cut", "gzip lie", "brotli unasked", "304 unasked", "bad chunk", "no HTTP",
        "hangs up",
    ],
)  # fmt: skip
def test_hostile_answers_end_soon_and_small_with_their_reason(serve: Raw, reason: str) -> None:
    async def run() -> tuple[FetchError, float, int]:
        async with RawServer(serve) as server:
            tracemalloc.start()
            start = time.monotonic()
            with pytest.raises(FetchError) as caught:
                await ask(server.url("/x"))
            spent, (_, peak) = time.monotonic() - start, tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return caught.value, spent, peak

    error, spent, peak = asyncio.run(run())
    assert error.reason == reason
    assert str(error).startswith("http://127.0.0.1:")
    assert spent < 3
    assert peak < 12_000_000


def test_a_double_bomb_stays_as_small_as_its_first_layer() -> None:
    async def run() -> Response:
        async with RawServer(sends(HEAD + b"Content-Encoding: gzip\r\n\r\n" + BOMB)) as server:
            return await ask(server.url())

    assert len(asyncio.run(run()).body) < 100_000


def test_redirects_are_followed_and_permanent_ones_reported() -> None:
    site = Site()

    async def work() -> None:
        site.pages |= {
            "/old": web.Response(status=301, headers={"Location": "/newer"}),
            "/for-now": web.Response(status=302, headers={"Location": "/newer"}),
            "/newer": lambda _: web.Response(status=308, headers={"Location": site.url("/new")}),
            "/new": "here",
        }
        moved = await ask(site.url("/old"))
        assert (moved.body, moved.url, moved.moved_to) == (b"here", site.url("/new"), site.url("/new"))
        assert (await ask(site.url("/for-now"))).moved_to is None
        assert (await ask(site.url("/new"))).moved_to is None

    at_site(site, work)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/loop", "redirect"),
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://10.0.0.1/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://１０.0.0.1/", "address|connect"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("http://[broken", "redirect|scheme"),
    ],
)
def test_redirects_to_where_nobody_should_go(location: str, reason: str) -> None:
    site = Site()
    site.pages["/loop"] = lambda _: web.Response(status=302, headers={"Location": location})

    async def work() -> None:
        with pytest.raises(FetchError) as caught:
            await ask(site.url("/loop"), allow=("127.0.0.1/32",))
        assert caught.value.reason in reason.split("|")

    at_site(site, work)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://localhost/", "http://LOCALHOST./", "http://[::1]/", "http://[::]/", "http://0.0.0.0/", "http://0/",
        "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/", "http://100.64.0.1/",
        "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://[2002:7f00:1::]/",
        "http://[64:ff9b::7f00:1]/", "http://１２７.０.０.１/", "http://①②⑦.0.0.1/", "http://224.0.0.1/",
        "http://255.255.255.255/", "http://192.0.0.8/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_written(url: str) -> None:
    error = refused(url, allow=())
    assert error.reason in ("address", "connect", "dns", "scheme")
    if error.reason == "address":
        assert "allow_private" in str(error)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "javascript:1", "http://", "//x", "", "http://[x"]
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    assert refused(url).reason == "scheme"


def test_a_name_that_changes_its_address_is_caught_at_the_connection() -> None:
    """The first answer of the name server is public, the second is not: what is connected to is what is judged."""

    async def run() -> None:
        guard = AddressGuard(())
        for host in ("127.0.0.1", "127.1"):
            with pytest.raises(ForbiddenAddress, match="allow_private"):
                guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80)))
        with guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))) as opened:
            assert opened.family == socket.AF_INET

    asyncio.run(run())


@pytest.mark.parametrize(
    ("answers", "reached"), [(["127.0.0.1"], True), (["10.0.0.1", "127.0.0.1"], True), (["10.0.0.1"], False)]
)
def test_only_the_addresses_that_were_judged_are_connected_to(
    answers: list[str], reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lookup(_: ThreadedResolver, host: str, port: int, family: int) -> list[dict[str, object]]:  # noqa: ARG001  # the resolver's
        return [
            {"hostname": host, "host": a, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}
            for a in answers
        ]

    monkeypatch.setattr(ThreadedResolver, "resolve", lookup)
    site = Site({"/x": "here"})

    async def work() -> None:
        url = f"http://news.example:{site.port}/x"
        if reached:
            assert (await ask(url)).body == b"here"
        else:
            with pytest.raises(FetchError, match=r"news\.example leads to 10\.0\.0\.1, which is not a public address"):
                await ask(url)

    at_site(site, work)


def test_a_proxy_may_stand_on_a_private_address() -> None:
    async def run() -> None:
        guard = AddressGuard((), ["http://127.0.0.1:3128"])
        guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 3128))).close()
        with pytest.raises(ForbiddenAddress):
            guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 5432)))

    asyncio.run(run())


def test_the_usual_variables_name_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()

    async def work() -> None:
        monkeypatch.setenv("http_proxy", site.url(""))
        monkeypatch.setenv("no_proxy", "direct.example")
        site.pages["/story"] = "through the proxy"
        answer = await ask("http://news.example/story", allow=())
        assert answer.body == b"through the proxy"
        assert site.requests[0].headers["Host"] == "news.example"
        with pytest.raises(FetchError):
            await ask("http://direct.example/story", allow=())
        assert len(site.requests) == 1

    at_site(site, work)


@given(st.ip_addresses())
def test_what_is_private_is_never_allowed_and_what_is_listed_always(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_allowed(str(address), ())
    assert is_allowed(str(address), [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")])


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 16 Jul 2018 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 16 Jul 2018 11:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(days=1)),
        ("Mon, 16 Jul 2035 12:05:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(text: str | None, wait: timedelta | None) -> None:
    assert retry_after(text, NOW) == wait


@pytest.mark.parametrize(
    ("control", "age", "expires", "seconds"),
    [
        ("max-age=600", None, None, 600),
        ("public, Max-Age=600", "100", None, 500),
        ("max-age=600, no-cache", None, None, 0),
        ("max-age=abc", None, None, 0),
        ("max-age=60", "900", None, 0),
        (None, None, "Mon, 16 Jul 2018 12:10:00 GMT", 600),
        (None, None, "0", 0),
        ("max-age=60", None, "Mon, 16 Jul 2018 12:10:00 GMT", 60),
        (None, None, None, 0),
    ],
)
def test_freshness(control: str | None, age: str | None, expires: str | None, seconds: int) -> None:
    assert freshness(control, age, expires, NOW) == seconds


@pytest.mark.parametrize(("status", "weight"), [(500, 0.5), (503, 0.5), (429, 0.5), (404, 1.0), (403, 1.0), (410, 1.0)])
def test_faults_weigh_as_they_should(status: int, weight: float) -> None:
    site = Site({"/x": web.Response(status=status)})

    async def work() -> None:
        with pytest.raises(FetchError) as caught:
            await ask(site.url("/x"))
        assert (caught.value.reason, caught.value.weight) == (f"status {status}", weight)

    at_site(site, work)


def test_a_name_that_is_not_found_weighs_little() -> None:
    error = refused("http://no-such-name.invalid/")
    assert (error.reason, error.weight) == ("dns", 0.25)


def test_a_request_is_honest_and_conditional() -> None:
    site = Site({"/x": web.Response(status=304)})

    async def work() -> None:
        answer = await ask(site.url("/x"), Validators('"as given"', "Thu, never"))
        (request,) = site.requests
        assert answer.not_modified
        assert request.headers["User-Agent"] == "Test/1"
        assert request.headers["If-None-Match"] == '"as given"'
        assert request.headers["If-Modified-Since"] == "Thu, never"
        assert "Cookie" not in request.headers

    at_site(site, work)


def test_one_request_at_a_time_a_host_with_a_gap_between() -> None:
    under_way: list[int] = []
    starts: list[float] = []

    async def page(_: web.Request) -> str:
        under_way.append(1)
        starts.append(time.monotonic())
        assert len(under_way) == 1
        await asyncio.sleep(0.02)
        under_way.pop()
        return "page"

    site = Site({"/x": page})

    async def work() -> None:
        async with Fetcher("Test/1", allow_private=LOOPBACK, gap=0.1, obey_robots=False) as fetcher:
            await asyncio.gather(*(fetcher.fetch(site.url("/x")) for _ in range(4)))

    at_site(site, work)
    assert all(later - earlier >= 0.12 for earlier, later in pairwise(starts))


def test_a_slow_host_does_not_hold_up_another() -> None:
    async def run() -> float:
        polite = Fetcher("Test/1", allow_private=LOOPBACK, timeout=1.5, gap=0.2, concurrency=2, obey_robots=False)
        async with RawServer(slow_drip) as slow, Site({"/x": "quick"}, host="127.0.0.2") as quick, polite as fetcher:
            crowd = [asyncio.create_task(fetcher.fetch(slow.url(f"/{n}"))) for n in range(3)]
            await asyncio.sleep(0.1)
            start = time.monotonic()
            await fetcher.fetch(quick.url("/x"))
            spent = time.monotonic() - start
            for task in crowd:
                task.cancel()
            await asyncio.gather(*crowd, return_exceptions=True)
            return spent

    assert asyncio.run(run()) < 1


def test_a_host_that_asks_for_a_pause_is_left_alone() -> None:
    site = Site({"/busy": web.Response(status=429, headers={"Retry-After": "3600"}), "/x": "page"})

    async def work() -> None:
        async with Fetcher("Test/1", allow_private=LOOPBACK, gap=0, obey_robots=False) as fetcher:
            with pytest.raises(FetchError) as busy:
                await fetcher.fetch(site.url("/busy"))
            with pytest.raises(FetchError) as held:
                await fetcher.fetch(site.url("/x"))
        assert busy.value.retry_after == timedelta(hours=1)
        assert (held.value.reason, held.value.weight) == ("held", 0.0)
        assert held.value.retry_after is not None
        assert held.value.retry_after > timedelta(minutes=59)
        assert site.asked == ["/busy"]

    at_site(site, work)


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: summitwatch\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: summitwatch\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*.html$", False),
        ("<html>not a robots.txt, disallow this</html>", True),
        (web.Response(status=404), True),
        (web.Response(status=403), True),
        (web.Response(status=500), False),
        (web.Response(status=302, headers={"Location": "/robots.txt"}), True),
        ("\0\xff", True),
    ],
    ids=["elsewhere", "all", "us", "not us", "pattern", "page", "none", "forbidden", "broken", "loop", "garbage"],
)
def test_robots_are_obeyed(robots: str | web.Response, allowed: bool) -> None:
    site = Site({"/robots.txt": robots, "/news/x.html": "page"})

    async def work() -> None:
        if allowed:
            assert (await ask(site.url("/news/x.html"), robots=True)).body == b"page"
        else:
            with pytest.raises(FetchError) as caught:
                await ask(site.url("/news/x.html"), robots=True)
            assert caught.value.reason == "robots"
            assert site.asked == []

    at_site(site, work)


def test_robots_are_asked_once_and_their_delay_is_kept() -> None:
    asked: list[float] = []

    def robots(_: web.Request) -> str:
        asked.append(time.monotonic())
        return "User-agent: *\nCrawl-delay: 0.3\nDisallow: /x"

    site = Site({"/robots.txt": robots, "/a": "a"})

    async def work() -> None:
        async with Fetcher("Test/1", allow_private=LOOPBACK, gap=0) as fetcher:
            start = time.monotonic()
            await asyncio.gather(*(fetcher.fetch(site.url("/a")) for _ in range(3)))
            assert time.monotonic() - start > 0.6
        assert len(asked) == 1

    at_site(site, work)


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "raw", "gzip in parts"]), st.integers(1, 50))
def test_bodies_come_out_as_they_went_in_whatever_the_chunks(data: bytes, way: str, size: int) -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(data),
        "deflate": zlib.compress(data),
        "raw": raw.compress(data) + raw.flush(),
        "gzip in parts": gzip.compress(data[:100]) + gzip.compress(data[100:]),
    }[way]

    async def chunks():  # type: ignore[no-untyped-def]
        for at in range(0, len(packed), size):
            yield packed[at : at + size]

    encoding = "gzip" if way.startswith("gzip") else "deflate"
    assert asyncio.run(read_body(chunks(), encoding, 3000)) == data


@given(st.binary(max_size=300))
def test_no_bytes_break_the_gunzipping(data: bytes) -> None:
    with suppress(BodyError):
        assert len(gunzip(b"\x1f\x8b\x08" + data, 1000)) <= 1000
