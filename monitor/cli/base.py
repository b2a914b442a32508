"""What commands share: options, printing, opening the configured database."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from monitor.config import Config, find_config, load_config
from monitor.projections.watches import watch_names
from monitor.service.assembly import Parts, open_configured, open_parts
from scrapers.article import parse_instant

Command = Callable[..., Any]


def config_option(command: Command) -> Command:
    """`--config F`"""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        help="Configuration file (default: $SUMMITWATCH_CONFIG, ./config.toml, then the XDG one).",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`"""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON alone on standard output.")(command)


def watch_option(command: Command) -> Command:
    """`--watch NAME`"""
    return click.option("--watch", "watch", help="Only this watch.")(command)


class Instant(click.ParamType[datetime]):
    """An RFC 3339 instant or date on the command line, as a UTC datetime."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """A date alone is its midnight UTC."""
        try:
            return parse_instant(value)
        except ValueError:
            self.fail(f"{value!r} is not a time; write for example 2018-06-27 or 2018-06-27T12:00:00Z", param, ctx)


def fail(text: str, code: int) -> NoReturn:
    """One line on standard error, then the exit code."""
    click.echo(f"summitwatch: {text}", err=True)
    sys.exit(code)


def print_json(value: Any, *, lines: bool = False) -> None:
    """JSON on standard output; `lines` for one object a line."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=None if lines else 1))


def configured(config_path: Path | None) -> Config:
    """The configuration in use."""
    return load_config(find_config(config_path, os.environ))


@contextmanager
def opened(config_path: Path | None) -> Iterator[tuple[Config, Parts]]:
    """The configuration and its database, closed at the end."""
    config = configured(config_path)
    parts = open_configured(config)
    try:
        yield config, parts
    finally:
        parts.close()


@contextmanager
def opened_as_it_is(config_path: Path | None) -> Iterator[tuple[Config, Parts]]:
    """The same for commands that only look: no database is made, and no watch that is new in the file is set up."""
    config = configured(config_path)
    if not config.database.exists():
        fail(f"{config.database}: there is no database yet; `summitwatch run` makes it", 1)
    parts = open_parts(config.database)
    try:
        yield config, parts
    finally:
        parts.close()


def chosen(parts: Parts, watch: str | None) -> list[str]:
    """The watch that was named, or all of them; a usage error for one that does not exist."""
    names = watch_names(parts.database.connection)
    if watch is None:
        return names
    if watch not in names:
        raise click.BadParameter(f"no watch {watch!r}; there are: {', '.join(names) or 'none'}", param_hint="--watch")
    return [watch]


def article_named(parts: Parts, article: str) -> str:
    """The one article whose id starts with what was given; a usage error where there is none or more than one."""
    rows = parts.database.connection.execute(
        "SELECT article FROM articles WHERE substr(article, 1, ?) = ? LIMIT 4", (len(article), article)
    ).fetchall()
    names = [str(row[0]) for row in rows]
    if len(names) > 1:
        several = f"more than one article has an id that begins with {article!r}: {', '.join(names[:3])}"
        raise click.BadParameter(f"{several}{', ...' if names[3:] else ''}", param_hint="ARTICLE")
    if not names:
        raise click.BadParameter(
            f"no article with id {article!r}; `summitwatch timeline` shows ids", param_hint="ARTICLE"
        )
    return names[0]
