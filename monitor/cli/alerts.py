"""Commands about alerts: test, preview, history, resend, simulate."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from monitor.alerts.channel import Context
from monitor.alerts.channels import open_channel
from monitor.cli.base import Instant, config_option, json_option, opened, print_json
from monitor.events import AlertResent, NewEvent
from monitor.projections.outbox import abandoned, history
from monitor.service.assembly import Parts, utc_now

if TYPE_CHECKING:
    from monitor.service.simulating import Simulation


@click.group()
def alert() -> None:
    """Test, preview, look back at and send again what people are told."""


@alert.command("test")
@click.argument("name", required=False)
@config_option
def test_(name: str | None, config_path: Path | None) -> None:
    """Send a marked test message through one or all channels."""
    from monitor.service.rehearsing import chosen_sections, send_tests  # clients load slowly, other commands need none

    with opened(config_path) as (config, parts):
        parts.projector.catch_up()
        rows = asyncio.run(send_tests(chosen_sections(config, name), config, parts, utc_now()))
    for row in rows:
        click.echo(f"{'ok  ' if row.good else 'BAD '} {row.name:<28} {row.says}")
    if not all(row.good for row in rows):
        sys.exit(1)


@alert.command()
@click.argument("name", required=False)
@config_option
def preview(name: str | None, config_path: Path | None) -> None:
    """Print what one or all channels would get if the last status change came now."""
    from monitor.service.rehearsing import chosen_sections, example  # clients load slowly, other commands need none

    with opened(config_path) as (config, parts):
        parts.projector.catch_up()
        for section in chosen_sections(config, name):
            message = example(section, config, parts, utc_now())
            click.echo(f"# {section.name}", err=True)
            click.echo(open_channel(section).render(message, Context()))


@alert.command("history")
@click.argument("alert", required=False)
@click.option("--last", default=50, show_default=True, type=click.IntRange(min=1), help="So many alerts.")
@json_option
@config_option
def history_(alert: str | None, last: int, as_json: bool, config_path: Path | None) -> None:
    """Say for each alert when it was sent, to whom, how often it was tried and what the server said.

    With ALERT, every attempt at that one.
    """
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        rows = _attempts(parts, alert) if alert else history(parts.database.connection, last)
    if as_json:
        print_json({"alerts": rows})
    else:
        _draw(rows)


def _attempts(parts: Parts, alert: str) -> list[dict[str, Any]]:
    events = list(parts.log.read(stream=f"alert/{alert}"))
    if not events:
        raise click.UsageError(f"no alert {alert!r}; `summitwatch alert history` shows their names")
    return [
        {"at": f"{event.recorded_at:%Y-%m-%dT%H:%M:%SZ}", "event": event.type, **msgspec.to_builtins(event.data)}
        for event in events
    ]


def _draw(rows: list[dict[str, Any]]) -> None:
    """What is told of an alert or an attempt, under the line that names it."""
    if not rows:
        click.echo("Nothing was told yet.")
    for row in rows:
        first, second, *rest = row.items()
        click.echo(f"{first[1]}  {second[1]}")
        for key, value in rest:
            if value not in (None, "", [], (), False):
                shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
                click.echo(f"    {key.replace('_', ' ')}: {shown}")


@alert.command()
@click.argument("alerts", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every alert that was set aside.")
@config_option
def resend(alerts: tuple[str, ...], everything: bool, config_path: Path | None) -> None:
    """Put alerts that were set aside back into the outbox; the daemon (or `once`) sends them."""
    if not alerts and not everything:
        raise click.UsageError("name an alert that was set aside, or give --all")
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        waiting = abandoned(parts.database.connection)
        wanted = list(waiting) if everything else list(alerts)
        for name in wanted:
            if name not in waiting:
                raise click.UsageError(f"{name!r} was not set aside; set aside are: {', '.join(waiting) or 'none'}")
        events = [
            NewEvent(
                f"alert/{name}",
                AlertResent(alert=name, channel=waiting[name]),
                f"resent:{name}:{parts.log.head()}",
                actor="person",
            )
            for name in wanted
        ]
        parts.log.append(events)
        parts.projector.catch_up()
    click.echo(f"{len(wanted)} back in the outbox", err=True)


@alert.command("simulate")
@click.option("--since", required=True, type=Instant(), help="From when on.")
@json_option
@config_option
def simulate_(since: datetime, as_json: bool, config_path: Path | None) -> None:
    """Say what the present rules would have sent for what the log holds since then."""
    from monitor.service.simulating import simulate  # clients load slowly, other commands need none

    with opened(config_path) as (config, parts):
        last = max((event.recorded_at for event in parts.log.read(parts.log.head() - 1)), default=since)
        simulation = asyncio.run(simulate(config, parts, since, max(last, since)))
    if as_json:
        print_json(msgspec.to_builtins(simulation))
    else:
        _draw_simulation(simulation)


def _draw_simulation(simulation: "Simulation") -> None:
    if not simulation.sent and not simulation.not_told:
        click.echo("There was nothing to tell, or no [[alert]] to tell it.")
    for sent in simulation.sent:
        click.echo(f"{sent.at:%Y-%m-%d %H:%M} UTC  {sent.channel:<16} {sent.title}")
    for channel, reasons in simulation.not_told.items():
        for reason, number in sorted(reasons.items(), key=lambda item: -item[1]):
            click.echo(f"not told to {channel}: {number} × {reason}")
