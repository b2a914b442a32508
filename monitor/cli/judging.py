"""Commands that show how well the program reads: backtest, read."""

import json
from pathlib import Path
from typing import Annotated, Any

import click
import msgspec

from monitor.cli.base import json_option, print_json
from monitor.cli.scoreboard import draw_figures
from monitor.reading.model import Document, Principal, Reader, Watch
from monitor.reading.readers import default_reader
from monitor.service.backtest import backtest as run_backtest
from monitor.service.backtest import reading_json
from monitor.service.scoring import load_gold, score
from scrapers.article import parse_instant


class Passage(msgspec.Struct, frozen=True):
    """One line that `read` takes; further keys are ignored."""

    id: str
    principals: Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]
    text: str
    published: str | None = None


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def backtest(folder: Path, as_json: bool) -> None:
    """Read DIR/watch.toml and DIR/articles/*.txt in order of publication and say what would have been told.

    With labels in DIR/gold.json, also how often that was right.
    """
    gold = load_gold(folder / "gold.json") if not as_json and (folder / "gold.json").exists() else None
    result = run_backtest(folder)
    if as_json:
        print_json(result)
        return
    for name, reading in result["articles"].items():
        click.echo(f"{name}  {reading['signal']:<10} {reading['evidence'] or ''}")
    click.echo()
    for change in result["changes"]:
        place = ", ".join(filter(None, (change["venue"], change["date"])))
        click.echo(f"{change['article']}  {change['meeting']} is {change['status']}  {place}")
    if gold is not None:
        click.echo()
        draw_figures(score(gold, result))


@click.command()
@click.argument("file", metavar="FILE.jsonl", type=click.Path(path_type=Path, allow_dash=True))
@json_option
def read(file: Path, as_json: bool) -> None:
    """Read single passages, one JSON object a line: id, principals, published, text."""
    reader = default_reader()
    try:
        lines = click.open_file(str(file), "rb")
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE.jsonl") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer = _read_line(reader, line, f"{file}, line {number}")
            if as_json:
                print_json(answer, lines=True)
            else:
                click.echo(f"{answer['id']}  {answer['signal']:<10} {answer['evidence'] or ''}")


def _read_line(reader: Reader, line: bytes, where: str) -> dict[str, Any]:
    try:
        passage = msgspec.convert(json.loads(line), type=Passage)
        published = parse_instant(passage.published) if passage.published else None
    except (ValueError, msgspec.ValidationError) as error:
        raise click.UsageError(f"{where}: {error}; a line is an object with id, principals, published, text") from error
    watch = Watch("passage", tuple(Principal(name) for name in passage.principals))
    reading = reader.read(Document("", (passage.text,), published), watch)
    fields = reading_json(reading)
    return {"id": passage.id, **{key: fields[key] for key in ("signal", "venue", "date", "evidence")}}
