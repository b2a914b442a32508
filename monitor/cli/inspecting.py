"""Commands that show what the log and its state hold: status, timeline, log, verify, rebuild."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from monitor.cli.base import (
    Instant,
    chosen,
    config_option,
    json_option,
    opened,
    opened_as_it_is,
    print_json,
    watch_option,
)
from monitor.cli.drawing import draw_status, draw_timeline
from monitor.events import EVENT_TYPES, Recorded
from monitor.log.codec import iso
from monitor.projections.watches import status_json, timeline_json, watch_state
from monitor.service.assembly import utc_now
from monitor.service.checking import state_problems

FOLLOW_SECONDS = 0.5
"""How often `log --follow` looks for new events."""


@click.command()
@click.option("--as-of", "as_of", type=Instant(), help="What was known at that time.")
@watch_option
@json_option
@config_option
def status(as_of: datetime | None, watch: str | None, as_json: bool, config_path: Path | None) -> None:
    """The current status of each watch, with the evidence."""
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        connection = parts.database.connection
        watches = [status_json(connection, name, as_of) for name in chosen(parts, watch)]
    if as_json:
        print_json({"watches": watches})
    else:
        draw_status(watches, as_of)


@click.command()
@click.option("--as-of", "as_of", type=Instant(), help="What was known at that time.")
@watch_option
@json_option
@config_option
def timeline(as_of: datetime | None, watch: str | None, as_json: bool, config_path: Path | None) -> None:
    """Every meeting of a watch and every status change, in order."""
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        connection = parts.database.connection
        names = chosen(parts, watch)
        if not as_json:
            draw_timeline([watch_state(connection, name, as_of) for name in names], as_of or utc_now())
            return
        for name in names:
            print_json(timeline_json(connection, name, as_of), lines=len(names) > 1)


@click.command("log")
@click.option("--after", default=0, type=click.IntRange(min=0), help="Only events after this position.")
@click.option("--type", "type_", type=click.Choice(sorted(EVENT_TYPES)), help="Only events of this type.")
@click.option("--follow", is_flag=True, help="Keep printing what is appended, until interrupted.")
@json_option
@config_option
def log_(after: int, type_: str | None, follow: bool, as_json: bool, config_path: Path | None) -> None:
    """The events as they stand in the log."""
    types = (type_,) if type_ else None
    with opened(config_path) as (_, parts):
        while True:
            for event in parts.log.read(after, types=types):
                after = event.position
                _print_event(event, as_json)
            if not follow:
                return
            sys.stdout.flush()
            time.sleep(FOLLOW_SECONDS)


def _print_event(event: Recorded, as_json: bool) -> None:
    fields: dict[str, Any] = msgspec.to_builtins(event)
    if as_json:
        print_json(fields, lines=True)
        return
    data = " ".join(f"{key}={value}" for key, value in fields["data"].items() if value and not isinstance(value, list))
    click.echo(f"{event.position:>6} {iso(event.recorded_at)[:19]}Z {event.type:<16} {event.stream}  {data[:160]}")


@click.command()
@config_option
def verify(config_path: Path | None) -> None:
    """Check that the log is whole and that the state tables equal a fresh fold."""
    with opened_as_it_is(config_path) as (_, parts):
        parts.projector.catch_up()
        problems = parts.log.verify() or state_problems(parts)
        head = parts.log.head()
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"whole: {head} events, state tables equal to a fresh fold", err=True)


@click.command()
@config_option
def rebuild(config_path: Path | None) -> None:
    """Drop the state tables and fold the log again; sends nothing."""
    with opened(config_path) as (_, parts):
        parts.projector.rebuild()
        click.echo(f"folded {parts.log.head()} events again", err=True)
