"""Command with which a person labels articles in the terminal: label. Decides nothing about the log."""

import json
import os
import re
import sys
import termios
import tty
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from monitor.cli.base import chosen, config_option, opened, watch_option
from monitor.cli.drawing import STYLES
from monitor.reading.model import TITLE, Span
from monitor.service.assembly import Parts
from monitor.service.exporting import windows, write_stream
from monitor.service.labelling import Case, Label, case, paragraph_span, paragraphs, proposed, record, unlabelled
from monitor.statuses import Signal

KEYS = {
    "n": Signal.NONE,
    "p": Signal.PROPOSED,
    "a": Signal.AGREED,
    "h": Signal.HELD,
    "o": Signal.POSTPONED,
    "c": Signal.CANCELLED,
}
MAX_VENUE = 200
PARTIAL_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
HELP = (
    "[n]one [p]roposed [a]greed [h]eld p[o]stponed [c]ancelled · [enter] as it was read · "
    "[v]enue and date · [s]kip [b]ack [q]uit"
)


@click.command("label")
@watch_option
@click.option(
    "--export",
    "export",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Write the labels for training: a folder of streams, or windows into a file that ends in .jsonl.",
)
@config_option
def label(watch: str | None, export: Path | None, config_path: Path | None) -> None:
    """Label articles of your own log, those first of which the reader is least sure."""
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        names = chosen(parts, watch)
        if export is not None:
            _export(parts, names, export)
            return
        if not sys.stdin.isatty():
            raise click.UsageError("labelling needs a terminal; to write out labels, use --export")
        labelled = _label_all(parts, [(name, identity) for name in names for identity in unlabelled(parts, name)])
    click.echo(f"{labelled} labelled", err=True)


def _export(parts: Parts, names: Sequence[str], path: Path) -> None:
    try:
        if path.suffix == ".jsonl":
            lines = [json.dumps(window, ensure_ascii=False) for name in names for window in windows(parts, name)]
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            written = len(lines)
        else:
            written = sum(write_stream(parts, name, path / name) for name in names)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename} is there already; name a new folder") from error
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
    click.echo(f"{written} labelled articles written to {path}", err=True)


def _label_all(parts: Parts, queue: Sequence[tuple[str, str]]) -> int:
    """Show one after the other until the end or `q`. -> how many labels were given."""
    console = Console(markup=False, highlight=False)
    at = labelled = 0
    if not queue:
        console.print("Nothing to label: every article that says anything has a label.")
    while 0 <= at < len(queue):
        given = case(parts, *queue[at])
        _draw(console, given, f"{at + 1} of {len(queue)}")
        answer = _answer(console, given)
        if answer is None:
            break
        if isinstance(answer, Label):
            record(parts, given, answer)
            labelled += 1
            at += 1
        else:
            at = max(0, at + answer)
    return labelled


def _answer(console: Console, given: Case) -> Label | int | None:
    """A label; or how many articles to go on or back; or None to end."""
    place: tuple[str, str] | None = None
    while True:
        key = _key()
        if key in ("q", ""):
            return None
        if key in ("s", "b"):
            return 1 if key == "s" else -1
        if key == "v":
            place = _ask("Venue", given.reading.venue, _name), _ask("Date", given.reading.date, _day)
            console.print(HELP)
        signal = given.reading.signal if key == "\n" else KEYS.get(key)
        if signal is not None:
            found = proposed(given, signal)
            if place is not None:
                found = replace(found, venue=place[0] or None, date=place[1] or None)
            return found if found.evidence or signal is Signal.NONE else replace(found, evidence=_evidence(given))


def _key() -> str:
    """One key without Enter; "" at the end of the input. What was typed ahead is kept, as `click.getchar` does not."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        return os.read(terminal, 1).decode("ascii", "replace").lower()
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _ask(name: str, known: str | None, checked: Callable[[str], str]) -> str:
    return str(click.prompt(name, default=known or "", show_default=bool(known), value_proc=checked))


def _name(text: str) -> str:
    if len(text) > MAX_VENUE:
        raise click.UsageError(f"longer than {MAX_VENUE} characters; write the city or the country")
    return text.strip()


def _day(text: str) -> str:
    if text.strip() and not PARTIAL_DATE.fullmatch(text.strip()):
        raise click.UsageError("write 2018-07-16, or 2018-07 or 2018 where no more is known, or nothing")
    return text.strip()


def _evidence(given: Case) -> Span:
    """Which words say so; the reader found none that do."""
    last = len(paragraphs(given))
    if not last:
        return Span(TITLE, 0, len(given.shown.title), given.shown.title)
    number = click.prompt("Which paragraph says so", type=click.IntRange(1, last), default=1)
    return paragraph_span(given, number - 1)


def _draw(console: Console, given: Case, progress: str) -> None:
    reading, shown = given.reading, given.shown
    spans = [reading.evidence] if reading.evidence else [claim.evidence for claim in given.claims[:1]]
    console.rule(f"{given.watch} · {progress}")
    console.print(_marked(shown.title, TITLE, spans), style="bold")
    day = f"{shown.counted_at:%A, %Y-%m-%d}" if shown.counted_at else "no date"
    console.print(" · ".join(filter(None, (day, shown.source, shown.url))), style="dim")
    for number, text in enumerate(paragraphs(given)):
        console.print(Text(f"{number + 1:>3}  ", style="dim").append_text(_marked(text, number, spans)))
    place = ", ".join(filter(None, (reading.venue, reading.date)))
    line = Text("\nread as ").append(reading.signal.value, style=STYLES[reading.signal.value])
    console.print(line.append(f" ({reading.confidence:.2f}) {place}"))
    console.print(HELP, style="dim")


def _marked(text: str, number: int, spans: Sequence[Span]) -> Text:
    """The text with the evidence between » and «, so that it is seen without colours too."""
    for span in spans:
        if span.paragraph == number:
            return Text.assemble(
                text[: span.start], ("»" + text[span.start : span.end] + "«", "bold yellow"), text[span.end :]
            )
    return Text(text)
