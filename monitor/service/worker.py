"""One thread for everything that touches the database, so that the event loop never waits for a disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class InWorker(Protocol):
    """Runs a function in the worker thread and gives back what it returns."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Wait for the worker without blocking the loop."""


class Worker:
    """The thread itself. Calls are taken in order."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="worker")

    async def __call__(self, work: Callable[[], T], /) -> T:
        """See `InWorker`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Drop what has not begun; what runs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
