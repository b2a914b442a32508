"""The daemon: schedule and lifecycle. Wires collector, pipeline, alerts and page; holds none of their rules."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from typing import Final

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.config import Config, ConfigError, load_config
from monitor.events import ConfigReloaded, NewEvent
from monitor.log import LogError
from monitor.service.asking import SecondReader
from monitor.service.assembly import Clock, Parts, open_configured, utc_now
from monitor.service.collecting import Collector
from monitor.service.delivering import Deliverer
from monitor.service.notify import ALIVE, READY, STOPPING, notify
from monitor.service.reloading import differences
from monitor.service.seeding import plant_seeds
from monitor.service.serving import PageServer
from monitor.service.worker import Worker

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 1
"""How often the daemon looks for what is due; the due times themselves are kept in the database."""
ALIVE_SECONDS: Final = 10
"""How often the supervisor's watchdog is fed; the unit waits for three times as long or more."""
STOP_SECONDS: Final = 4
"""Time given to running work after SIGTERM; what is cut off is done again at the next start."""


class Daemon:
    """Polls, reads, announces and alerts until it is told to stop."""

    def __init__(self, config: Config, clock: Clock = utc_now) -> None:
        self._config = config
        self._clock = clock
        self._stopping = asyncio.Event()
        self._reloads = asyncio.Event()
        self._collecting = asyncio.Lock()
        self._in_worker = Worker()
        self._parts: Parts
        self._collector: Collector
        self._deliverer: Deliverer
        self._second: SecondReader

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT, then end within 5 s.

        Raises:
            LogError: the database cannot be used at the start; later faults are logged and tried again.
            ConfigError: the page's address cannot be had.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._reloads.set)
        page = PageServer(self._config, self._clock) if self._config.web.enabled else None
        serving = asyncio.create_task(page.run_until_told()) if page else None
        await self._in_worker(self._open)
        scheduler = self._schedule()
        scheduler.start()
        logger.info("running; %s", page.address if page else "see `summitwatch status`")
        notify(READY)
        await self._stopping.wait()
        logger.info("stopping")
        notify(STOPPING)
        scheduler.shutdown(wait=False)
        if page is not None and serving is not None:
            page.should_exit = True
            await asyncio.wait({serving}, timeout=STOP_SECONDS / 2)
        await self._close()

    def _open(self) -> None:
        self._parts = open_configured(self._config)
        plant_seeds(self._config, self._parts, self._clock(), self._stopping.is_set)
        self._configure(())
        self._deliverer = Deliverer(self._config, self._parts, self._clock, self._in_worker)
        self._second = SecondReader(self._config, self._parts, self._clock, self._in_worker)

    async def _close(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS / 2):
                await self._collector.close()
                await self._second.close()
                await self._deliverer.close(STOP_SECONDS / 4)
                await self._in_worker(self._parts.close)
        self._in_worker.close()

    def _schedule(self) -> AsyncIOScheduler:
        """A few jobs that take what is due; APScheduler's own defaults would skip late runs in silence."""
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_listener(_report_trouble, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        for job in (self._collect, self._read, self._ask, self._deliver, self._reload):
            scheduler.add_job(job, "interval", seconds=TICK_SECONDS, next_run_time=self._clock())
        scheduler.add_job(self._prove_alive, "interval", seconds=ALIVE_SECONDS)
        return scheduler

    async def _collect(self) -> None:
        async with self._collecting:
            await self._collector.run_due()

    async def _read(self) -> None:
        """Between two batches the worker is free for polls and alerts."""
        read = 1
        while read and not self._stopping.is_set():
            read = await self._in_worker(self._parts.pipeline.advance)
            await self._in_worker(self._deliverer.decide)
        if await self._collector.every_source_tried() and await self._in_worker(self._parts.pipeline.idle):
            await self._in_worker(self._parts.pipeline.caught_up)

    async def _ask(self) -> None:
        await self._second.begin()

    async def _reload(self) -> None:
        """Take the configuration anew after SIGHUP. A bad file is refused and the old one stays."""
        if not self._reloads.is_set():
            return
        self._reloads.clear()
        try:
            config = load_config(self._config.path)
            second = await self._in_worker(lambda: SecondReader(config, self._parts, self._clock, self._in_worker))
            await self._in_worker(lambda: self._deliverer.use(config))
        except ConfigError as error:
            logger.error("not reloaded, the old configuration stays: %s", error)
            return
        changed = differences(self._config, config)
        async with self._collecting:
            await self._collector.close()
            await self._second.close()
            self._config, self._second = config, second
            await self._in_worker(lambda: self._configure(changed))
        logger.info("reloaded: %s", "; ".join(changed) or "nothing differs")

    def _configure(self, changed: Sequence[str]) -> None:
        """Watches, sources and channels of the configuration in use. Database, page and log format need a restart."""
        if changed:
            key = f"reloaded:{self._parts.log.head()}"
            self._parts.log.append([NewEvent("service", ConfigReloaded(differences=tuple(changed)), key)])
        self._parts.pipeline.configure(self._config.watch)
        self._collector = Collector(self._config, self._parts, self._clock, self._in_worker)

    async def _prove_alive(self) -> None:
        """The supervisor's watchdog is fed only when the loop turned and the database answered."""
        await self._in_worker(self._parts.log.head)
        notify(ALIVE)

    async def _deliver(self) -> None:
        await self._in_worker(self._deliverer.decide)
        await self._deliverer.deliver_due(patience=TICK_SECONDS)


def _report_trouble(event: JobEvent) -> None:
    error = getattr(event, "exception", None)
    if isinstance(error, asyncio.CancelledError):
        return  # cut off by the stop; it is done again at the next start
    if isinstance(error, LogError):
        logger.error("%s", error)
    elif error is not None:
        logger.error("job failed and will run again", exc_info=error)
    else:
        logger.warning("job %s came late", event.job_id)
