"""Server-sent events: each announced change, and now and then that the log went on. Polls the log; keeps nothing."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from monitor.log.port import LogUnavailable
from monitor.projections import history
from monitor.web.site import Site

LOOK_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 15
"""A line is sent at least so often, so that a proxy does not cut the connection."""
POSITION_SECONDS: Final = 10
"""How often it is told at most that the log went on without a change."""
MOST_STREAMS: Final = 100
AT_ONCE: Final = 100


class Live:
    """The streams of one page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._open = 0
        self._closing = False

    def close(self) -> None:
        """End every stream within a second, so that a server that stops waits for none; browsers come back."""
        self._closing = True

    async def stream(self, request: Request) -> Response:
        """Changes from now on, or from the `Last-Event-ID` on; `?watch=` for one watch only."""
        if self._open >= MOST_STREAMS:
            return PlainTextResponse("too many streams are open; try again\n", HTTPStatus.SERVICE_UNAVAILABLE)
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else None
        watch = request.query_params.get("watch") or None
        return StreamingResponse(self._lines(after, watch), media_type="text/event-stream")

    async def _lines(self, after: int | None, watch: str | None) -> AsyncIterator[str]:
        self._open += 1
        try:
            position, changes = await to_thread.run_sync(self._look, after, watch)
            yield f"retry: 3000\nid: {position}\n\n"
            quiet = 0.0
            while not self._closing:
                for item in changes:
                    yield f"event: change\nid: {item.position}\ndata: {msgspec.json.encode(item).decode()}\n\n"
                await asyncio.sleep(LOOK_SECONDS)
                quiet += LOOK_SECONDS
                before = position
                position, changes = await to_thread.run_sync(self._look, before, watch)
                if position != before and quiet >= POSITION_SECONDS:
                    quiet = 0.0
                    yield f"event: position\ndata: {position}\n\n"
                elif quiet >= QUIET_SECONDS:
                    quiet = 0.0
                    yield ": still here\n\n"
        finally:
            self._open -= 1

    def _look(self, after: int | None, watch: str | None) -> tuple[int, list[history.Announced]]:
        """The end of the log, and what was announced after `after`."""
        try:
            with self._site.reads.snapshot() as connection:
                head = history.head(connection)
                if after is None:
                    return head, []
                changes = history.announced_after(connection, after=after, watch=watch, limit=AT_ONCE)
                full = len(changes) == AT_ONCE
                return (changes[-1].position if full else max(head, after)), changes
        except LogUnavailable:
            return after or 0, []
