"""Puts the page together: routes, errors, headers. Answers nothing itself."""

from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.config import Config
from monitor.projections.watches import status_json, watch_names
from monitor.web.reads import Reads


def create_app(config: Config, clock: Callable[[], datetime]) -> Starlette:
    """The page of one configuration. The database is opened at the first request, and may not exist before."""
    reads = Reads(config.database)

    def board(_: Request) -> Response:
        with reads.snapshot() as connection:
            cards = [status_json(connection, name) for name in watch_names(connection)]
        lines = [f"{card['watch']}: {card['status']} since {card['since']}" for card in cards]
        return PlainTextResponse("\n".join([f"Summitwatch, {clock():%Y-%m-%d %H:%M} UTC", *lines]))

    return Starlette(routes=[Route("/", board)])
