"""Draws status and timeline for people in a terminal, plain when piped. Knows no log."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

MARKS = {
    "none": "·",
    "proposed": "?",
    "agreed": "✓",
    "held": "●",
    "postponed": "…",
    "cancelled": "✗",
}
STYLES = {
    "none": "dim",
    "proposed": "yellow",
    "agreed": "green",
    "held": "bold green",
    "postponed": "magenta",
    "cancelled": "red",
}
NOTHING = "No watch has said anything yet. Add one under [[watch]] in config.toml, then run `summitwatch once`."


def draw_status(watches: list[dict[str, Any]], as_of: datetime | None) -> None:
    """One panel for each watch."""
    console = Console(markup=False, highlight=False)
    if as_of is not None:
        console.print(f"As known on {as_of:%Y-%m-%d %H:%M} UTC")
    if not watches:
        console.print(NOTHING)
    for watch in watches:
        console.print(Panel(_status_text(watch), title=Text(watch["watch"]), title_align="left", width=_width(console)))


def _width(console: Console) -> int:
    return min(console.width, 100)


def _status_text(watch: dict[str, Any]) -> Text:
    text = _headline(watch)
    if watch["status"] == "none":
        text.append("\nNo meeting is talked of in anything that was read.")
    if watch["unconfirmed"]:
        text.append("\n\nUnconfirmed: ")
        text.append_text(_headline(watch["unconfirmed"]))
    return text


def _headline(shown: dict[str, Any]) -> Text:
    status = shown["status"]
    text = Text()
    text.append(f"{MARKS[status]} {status.upper()}", style=STYLES[status])
    meeting = shown["meeting"]
    if meeting is None:
        return text
    place = ", ".join(filter(None, (meeting["venue"], meeting["date"])))
    text.append(f"   {place or 'no place or date known'}")
    text.append(f"   since {_moment(shown['since'])}", style="dim")
    evidence = shown["evidence"]
    if evidence["text"]:
        text.append(f"\n“{evidence['text']}”", style="italic")
    about = " · ".join(filter(None, (evidence["source"], _moment(evidence["published"]), evidence["url"])))
    text.append(f"\n{about} · confidence {shown['confidence']:.2f}", style="dim")
    return text


def draw_timeline(timelines: list[dict[str, Any]]) -> None:
    """One table for each watch, a row for each change."""
    console = Console(markup=False, highlight=False)
    if not timelines:
        console.print(NOTHING)
    for timeline in timelines:
        table = Table(title=Text(timeline["watch"]), title_justify="left", width=_width(console))
        for column in ("When", "Meeting", "Status", "Evidence"):
            table.add_column(column, overflow="fold", no_wrap=column in ("When", "Status"))
        for row in _rows(timeline):
            table.add_row(*row)
        console.print(table)


def _rows(timeline: dict[str, Any]) -> list[tuple[str, Text, Text, Text]]:
    rows = []
    for meeting in timeline["meetings"]:
        name = Text("\n".join(filter(None, (meeting["venue"], meeting["date"], meeting["id"]))))
        rows += [
            (_moment(change["at"]), name, _mark(change["status"]), Text(change["evidence"] or ""))
            for change in meeting["changes"]
        ]
        if not meeting["changes"]:
            rows.append((meeting["date"] or "", name, _mark(meeting["status"]), Text("known from mentions of the past")))
    return sorted(rows, key=lambda row: row[0])


def _mark(status: str) -> Text:
    return Text(f"{MARKS[status]} {status}", style=STYLES[status])


def _moment(instant: str | None) -> str:
    """`2018-06-28T11:42:00Z` → `2018-06-28 11:42 UTC`."""
    return f"{instant[:10]} {instant[11:16]} UTC" if instant else ""
