"""Draws status and timeline for people in a terminal, plain when piped. Knows no log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.meetings.model import Change, WatchState
from monitor.projections.lanes import Lane, lanes

LABEL: Final = 26
"""Columns before the lanes."""
BARS = {"proposed": "┄", "agreed": "━", "held": "●", "postponed": "░", "cancelled": "✗"}
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


def draw_timeline(states: list[WatchState], now: datetime) -> None:
    """For each watch its meetings as lanes over time, then a table with a row for each change."""
    console = Console(markup=False, highlight=False)
    if not states:
        console.print(NOTHING)
    for state in states:
        console.print(Text(state.watch, style="bold"))
        for line in _picture(lanes(state.meetings, {}, now), _width(console)):
            console.print(line, no_wrap=True, overflow="crop")
        table = Table(width=_width(console))
        for column in ("When", "Meeting", "Status", "Evidence"):
            table.add_column(column, overflow="fold", min_width=min(10, (_width(console) - 13) // 4))
        for row in _rows(state):
            table.add_row(*row)
        console.print(table)


def _picture(drawn: list[Lane], width: int) -> list[Text]:
    """The lanes under a line of years; a column stands for the same time everywhere."""
    if not drawn:
        return []
    start, end = min(lane.start for lane in drawn), max(lane.end for lane in drawn)
    columns = width - LABEL - 2
    span = max(end - start, timedelta(days=1))

    def column(at: datetime) -> int:
        return int((at - start) / span * (columns - 1))

    years = [" "] * columns
    for year in range(start.year, end.year + 1):
        at = max(column(datetime(year, 1, 1, tzinfo=UTC)), 0)
        if at + 5 <= columns and not "".join(years[max(at - 1, 0) : at + 4]).strip():
            years[at : at + 4] = str(year)
    return [Text(" " * LABEL + "".join(years), style="dim"), *(_lane(lane, columns, column) for lane in drawn)]


def _lane(lane: Lane, columns: int, column: Callable[[datetime], int]) -> Text:
    label = ", ".join(filter(None, (lane.venue, lane.date))) or lane.meeting
    text = Text(f"{label[: LABEL - 2]:<{LABEL}}")
    cells = [(" ", "")] * columns
    for segment in lane.segments:
        first, last = column(segment.start), column(segment.end)
        cells[first : last + 1] = [(BARS[segment.status], STYLES[segment.status])] * (last + 1 - first)
    for cell, style in cells:
        text.append(cell, style=style)
    return text


def _rows(state: WatchState) -> list[tuple[str, Text, Text, Text]]:
    rows = []
    for meeting in state.meetings:
        name = Text("\n".join(filter(None, (meeting.venue, meeting.date, meeting.id))))
        rows += [
            (_moment(f"{change.at:%Y-%m-%dT%H:%M}"), name, _mark(change.status), _evidence(change))
            for change in meeting.changes
        ]
        if not meeting.changes:
            past = Text("known from mentions of the past")
            rows.append((meeting.date or "", name, _mark(meeting.status), past))
    return sorted(rows, key=lambda row: row[0])


def _evidence(change: Change) -> Text:
    """The words, and the article by whose id `explain` and `correct` know it."""
    return Text(change.evidence or "").append(f"\n{change.article}", style="dim")


def _mark(status: str) -> Text:
    return Text(f"{MARKS[status]} {status}", style=STYLES[status])


def _moment(instant: str | None) -> str:
    """`2018-06-28T11:42:00Z` → `2018-06-28 11:42 UTC`."""
    return f"{instant[:10]} {instant[11:16]} UTC" if instant else ""
