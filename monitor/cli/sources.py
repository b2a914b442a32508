"""Commands about sources: list, add, remove, OPML, and what was set aside. No polling of its own."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click
import tomlkit
from rich.console import Console
from rich.table import Table
from rich.text import Text
from tomlkit.exceptions import TOMLKitError

from monitor.cli.base import config_option, configured, fail, json_option, opened, print_json
from monitor.config import Config, SourceSection, find_config, parse_config
from monitor.events import ArticleReleased, NewEvent
from monitor.projections.health import Poll, polls, source_fault, source_state
from monitor.projections.sources import Complaint, complaints, moves, set_aside
from monitor.service.assembly import utc_now
from monitor.service.collecting import fetcher_of
from monitor.service.instance import running_process
from monitor.service.polls import Polls
from scrapers.discovery import Found, NothingFound, discover
from scrapers.exchange import FetchError
from scrapers.identity import outlet
from scrapers.opml import OpmlError, Outline, read_opml, write_opml


@click.group(invoke_without_command=True)
@json_option
@config_option
@click.pass_context
def sources(context: click.Context, as_json: bool, config_path: Path | None) -> None:
    """The sources and their health; further commands add, remove and exchange them."""
    if context.invoked_subcommand is not None:
        return
    with opened(config_path) as (config, parts):
        parts.projector.catch_up()
        connection = parts.database.connection
        known, wrong, moved = polls(connection), complaints(connection), moves(connection)
    lines = [
        {**_line(section, known.get(section.name), wrong.get(section.name)), "moved_to": moved.get(section.name)}
        for section in config.source
    ]
    if as_json:
        print_json({"sources": lines})
    else:
        _draw(lines)


def _line(section: SourceSection, poll: Poll | None, complaint: Complaint | None) -> dict[str, Any]:
    return {
        "name": section.name,
        "kind": section.kind,
        "state": source_state(poll, complaint),
        "says": source_fault(poll, complaint),
        "last_new": poll.last_new.isoformat() if poll and poll.last_new else None,
        "next_poll": poll.due_at.isoformat() if poll else None,
    }


def _draw(lines: list[dict[str, Any]]) -> None:
    if not lines:
        click.echo("No source is configured; `summitwatch sources add URL` adds one.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Source", "Kind", "State", "Last new", "Next poll"):
        table.add_column(column, no_wrap=True)
    console = Console(markup=False, highlight=False)
    for line in lines:
        moments = [(line[key] or "")[:16].replace("T", " ") for key in ("last_new", "next_poll")]
        table.add_row(*map(Text, (line["name"], line["kind"], line["state"], *moments)))
    console.print(table)
    said = [(line["name"], line["says"] or (line["moved_to"] and f"moved to {line['moved_to']}")) for line in lines]
    for name, says in said:
        if says:
            console.print(f"{name}: {says}", soft_wrap=True)


@sources.command("add")
@click.argument("url")
@click.option("--name", help="Short name; made from the address without it.")
@click.option("--interval", default="15m", show_default=True, help="The longest time between two polls.")
@click.option("--official", help="The side that this source speaks for on the record.")
@click.option("--country", help="ISO code of its country.")
@click.option("--language", default="en", show_default=True, help="BCP 47.")
@config_option
def add(url: str, name: str | None, config_path: Path | None, **fields: Any) -> None:
    """Find the feed, sitemap or listing of a site by itself and write it into the configuration."""
    config = configured(config_path)
    try:
        found = asyncio.run(_discover(config, url))
    except (FetchError, NothingFound) as error:
        fail(str(error), 1)
    there = next((section.name for section in config.source if section.url == found.url), None)
    if there is not None:
        fail(f"{config.path}: {found.url} is there already, as {there!r}", 1)
    name = name or _free_name(config, url)
    _append(config, [_section(name, found, fields)])
    click.echo(f"{name}: {found.kind} with {found.entries} entries at {found.url}; the first: {found.title}", err=True)
    _say_when(config)


async def _discover(config: Config, url: str) -> Found:
    async with fetcher_of(config, utc_now) as fetcher:
        return await discover(fetcher, url if "://" in url else f"https://{url}", utc_now())


def _say_when(config: Config) -> None:
    """A file that changed changes nothing yet for a daemon that has read it."""
    if running_process(config.database) is not None:
        click.echo("the running daemon takes it at `summitwatch reload`", err=True)


def _section(name: str, found: Found, fields: dict[str, Any]) -> dict[str, Any]:
    section: dict[str, Any] = {"name": name, "url": found.url}
    if found.kind != "feed":
        section["kind"] = found.kind
    section |= {key: value for key, value in fields.items() if value is not None}
    return section | ({"options": found.options} if found.options else {})


def _free_name(config: Config, url: str) -> str:
    """A name made from the host of an address that no source has yet."""
    plain = outlet(url if "://" in url else f"https://{url}") or "source"
    base = "".join(c if c.isalnum() and c.isascii() else "-" for c in plain.lower()).strip("-")[:50] or "source"
    taken = {section.name for section in config.source}
    names = [base, *(f"{base}-{number}" for number in range(2, 10_000))]
    return next(name for name in names if name not in taken)


def _append(config: Config, sections: list[dict[str, Any]]) -> None:
    """Write sources into the file as it stands, comments and all, if the result is a valid configuration."""
    path = config.path
    text = path.read_text(encoding="utf-8")
    for section in sections:
        table = tomlkit.document()
        entries = tomlkit.aot()
        entries.append(tomlkit.item(section))
        table.add("source", entries)
        text = text.rstrip("\n") + "\n\n" + tomlkit.dumps(table)
    _write(path, text)


def _write(path: Path, text: str) -> None:
    parse_config(text.encode(), path)
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        fail(f"{path}: {error.strerror}", 2)


@sources.command("remove")
@click.argument("name")
@config_option
def remove(name: str, config_path: Path | None) -> None:
    """Take a source out of the configuration; what it brought stays in the log."""
    path = find_config(config_path, os.environ)
    config = configured(config_path)
    if name not in {section.name for section in config.source}:
        raise click.BadParameter(f"no source {name!r} in {path}", param_hint="NAME")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except TOMLKitError as error:
        fail(f"{path}: {error}", 2)
    entries: Any = document["source"]
    del entries[next(number for number, entry in enumerate(entries) if entry["name"] == name)]
    _write(path, tomlkit.dumps(document))
    click.echo(f"{name} removed from {path}", err=True)
    _say_when(config)


@sources.command("import-opml")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
def import_opml(file: Path, config_path: Path | None) -> None:
    """Add the feeds of an OPML file that are not there yet."""
    config = configured(config_path)
    try:
        outlines = read_opml(file.read_bytes(), str(file))
    except OpmlError as error:
        fail(str(error), 2)
    known = {section.url for section in config.source}
    names = {section.name for section in config.source}
    sections: list[dict[str, Any]] = []
    for outline in outlines:
        if outline.url not in known:
            base = _free_name(config, outline.url)
            name = next(n for n in [base, *(f"{base}-{k}" for k in range(2, 10_000))] if n not in names)
            names.add(name)
            sections.append({"name": name, "url": outline.url})
    _append(config, sections)
    click.echo(f"{len(sections)} of {len(outlines)} feeds are new and were added", err=True)
    _say_when(config)


@sources.command("export-opml")
@config_option
def export_opml(config_path: Path | None) -> None:
    """Print the feeds among the sources as OPML."""
    config = configured(config_path)
    feeds = [Outline(s.url, s.name, s.language) for s in config.source if s.kind == "feed"]
    click.echo(write_opml(feeds, "Summitwatch"), nl=False)


@sources.command("set-aside")
@click.argument("name", required=False)
@json_option
@config_option
def list_set_aside(name: str | None, as_json: bool, config_path: Path | None) -> None:
    """What was not taken for an article, and why: of one source or of all, the latest first."""
    with opened(config_path) as (config, parts):
        parts.projector.catch_up()
        found = set_aside(parts.database.connection, feed=name)
    known = [section.name for section in config.source]
    if name is not None and not found and name not in known:
        raise click.BadParameter(f"no source {name!r}; `summitwatch sources` lists them", param_hint="NAME")
    if as_json:
        items = [{"item": i.item, "source": i.feed, "reason": i.reason, "since": i.since.isoformat()} for i in found]
        print_json({"set_aside": items})
        return
    if not found:
        click.echo("Nothing was set aside.")
    for item in found:
        click.echo(f"{item.since:%Y-%m-%d %H:%M}  {item.feed}  {item.item}\n                  {item.reason}")


@sources.command("release")
@click.argument("item")
@config_option
def release(item: str, config_path: Path | None) -> None:
    """Say that something set aside (its address) is an article: it is fetched again and taken as it is."""
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        if item not in {aside.item for aside in set_aside(parts.database.connection, limit=1_000_000)}:
            raise click.BadParameter(f"{item} is not set aside; see `summitwatch sources set-aside`", param_hint="ITEM")
        key = f"released:{item}:{parts.log.head()}"
        parts.log.append([NewEvent(f"item/{item}", ArticleReleased(item=item), key, actor="person")])
        parts.projector.catch_up()
        again = Polls(parts.database).release(item, utc_now())
    click.echo(
        "it is fetched at the next poll" if again else "released; its source does not list it any more", err=True
    )
