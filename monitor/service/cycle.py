"""One full cycle and one full check, without a schedule. Wires the rooms as the daemon does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import click
from rich.console import Console
from rich.progress import Progress

from monitor.alerts.message import count
from monitor.config import Config
from monitor.service.asking import SecondReader
from monitor.service.assembly import IN_MEMORY, Parts, open_configured, open_parts, utc_now
from monitor.service.collecting import Collector, Row
from monitor.service.delivering import Deliverer
from monitor.service.doctor import extent
from monitor.service.seeding import plant_seeds
from monitor.service.worker import Worker
from monitor.web.gate import Gate


@asynccontextmanager
async def _rooms(
    config: Config, opened: Callable[[Config], Parts]
) -> AsyncIterator[tuple[Worker, Parts, Collector, Deliverer, SecondReader]]:
    worker = Worker()
    parts = await worker(lambda: opened(config))
    collector = Collector(config, parts, utc_now, worker)
    deliverer = Deliverer(config, parts, utc_now, worker)
    second = SecondReader(config, parts, utc_now, worker)
    try:
        yield worker, parts, collector, deliverer, second
    finally:
        await collector.close()
        await worker(parts.close)
        worker.close()


def _kept_nowhere(_: Config) -> Parts:
    """For what only looks: beside a daemon it takes no watch, source or channel out of use that the file leaves out."""
    return open_parts(IN_MEMORY)


async def run_once(config: Config) -> str:
    """Fetch every source, read, keep the status, alert. -> one line that sums it up."""
    async with _rooms(config, open_configured) as (worker, parts, collector, deliverer, second):
        await worker(lambda: plant_seeds(config, parts, utc_now()))
        collected = await collector.poll_all()
        read = await worker(parts.pipeline.step)
        asked = await second.run_due()
        await worker(parts.pipeline.caught_up)
        await worker(deliverer.decide)
        sent = await deliverer.deliver_due()
    return (
        f"{count(collected.polled, 'source', 'sources')} polled, {collected.faults} with faults, "
        f"{count(collected.articles, 'new article', 'new articles')}, {read} read, {asked} asked about, "
        f"{count(sent, 'alert', 'alerts')} sent"
    )


async def check_all(config: Config) -> bool:
    """Try every source, every channel and the second reader and print what came of it. -> whether all is well.

    Raises:
        ConfigError: the page could not be shown to others without a token.
        LogError: the database is there and cannot be used.
    """
    if config.web.enabled:
        Gate(config, utc_now)
    if config.database.exists():
        open_parts(config.database).close()
    console = Console(stderr=True)
    async with _rooms(config, _kept_nowhere) as (_, _, collector, deliverer, second):
        click.echo(f"{config.path}: {extent(config)}", err=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("trying the sources", total=len(config.source))
            sources = await collector.try_each(lambda _: progress.advance(task))
        channels = await deliverer.reach_each()
        servers = [await second.reach()] if config.second_reader.when != "off" else []
    rows = (*sources, *channels, *servers)
    for row in rows:
        click.echo(f"{'ok  ' if row.good else 'BAD '} {row.name:<28} {row.says}")
    return all(row.good for row in rows)


async def reach_channels(config: Config) -> list[Row]:
    """Reach every alert channel without sending. -> what each answered."""
    async with _rooms(config, _kept_nowhere) as (_, _, _, deliverer, _):
        return list(await deliverer.reach_each())
