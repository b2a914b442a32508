"""Commands for whoever keeps the service: backup, restore, forget, doctor, reload."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import click

from monitor.cli.base import config_option, configured, fail, opened
from monitor.config import ConfigError, seconds
from monitor.service.assembly import IN_MEMORY, open_parts, utc_now
from monitor.service.backup import back_up
from monitor.service.backup import restore as restore_copy
from monitor.service.cycle import reach_channels
from monitor.service.doctor import Finding, examine
from monitor.service.instance import running_process
from monitor.service.retention import forget_before

MEND_CHANNEL = "see docs/alerts.md, then `summitwatch alert test`"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def backup(file: Path, config_path: Path | None) -> None:
    """Copy the database to FILE while it is in use, and verify the copy."""
    events = back_up(configured(config_path).database, file)
    click.echo(f"{file}: {events} events, whole", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def restore(file: Path, config_path: Path | None) -> None:
    """Put the copy FILE in the place of a database that is missing."""
    database = configured(config_path).database
    events = restore_copy(file, database)
    click.echo(f"{database}: {events} events, whole; start the daemon again", err=True)


@click.command()
@click.option("--older-than", required=True, metavar="AGE", help="Such as 90d; counted from when it was first seen.")
@config_option
def forget(older_than: str, config_path: Path | None) -> None:
    """Remove the bodies of old articles; events, evidence and hashes stay."""
    try:
        age = timedelta(seconds=seconds(older_than))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from error
    with opened(config_path) as (_, parts):
        removed = forget_before(parts, utc_now() - age)
    click.echo(f"removed {removed} texts", err=True)


@click.command()
@config_option
def doctor(config_path: Path | None) -> None:
    """Look at configuration, database, disk, clock, names, channels and lag; say what to mend."""
    config = configured(config_path)
    parts = open_parts(config.database if config.database.exists() else IN_MEMORY)
    try:
        findings = list(examine(config, parts, utc_now))
    finally:
        parts.close()
    try:
        findings += [Finding(row.name, row.good, row.says, MEND_CHANNEL) for row in asyncio.run(reach_channels(config))]
    except ConfigError as error:
        findings.append(Finding("alerts", False, str(error), "see docs/alerts.md"))
    for finding in findings:
        mend = "" if finding.good else f"; {finding.mend}"
        click.echo(f"{'ok  ' if finding.good else 'BAD '} {finding.name:<16} {finding.says}{mend}")
    if not all(finding.good for finding in findings):
        sys.exit(1)


@click.command()
@config_option
def reload(config_path: Path | None) -> None:
    """Tell the running daemon to take the configuration anew; a bad file is refused and the old one stays."""
    config = configured(config_path)
    process = running_process(config.database)
    if process is None:
        fail(f"no daemon works on {config.database}; start one with `summitwatch run`", 1)
    try:
        os.kill(process, signal.SIGHUP)
    except PermissionError:
        fail(f"process {process} belongs to another user; run this as that user or as root", 1)
    click.echo(f"process {process} reloads {config.path}", err=True)
