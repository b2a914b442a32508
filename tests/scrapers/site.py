"""A real web server on loopback whose pages a test writes, and that remembers what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

Answer = web.StreamResponse | str | bytes
Handler = Callable[[web.Request], Answer | Awaitable[Answer]]

FEED_TYPE = {"Content-Type": "application/rss+xml"}


class Site:
    """Pages by path. A page is text, bytes, a response, or a function that makes one from the request."""

    def __init__(self, pages: dict[str, Answer | Handler] | None = None, host: str = "127.0.0.1") -> None:
        self.pages = pages or {}
        self.host = host
        self.asked: list[str] = []
        """Paths, without those of robots.txt."""
        self.requests: list[web.Request] = []

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/robots.txt":
            self.asked.append(request.path_qs)
            self.requests.append(request)
        page = self.pages.get(request.path)
        answer = page(request) if callable(page) else page
        if answer is not None and not isinstance(answer, web.StreamResponse | str | bytes):
            answer = await answer
        if answer is None:
            return web.Response(status=404, text="nothing here")
        if isinstance(answer, web.Response) and not callable(page):
            return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        if isinstance(answer, web.StreamResponse):
            return answer
        kind = "text/html" if request.path.endswith(".html") else "application/xml"
        body = answer.encode() if isinstance(answer, str) else answer
        return web.Response(body=body, content_type=kind, charset="utf-8")


class RawServer:
    """Answers each connection with whatever a coroutine writes: for what no honest server would send."""

    def __init__(self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
        self._serve = serve
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def rss(*items: str, title: str = "Feed") -> str:
    """An RSS feed of `<item>`s."""
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def item(link: str, title: str = "A title", more: str = "", guid: str | None = None) -> str:
    """One entry of an RSS feed."""
    return f"<item><title>{title}</title><link>{link}</link><guid>{guid or link}</guid>{more}</item>"


def story(number: int, says: str = "", more: str = "") -> str:
    """A page with an article of its own words."""
    body = "".join(
        f"<p>In paragraph {n} of story {number} the envoys spoke about matter {number * 31 + n} for quite a while, "
        f"and nobody in the room wished to say what was decided on point {number * 17 + n}.</p>"
        for n in range(4)
    )
    return (
        f"<!doctype html><html lang='en'><head><title>Story {number}</title>"
        f"<meta property='og:title' content='Story {number}'></head><body><main><article><h1>Story {number}</h1>"
        f"<p>{says or 'The envoys met again on Monday, officials said in the capital.'}</p>{body}</article>"
        f"{more}</main>"
        "</body></html>"
    )
