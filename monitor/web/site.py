"""What every answer of the page works with: one request's snapshot, clock, settings. Answers nothing itself."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.config import Config
from monitor.web.gate import Gate
from monitor.web.reads import Reads
from monitor.web.rendering import environment

EARLIEST: Final = datetime(1000, 1, 1, tzinfo=UTC)
"""Moments before it are taken for it: no news is older, and shorter years would not sort as text."""


class Missing(Exception):
    """What was asked for is not there; the text says what and where to look."""


class BadQuestion(Exception):
    """A part of the address or form cannot be used; the text names it and the mend."""


class Site:
    """One configuration's page."""

    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        """Load templates and the token.

        Raises:
            ConfigError: the token cannot be read, or is missing where the address is not loopback.
        """
        self.config = config
        self.clock = clock
        self.reads = Reads(config.database)
        self.gate = Gate(config, clock)
        self.templates: jinja2.Environment = environment()

    def page(self, name: str, request: Request, status: int = HTTPStatus.OK, **context: Any) -> HTMLResponse:
        """A template as an answer."""
        now = self.clock()
        text = self.templates.get_template(name).render(
            now=now, path=request.url.path, query=dict(request.query_params), **{"as_of": None, **context}
        )
        return HTMLResponse(text, status)


@dataclass(frozen=True, slots=True)
class Call:
    """One request with its snapshot of the database."""

    site: Site
    request: Request
    connection: sqlite3.Connection

    @property
    def now(self) -> datetime:
        """The present moment (UTC)."""
        return self.site.clock()

    def page(self, name: str, **context: Any) -> Response:
        """A template as an answer; `as_of` is given to every one."""
        return self.site.page(name, self.request, as_of=self.as_of, **context)

    @property
    def as_of(self) -> datetime | None:
        """The moment asked for in the address (UTC); None: now."""
        return self.instant("as_of")

    @property
    def base(self) -> str:
        """The page's address without a slash at the end: as configured for others to reach it, else as asked for."""
        return (self.site.config.web.public_url or str(self.request.base_url)).rstrip("/")

    def name(self, key: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[key])

    def text(self, key: str, longest: int = 200) -> str | None:
        """A value of the query; None where it is missing or empty.

        Raises:
            BadQuestion: it is longer than `longest` characters, or holds NUL.
        """
        value = self.request.query_params.get(key)
        if value is not None and (len(value) > longest or "\0" in value):
            raise BadQuestion(f"{key}: at most {longest} characters, and no NUL")
        return value.strip() or None if value else None

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number of the query.

        Raises:
            BadQuestion: it is none, or out of bounds.
        """
        value = self.text(key, 20)
        if value is None:
            if key in self.request.query_params:
                raise BadQuestion(f"{key}: write a whole number from {least} to {most}")
            return default
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise BadQuestion(f"{key}: write a whole number from {least} to {most}")
        return int(value)

    def instant(self, key: str) -> datetime | None:
        """A moment of the query, in UTC where no zone is given.

        Raises:
            BadQuestion: it is none.
        """
        value = self.text(key, 40)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value)
            return max(at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC), EARLIEST)
        except (ValueError, OverflowError):
            raise BadQuestion(f"{key}: write for example 2018-06-27 or 2018-06-27T12:00:00Z") from None

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        """One of several words of the query, or None.

        Raises:
            BadQuestion: it is another one.
        """
        value = self.text(key)
        if value is not None and value not in choices:
            raise BadQuestion(f"{key}: one of {', '.join(choices)}")
        return value
