"""A small service for tests of alerting: real log, real pipeline, real channels, a clock that is moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.config import Config, parse_config
from monitor.events import Event, NewEvent
from monitor.service.assembly import Parts, open_parts
from monitor.service.delivering import Deliverer
from monitor.service.worker import Worker
from scrapers.article import Article
from tests.service.scripted import ScriptedReader
from tests.service.stories import START, arrived

WATCHES = """
[[watch]]
name = "ada-bela"
principals = [{ name = "Ada Lind", aliases = ["Lind"] }, { name = "Bela Kun", aliases = ["Kun"] }]
policy = { sure_confidence = 1.1 }
"""
MAIL = """
[[alert]]
name = "desk"
kind = "email"
[alert.options]
host = "127.0.0.1"
port = {port}
tls = "none"
from = "watch@desk.example"
to = {to}
timeout = "4s"
"""
SLACK = """
[[alert]]
name = "room"
kind = "slack"
[alert.options]
webhook_env = "TEST_SLACK_WEBHOOK"
timeout = "3s"
"""


def configured(text: str) -> Config:
    return parse_config((WATCHES + text).encode(), Path("config.toml"))


def mail(port: int, rules: str = "", to: tuple[str, ...] = ("ann@desk.example",)) -> str:
    return MAIL.format(port=port, to=list(to)) + (f"[alert.rules]\n{rules}\n" if rules else "")


def slack(rules: str = "") -> str:
    return SLACK + (f"[alert.rules]\n{rules}\n" if rules else "")


class HandClock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


async def no_pause(_: float) -> None:
    """The pace between messages, for tests that do not look at it."""
    await asyncio.sleep(0)


class Service:
    """What the daemon does, one step at a time."""

    def __init__(self, config: Config, parts: Parts, clock: HandClock, worker: Worker) -> None:
        self.parts = parts
        self.clock = clock
        self.worker = worker
        self.deliverer = Deliverer(config, parts, clock, worker, no_pause)

    async def catch_up(self) -> None:
        await self.worker(self.parts.pipeline.caught_up)

    async def feed(self, *articles: Article) -> None:
        """Articles come in a minute after their publication; nothing is decided or sent."""
        for article in articles:
            arrival = arrived(article)
            self.clock.now = max(self.clock.now, arrival.first_seen)
            await self.worker(lambda arrival=arrival: self.parts.pipeline.record([arrival]))
            await self.worker(self.parts.pipeline.step)

    async def turn(self) -> int:
        """Decide and deliver once. -> how many messages were accepted."""
        await self.worker(self.deliverer.decide)
        return await self.deliverer.deliver_due()

    async def append(self, event: Event, key: str) -> None:
        await self.worker(lambda: self.parts.log.append([NewEvent("test", event, key)]))

    def events(self, *types: str) -> list[Any]:
        return [event.data for event in self.parts.log.read(types=types)]


@asynccontextmanager
async def service(
    config: Config, path: Path | str = ":memory:", clock: HandClock | None = None, *, caught_up: bool = True
) -> AsyncIterator[Service]:
    worker = Worker()
    clock = clock or HandClock()
    parts = open_parts(path, clock, ScriptedReader())
    parts.pipeline.configure(config.watch)
    if caught_up:
        parts.pipeline.caught_up()
    try:
        yield Service(config, parts, clock, worker)
    finally:
        await worker(parts.close)
        worker.close()
