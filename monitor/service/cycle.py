"""One full cycle and one full check, without a schedule. Wires the rooms as the daemon does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
from rich.console import Console
from rich.progress import Progress

from monitor.config import Config
from monitor.service.asking import SecondReader
from monitor.service.assembly import Parts, open_configured, utc_now
from monitor.service.collecting import Collector, Row
from monitor.service.delivering import Deliverer
from monitor.service.seeding import plant_seeds
from monitor.service.worker import Worker


@asynccontextmanager
async def _rooms(config: Config) -> AsyncIterator[tuple[Worker, Parts, Collector, Deliverer, SecondReader]]:
    worker = Worker()
    parts = await worker(lambda: open_configured(config))
    collector = Collector(config, parts, utc_now, worker)
    deliverer = Deliverer(config, parts, utc_now, worker)
    second = SecondReader(config, parts, utc_now, worker)
    try:
        yield worker, parts, collector, deliverer, second
    finally:
        await collector.close()
        await worker(parts.close)
        worker.close()


async def run_once(config: Config) -> str:
    """Fetch every source, read, keep the status, alert. -> one line that sums it up."""
    async with _rooms(config) as (worker, parts, collector, deliverer, second):
        await worker(lambda: plant_seeds(config, parts, utc_now()))
        collected = await collector.poll_all()
        read = await worker(parts.pipeline.step)
        asked = await second.run_due()
        await worker(parts.pipeline.caught_up)
        await worker(deliverer.decide)
        sent = await deliverer.deliver_due()
    return (
        f"{collected.polled} sources polled, {collected.faults} with faults, {collected.articles} new articles, "
        f"{read} read, {asked} asked about, {sent} alerts sent"
    )


async def check_all(config: Config) -> bool:
    """Try every source, every channel and the second reader and print what came of it. -> whether all is well."""
    async with _rooms(config) as (_, _, collector, deliverer, second):
        click.echo(f"{config.path}: {len(config.watch)} watches, {len(config.source)} sources", err=True)
        with Progress(console=Console(stderr=True), transient=True) as progress:
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
    async with _rooms(config) as (_, _, _, deliverer, _):
        return list(await deliverer.reach_each())
