"""Commands that put something into the log, or show what would be put: import, normalize, correct."""

import sys
from pathlib import Path

import click

from monitor.cli.base import article_named, chosen, config_option, json_option, opened, print_json
from monitor.events import Origin, SignalCorrected
from monitor.service.assembly import utc_now
from monitor.service.correcting import record_correction
from monitor.service.documents import Refused, files, load
from monitor.statuses import Signal
from scrapers.article import SeedError, write_article
from scrapers.normalize import normalize


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@config_option
def import_(paths: tuple[Path, ...], config_path: Path | None) -> None:
    """Append seed-format documents (files or folders) to the log. Sends no alert."""
    with opened(config_path) as (_, parts):
        loaded = [load(path, Origin.IMPORT, utc_now()) for path in files(paths)]
        refused = [item for item in loaded if isinstance(item, Refused)]
        recorded = parts.pipeline.record(item for item in loaded if not isinstance(item, Refused))
        parts.pipeline.step()
    click.echo(f"{len(recorded)} new of {len(loaded)} documents", err=True)
    for item in refused:
        click.echo(f"refused {item.path}: {item.reason}", err=True)
    if refused or not loaded:
        sys.exit(1)


@click.command("normalize")
@click.argument("file", metavar="FILE_OR_DASH")
@click.option("--url", help="Address of the page, where it is known.")
@json_option
def normalize_(file: str, url: str | None, as_json: bool) -> None:
    """Turn an HTML page or raw text into a normalised seed-format document."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        article = normalize(data, name=file, url=url)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE_OR_DASH") from error
    except SeedError as error:
        raise click.ClickException(str(error)) from error
    if not as_json:
        sys.stdout.buffer.write(write_article(article))
        return
    print_json(
        {
            "title": article.title,
            "published": article.published,
            "published_precision": article.published_precision,
            "language": article.language,
            "author": article.author,
            "url": article.url,
            "source": article.source,
            "text": article.text,
        }
    )


@click.command()
@click.argument("article")
@click.option("--watch", "watch", required=True, help="The watch whose reading is overruled.")
@click.option("--signal", required=True, type=click.Choice([s.value for s in Signal]), help="What it should say.")
@click.option("--note", default="", help="Why; kept in the log.")
@config_option
def correct(article: str, watch: str, signal: str, note: str, config_path: Path | None) -> None:
    """Overrule what was read in an article; an event like any other."""
    with opened(config_path) as (_, parts):
        chosen(parts, watch)
        identity = article_named(parts, article)
        data = SignalCorrected(article=identity, watch=watch, signal=Signal(signal), note=note)
        record_correction(parts, data)
    click.echo(f"{identity} now says {signal} for {watch}", err=True)
