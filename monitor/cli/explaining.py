"""Command that says why an article was read as it was, and what its revisions changed: explain."""

from pathlib import Path

import click
import msgspec

from monitor.alerts.message import moment
from monitor.cli.base import article_named, chosen, config_option, json_option, opened, print_json, watch_option
from monitor.reading.explain import as_text
from monitor.reading.readers import default_reader
from monitor.service.changing import Revision, revisions
from monitor.service.explaining import Explained, WordsForgotten, explained, explanation_json


@click.command("explain")
@click.argument("article")
@watch_option
@json_option
@config_option
def explain_(article: str, watch: str | None, as_json: bool, config_path: Path | None) -> None:
    """Say why an article was read as it was, what would have changed that, and what its revisions changed."""
    with opened(config_path) as (_, parts):
        parts.projector.catch_up()
        try:
            shown, found = explained(parts, default_reader(), article_named(parts, article), chosen(parts, watch))
        except WordsForgotten as error:
            raise click.ClickException(str(error)) from error
        revised = revisions(parts, shown.article)
    if as_json:
        print_json({**explanation_json(shown, found), "revisions": msgspec.to_builtins(revised)})
        return
    click.echo(f"{shown.article}  {shown.title}")
    click.echo(" · ".join(filter(None, (shown.source, moment(shown.published), shown.url))))
    for revision in revised:
        click.echo("\n".join(_revised(revision)))
    for one in found:
        click.echo(f"\n{one.watch}\n{as_text(one.explanation)}", nl=False)
        for line in _became(one):
            click.echo(line)


def _revised(revision: Revision) -> list[str]:
    """What a revision changed, in lines for people."""
    when = f"\nrevised     {revision.recorded_at:%Y-%m-%d %H:%M} UTC"
    if revision.changes is None:
        return [f"{when}: the words were removed by `summitwatch forget`"]
    return [
        f"{when}:{'' if revision.changes else ' only the division into paragraphs'}",
        *(
            f"  {sign} {sentence}"
            for change in revision.changes
            for sign, sentences in (("-", change.removed), ("+", change.added))
            for sentence in sentences
        ),
    ]


def _became(one: Explained) -> list[str]:
    """What is on record, in lines for people."""
    record = one.recorded
    if record is None:
        return ["\non record   it says nothing of a meeting of theirs"]
    lines = [f"\non record   {record.reading.signal.value} ({record.reading.confidence:.2f}, {record.reading.reader})"]
    if one.second is not None:
        said = one.second.signal.value if one.second.signal else "nothing usable"
        quoted = f": {one.second.evidence.text}" if one.second.evidence else ""
        lines.append(
            f"second      {one.second.model} said {said}{quoted}{one.second.reason and f' ({one.second.reason})'}"
        )
    if record.correction is not None:
        lines.append(f"a person    {record.correction.signal.value} {record.correction.note}".rstrip())
    counted = "counted" if record.counted else "not counted"
    lines.append(f"became      {counted}{f' for {record.meeting}' if record.meeting else ''}: {record.reason or ''}")
    return lines
