"""What a poll of 2,000 unchanged feeds on 200 hosts costs, beside the bare aiohttp loop in the same run.

`python -m bench.polling` starts its own servers on 200 loopback addresses in a process of their own, and prints CPU
seconds and memory of this one. The bare loop sends the same conditional requests and does nothing else.
"""

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp

from monitor.config import Config, FetchSection, SourceSection
from monitor.reading.model import Document, Reading, Watch
from monitor.service.assembly import open_parts, utc_now
from monitor.service.collecting import Collector
from monitor.service.worker import Worker

HOSTS = 200
FEEDS = 10
ETAG = '"unchanged"'
ROUNDS = 7
LIMIT_RATIO = 2.0
LIMIT_MB = 150

BODY = b"<rss version='2.0'><channel><title>A feed that has nothing yet</title></channel></rss>"
FULL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: " + ETAG.encode() + b"\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY
)
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG.encode() + b"\r\n\r\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class FeedServer(asyncio.Protocol):
    """Answers feeds, unchanged for those who have them, and no robots.txt."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`; a request of these clients comes in one piece."""
        answer = MISSING if data.startswith(b"GET /robots.txt") else UNCHANGED if ETAG.encode() in data else FULL
        self._transport.write(answer)  # type: ignore[attr-defined]  # a stream's transport


def serve(ready: Connection) -> None:
    """Serve on one port of all the addresses, until killed."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(FeedServer, "0.0.0.0", 0, backlog=2048)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class NoReader:
    """No article comes in, so none is read; the model of the real reader would only hide what polling takes."""

    version = "none"

    def read(self, document: Document, watch: Watch) -> Reading:
        """See `Reader`."""
        raise AssertionError(f"{document.title} was read for {watch.name}")


def addresses(port: int) -> list[str]:
    """Every feed's URL."""
    return [
        f"http://127.1.{host // 100}.{host % 100 + 1}:{port}/feed/{n}" for n in range(FEEDS) for host in range(HOSTS)
    ]


async def measured(work: Callable[[], Awaitable[None]]) -> float:
    """CPU seconds of this process, all its threads, for some work."""
    start = time.process_time()
    await work()
    return time.process_time() - start


async def compare(urls: list[str], folder: Path) -> tuple[float, float]:
    """CPU seconds of the conditional requests alone, and of a cycle of the collector with politeness, bookkeeping
    and database: of a few rounds, taken in turns, the one with the median ratio."""
    worker, slots = Worker(), asyncio.Semaphore(20)
    sources = tuple(SourceSection(name=f"feed-{n}", url=url) for n, url in enumerate(urls))
    config = Config(source=sources, fetch=FetchSection(allow_private=("127.0.0.0/8",), gap_seconds=0))
    parts = await worker(lambda: open_parts(folder / "events.db", utc_now, NoReader()))
    collector = await worker(lambda: Collector(config, parts, utc_now, worker))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(url: str) -> None:
            async with slots, session.get(url, headers={"If-None-Match": ETAG}) as answer:
                assert answer.status == 304
                await answer.read()

        async def bare() -> None:
            await asyncio.gather(*map(one, urls))

        async def ours() -> None:
            collected = await collector.poll_all()
            assert (collected.polled, collected.faults) == (len(urls), 0), collected

        await bare()
        await ours()
        rounds = [(await measured(bare), await measured(ours)) for _ in range(ROUNDS)]
    await collector.close()
    await worker(parts.close)
    worker.close()
    return sorted(rounds, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]


def main() -> None:
    """Run both and print the figures; exit 1 where ours is out of bounds."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    urls = addresses(here.recv())
    with tempfile.TemporaryDirectory() as folder:
        plain, full = asyncio.run(compare(urls, Path(folder)))
    server.kill()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(urls)} unchanged feeds on {HOSTS} addresses: bare aiohttp {plain:.2f} s CPU, ours {full:.2f} s CPU")
    print(f"ratio {full / plain:.2f} (at most {LIMIT_RATIO}); memory {memory:.0f} MB (at most {LIMIT_MB})")
    sys.exit(full > LIMIT_RATIO * plain or memory > LIMIT_MB)


if __name__ == "__main__":
    main()
