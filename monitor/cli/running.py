"""Commands that set the program to work: init, check, run, once."""

import asyncio
import sys
from importlib.resources import files
from pathlib import Path

import click

from monitor.cli.base import config_option, configured, fail
from monitor.service.instance import AlreadyRunning, only_instance
from monitor.service.logs import set_up_logs


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Write a commented config.toml into DIR; never overwrites."""
    path = folder / "config.toml"
    text = files("monitor").joinpath("data/config.toml").read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path}: exists already and was left as it is; name another folder", 2)
    except OSError as error:
        fail(f"{path}: {error.strerror}", 2)
    click.echo(f"wrote {path}; next: `summitwatch run --config {path}`", err=True)


@click.command()
@config_option
def run(config_path: Path | None) -> None:
    """The daemon: fetch, read, keep the status and alert, until SIGTERM or SIGINT."""
    from monitor.service.daemon import (
        Daemon,
    )  # page and scheduler load slowly, other commands need neither

    config = configured(config_path)
    set_up_logs(config.summitwatch.log_format)

    async def serve() -> None:
        await Daemon(config).run()

    try:
        with only_instance(config.database):
            asyncio.run(serve())
    except AlreadyRunning as error:
        fail(str(error), 2)


@click.command()
@config_option
def once(config_path: Path | None) -> None:
    """One full cycle: fetch every source, read, keep the status, alert; then exit."""
    from monitor.service.cycle import run_once

    config = configured(config_path)
    set_up_logs(config.summitwatch.log_format)
    try:
        with only_instance(config.database):
            summary = asyncio.run(run_once(config))
    except AlreadyRunning as error:
        fail(str(error), 2)
    click.echo(summary, err=True)


@click.command()
@config_option
def check(config_path: Path | None) -> None:
    """Validate the configuration, try each source once, reach each alert channel without sending."""
    from monitor.service.cycle import check_all

    config = configured(config_path)
    if not asyncio.run(check_all(config)):
        sys.exit(1)
