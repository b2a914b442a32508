"""The command line: commands only, no logic. The contract of each is in docs/commands.md."""

import io
import sys

import click
from click.exceptions import NoArgsIsHelpError

from monitor.cli.alerts import alert
from monitor.cli.base import fail
from monitor.cli.explaining import explain_
from monitor.cli.feeding import correct, import_, normalize_
from monitor.cli.inspecting import log_, rebuild, status, timeline, verify
from monitor.cli.judging import backtest, read
from monitor.cli.keeping import backup, doctor, forget, reload, restore
from monitor.cli.labelling import label
from monitor.cli.running import check, init, once, run
from monitor.cli.sources import sources
from monitor.cli.web import web
from monitor.config import ConfigError
from monitor.log import DatabaseTooNew, LogError, NotADatabase


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="summitwatch")
def cli() -> None:
    """Watch the news and say whether two leaders will meet."""


for command in (
    init, check, run, once, import_, status, timeline, log_, verify, rebuild, correct, normalize_, backtest, read,
    explain_, label, backup, restore, forget, doctor, reload, alert, web, sources,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run a command; errors that have a mend become one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 still shows the rest
    try:
        cli(standalone_mode=False)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "summitwatch"
        fail(f"{error.format_message().rstrip('.')}; `{command} --help` says more", error.exit_code)
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except (ConfigError, NotADatabase, DatabaseTooNew) as error:
        fail(str(error), 2)
    except LogError as error:
        fail(str(error), 1)
    except OSError as error:
        fail(f"{error.filename or 'standard output'}: {error.strerror or error}", 1)
