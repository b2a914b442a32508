"""Puts the page together: routes, errors, headers. Answers nothing itself."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from importlib.metadata import version

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from monitor.config import Config
from monitor.log.port import LogUnavailable
from monitor.web import api, changing, feeds, pages, vitals
from monitor.web.live import Live
from monitor.web.shield import Shield
from monitor.web.site import BadQuestion, Call, Missing, Site

logger = logging.getLogger(__name__)

Answer = Callable[[Call], Response]
READS: dict[str, Answer] = {
    "/": pages.show_board,
    "/watches/{watch}": pages.show_watch,
    "/articles/{article}": pages.show_article,
    "/search": pages.show_search,
    "/sources": pages.show_sources,
    "/alerts": pages.show_alerts,
    "/log": pages.show_log,
    "/about": pages.show_about,
    "/changes.atom": feeds.atom,
    "/watches/{watch}/changes.atom": feeds.atom,
    "/watches/{watch}/meetings.ics": feeds.calendar,
    "/watches/{watch}/badge.svg": feeds.badge,
    "/watches/{watch}/card": feeds.embedded,
    "/oembed": feeds.oembed,
    "/readyz": vitals.ready,
    "/metrics": vitals.metrics,
}


def create_app(config: Config, clock: Callable[[], datetime]) -> Starlette:
    """The page of one configuration. The database is opened at the first request, and may not exist before.
    Its `state.live` is to be closed by a server that stops.

    Raises:
        ConfigError: the token cannot be read, or is missing where the address is not loopback.
    """
    site = Site(config, clock)
    live = Live(site)
    read = partial(_read, site)
    routes: list[BaseRoute] = [Route(path, read(answer)) for path, answer in READS.items()]
    routes += [Route(api.PREFIX + e.path, read(partial(api.answer, e))) for e in api.ENDPOINTS]
    routes += [
        Route("/articles/{article}/correct", read(changing.show_correction)),
        Route("/articles/{article}/correct", _change(site, changing.post_correction), methods=["POST"]),
        Route("/alerts/{alert:path}/resend", _change(site, changing.post_resend), methods=["POST"]),
        Route("/alerts/{alert:path}", read(changing.show_alert)),
        Route("/login", lambda request: changing.show_login(site, request)),
        Route("/login", _login(site), methods=["POST"]),
        Route("/openapi.json", lambda _: JSONResponse(api.openapi(version("summitwatch")))),
        Route("/live", live.stream),
        Route("/healthz", vitals.alive),
        Mount("/static", StaticFiles(packages=[("monitor.web", "static")])),
    ]
    handlers = {error: partial(_refuse, site) for error in STATUSES}
    app = Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(Shield, site.gate)])
    app.state.live = live
    return app


def _read(site: Site, answer: Answer) -> Callable[[Request], Response]:
    """An endpoint that runs in a thread, on a snapshot of its own."""

    def endpoint(request: Request) -> Response:
        with site.reads.snapshot() as connection:
            return answer(Call(site, request, connection))

    return endpoint


def _change(site: Site, answer: Callable[[Call, changing.Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that takes a form; the rest of it runs in a thread."""

    async def endpoint(request: Request) -> Response:
        form = await changing.read_form(request)

        def work() -> Response:
            with site.reads.snapshot() as connection:
                return answer(Call(site, request, connection), form)

        return await to_thread.run_sync(work)

    return endpoint


def _login(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return changing.post_login(site, request, await changing.read_form(request))

    return endpoint


STATUSES: dict[type[Exception], tuple[HTTPStatus, str]] = {
    Missing: (HTTPStatus.NOT_FOUND, "Not here"),
    BadQuestion: (HTTPStatus.BAD_REQUEST, "That cannot be answered"),
    PermissionError: (HTTPStatus.FORBIDDEN, "Not allowed"),
    LogUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "Not ready"),
    HTTPException: (HTTPStatus.NOT_FOUND, "Not here"),
    Exception: (HTTPStatus.INTERNAL_SERVER_ERROR, "A fault of ours"),
}


def _refuse(site: Site, request: Request, error: Exception) -> Response:
    """An error as a page, or as JSON where a program asks."""
    status, heading = next(known for type_, known in STATUSES.items() if isinstance(error, type_))
    text, code = str(error), status.value
    if isinstance(error, HTTPException):
        text, code = "There is no such page." if error.status_code == status else error.detail, error.status_code
    elif status is HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request %s failed", request.url.path, exc_info=error)
        text = "The fault is in the log of the service; the page can be tried again."
    if request.url.path.startswith((api.PREFIX, "/oembed", "/readyz", "/metrics")):
        answer = api.problem(text, code)
    else:
        answer = site.page("refusal.html", request, code, heading=heading, text=text)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer
