"""Whose turn it is: one request at a time a host, a gap between two, longer where a host asks for it. Sends nothing."""

import asyncio
import time
from typing import Final

MAX_WAIT: Final = 60.0
"""Seconds that a request waits for its turn after the one before it ended; a longer hold is reported at once."""
MANY_HOSTS: Final = 10_000
"""Hosts remembered before those that are free again are forgotten."""


class HostHeld(Exception):
    """The host asked for a longer pause than a request should wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the host asked to be left alone for another {seconds:.0f} s")
        self.seconds = seconds


class Turn:
    """The state of one host, and the right to ask it while its lock is held."""

    __slots__ = ("_lock", "free_at", "gap")

    def __init__(self, gap: float) -> None:
        self._lock = asyncio.Lock()
        self.gap = gap
        self.free_at = 0.0
        """On the monotonic clock: when the next request may go out."""

    async def take(self) -> None:
        """Wait for the turn.

        Raises:
            HostHeld: it would be too long.
        """
        await self._lock.acquire()
        try:
            wait = self.free_at - time.monotonic()
            if wait > max(MAX_WAIT, self.gap):
                raise HostHeld(wait)
            if wait > 0:
                await asyncio.sleep(wait)
        except BaseException:
            self._lock.release()
            raise

    def end(self) -> None:
        """The request is over; the gap begins."""
        self.free_at = max(self.free_at, time.monotonic() + self.gap)
        self._lock.release()

    def hold(self, seconds: float) -> None:
        """The host asked for a pause."""
        self.free_at = max(self.free_at, time.monotonic() + seconds)

    @property
    def idle(self) -> bool:
        """Whether nothing is lost by forgetting it."""
        return not self._lock.locked() and self.free_at < time.monotonic()


class Turns:
    """The turns of all hosts."""

    def __init__(self, gap: float) -> None:
        """`gap` in seconds between the end of one request to a host and the start of the next."""
        self._gap = gap
        self._turns: dict[str, Turn] = {}

    def of(self, host: str) -> Turn:
        """The turn of one host."""
        turn = self._turns.get(host)
        if turn is None:
            if len(self._turns) >= MANY_HOSTS:
                self._turns = {name: turn for name, turn in self._turns.items() if not turn.idle}
            turn = self._turns[host] = Turn(self._gap)
        return turn
