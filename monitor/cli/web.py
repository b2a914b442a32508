"""The command that serves the page alone, on a database that another process may be filling."""

import asyncio
import signal
from pathlib import Path

import click
import msgspec

from monitor.cli.base import config_option, configured


@click.command()
@config_option
@click.option("--port", type=click.IntRange(0, 65535), help="Another port than [web] names.")
def web(config_path: Path | None, port: int | None) -> None:
    """Serve the page without fetching or reading anything, until SIGTERM or SIGINT."""
    from monitor.service.assembly import utc_now
    from monitor.service.logs import set_up_logs
    from monitor.service.serving import PageServer  # here: page and server load slowly, other commands need neither

    config = configured(config_path)
    set_up_logs(config.summitwatch.log_format)
    if port is not None:
        config = msgspec.structs.replace(config, web=msgspec.structs.replace(config.web, port=port))
    server = PageServer(config, utc_now)
    click.echo(server.address, err=True)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, server.handle_exit)
    asyncio.run(server.run_until_told())
