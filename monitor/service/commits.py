"""Writes of many tasks, made together: a thousand polls cost one transaction. Knows no table."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from monitor.log.database import Database
from monitor.service.worker import Worker

T = TypeVar("T")
Write = Callable[[Any], T]
"""Takes the connection of the open transaction."""
GATHER_SECONDS: Final = 0.02
"""At least so long between two transactions: opening and closing one costs as much CPU as fifty writes."""
LONGEST_GATHER: Final = 0.5
GATHER_TIMES: Final = 5
"""And so many times as long as the last one took: on a busy machine more writes share one."""


class GroupCommit:
    """Makes writes in order: a lone one at once, those that come shortly after another in one transaction."""

    def __init__(self, database: Database, worker: Worker) -> None:
        self._database = database
        self._worker = worker
        self._waiting: list[tuple[Write[Any], asyncio.Future[Any]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def __call__(self, write: Write[T]) -> T:
        """Make a write and wait until it is committed.

        Raises:
            LogUnavailable: the storage refused; nothing of the transaction was kept.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await done

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                start = time.monotonic()
                await self._commit([(write, done) for write, done in batch if not done.cancelled()])
                await asyncio.sleep(min(max(GATHER_SECONDS, GATHER_TIMES * (time.monotonic() - start)), LONGEST_GATHER))
        finally:
            self._flushing = None

    async def _commit(self, batch: list[tuple[Write[Any], asyncio.Future[Any]]]) -> None:
        try:
            results = await self._worker(partial(self._write, [write for write, _ in batch]))
        except Exception as error:  # it belongs to those who wait
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)

    def _write(self, writes: list[Write[Any]]) -> list[Any]:
        with self._database.transaction() as connection:
            return [write(connection) for write in writes]
