"""The command that serves the page alone, on a database that another process may be filling."""

from pathlib import Path

import click

from monitor.cli.base import config_option, configured


@click.command()
@config_option
@click.option("--port", type=click.IntRange(0, 65535), help="Another port than [web] names.")
def web(config_path: Path | None, port: int | None) -> None:
    """Serve the page without fetching or reading anything, until SIGTERM or SIGINT."""
    import uvicorn  # here: page and server load slowly, other commands need neither

    from monitor.service.assembly import utc_now
    from monitor.service.logs import set_up_logs
    from monitor.web.app import create_app

    config = configured(config_path)
    set_up_logs(config.summitwatch.log_format)
    app = create_app(config, utc_now)
    port = config.web.port if port is None else port
    click.echo(f"page at http://{config.web.host}:{port}/", err=True)
    uvicorn.run(app, host=config.web.host, port=port, log_config=None, lifespan="off", access_log=False)
