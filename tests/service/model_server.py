"""A server on loopback that speaks the chat protocol as OpenAI-compatible ones do, and fails on demand."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Reply = dict[str, Any] | tuple[int, str] | float | bytes
"""What the model says; or a status with a body; or seconds of silence; or raw bytes."""


class ModelServer:
    """Answers with `replies` in turn, the last one for ever; keeps what it was asked."""

    def __init__(self, *replies: Reply, headers: dict[str, str] | None = None) -> None:
        self.replies = list(replies)
        self.headers = headers or {}
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def completions(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, float):
            await asyncio.sleep(reply)
            return web.Response()
        if isinstance(reply, tuple):
            return web.Response(status=reply[0], text=reply[1], headers=self.headers)
        if isinstance(reply, bytes):
            return web.Response(body=reply)
        message = {"role": "assistant", "content": json.dumps(reply)}
        return web.json_response({"model": "tiny-1", "choices": [{"index": 0, "message": message}]})

    async def models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "tiny-1"}]})


@asynccontextmanager
async def serving(server: ModelServer) -> AsyncIterator[ModelServer]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.completions)
    app.router.add_get("/v1/models", server.models)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()
