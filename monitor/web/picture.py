"""The timeline's picture as numbers: window, ticks, lanes, marks by outlet. Pure; the template draws it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from monitor.projections.archive import Extent, Mark
from monitor.projections.lanes import ENDED, Lane
from monitor.statuses import Signal
from monitor.web.rendering import MONTHS, day

WIDTH: Final = 1_000
LEFT: Final = 130
"""Room for the outlets' names."""
LANE: Final = 46
ROW: Final = 18
TOP: Final = 28
OUTLETS: Final = 8
"""Rows of outlets; the rest share one more."""
LINKED: Final = 150
"""So many marks at most are links each; more are drawn as one line, or the page would be heavy."""
LETTER: Final = 7.8
"""Width of a letter of a lane's label."""
TICK: Final = 40
"""Room for the label of a tick."""
GAP: Final = 12
"""Between two lanes in one row."""
DAY: Final = timedelta(days=1)
ZOOMS: Final = ("all", "year", "month", "week")


class Window(msgspec.Struct, frozen=True):
    """The time that the picture shows."""

    start: datetime
    end: datetime
    zoom: str
    earlier: datetime | None = None
    later: datetime | None = None

    def x(self, at: datetime) -> float:
        """Where a moment lies, from LEFT to WIDTH; outside moments lie outside."""
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + share * (WIDTH - LEFT - 12), 1)

    @property
    def label(self) -> str:
        """The window in words."""
        last = self.end - timedelta(seconds=1)
        if self.zoom == "year":
            return str(self.start.year)
        if self.zoom == "month":
            return f"{MONTHS[self.start.month - 1]} {self.start.year}"
        return f"{day(self.start.date().isoformat())} to {day(last.date().isoformat())}"


class Bar(msgspec.Struct, frozen=True):
    """A segment of a lane; no width where it is an end."""

    status: Signal
    x: float
    width: float
    y: float
    title: str
    article: str


class Label(msgspec.Struct, frozen=True):
    """A text in the picture, from `x` on, or up to the right edge where it would reach over it."""

    x: float
    y: float
    text: str
    at_edge: bool = False


class Dot(msgspec.Struct, frozen=True):
    """An article's mark."""

    x: float
    y: float
    counted: bool
    article: str
    title: str


class OutletRow(msgspec.Struct, frozen=True):
    """The marks of one outlet."""

    name: str
    y: float
    path: str
    """Marks of articles that did not count, or of all where there are too many to link."""
    strong: str
    """Marks of those that counted, where there are too many to link."""


class Picture(msgspec.Struct, frozen=True):
    """Everything to draw."""

    window: Window
    height: float
    ticks: tuple[Label, ...]
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    outlets: tuple[OutletRow, ...]
    dots: tuple[Dot, ...]
    now: float | None
    lanes_end: float


def window(zoom: str, at: datetime | None, lanes: Sequence[Lane], extent: Extent, now: datetime) -> Window:
    """The whole of what is known, or the year, month or week around `at` (default: the last thing known)."""
    moments = [m for lane in lanes for m in (lane.start, lane.end)]
    moments += [m for m in (extent.first, extent.last) if m]
    first, last = (min(moments), max(moments)) if moments else (now - 30 * DAY, now)
    if zoom == "all":
        margin = max((last - first) / 30, DAY)
        return Window(first - margin, last + margin, zoom)
    start, end = _period(zoom, at or last)
    earlier, later = start - timedelta(seconds=1), end
    return Window(start, end, zoom, earlier if earlier > first - DAY else None, later if later < last + DAY else None)


def _period(zoom: str, at: datetime) -> tuple[datetime, datetime]:
    midnight = datetime(at.year, at.month, at.day, tzinfo=UTC)
    if zoom == "year":
        return datetime(at.year, 1, 1, tzinfo=UTC), datetime(min(at.year + 1, 9999), 1, 1, tzinfo=UTC)
    if zoom == "month":
        start = midnight.replace(day=1)
        return start, (start + 32 * DAY).replace(day=1)
    start = midnight - midnight.weekday() * DAY
    return start, start + 7 * DAY


def draw(shown: Window, lanes: Sequence[Lane], marks: Sequence[Mark], now: datetime) -> Picture:
    """Place everything that lies in the window, as all the marks do."""
    seen = [lane for lane in lanes if lane.end >= shown.start and lane.start <= shown.end]
    rows = _packed([(lane, *_label(shown, lane)) for lane in seen], shown)
    bars = [bar for n, row in enumerate(rows) for lane, *_ in row for bar in _bars(shown, lane, TOP + n * LANE + 22)]
    labels = [
        Label(x, TOP + n * LANE + 15, text, x + LETTER * len(text) >= WIDTH)
        for n, row in enumerate(rows)
        for _, x, text in row
    ]
    lanes_end = TOP + max(len(rows), 1) * LANE + 8
    outlets, dots = _outlets(shown, marks, lanes_end)
    at_now = shown.x(now) if shown.start <= now <= shown.end else None
    height = lanes_end + len(outlets) * ROW + 12
    ticks = tuple(_ticks(shown))
    return Picture(shown, height, ticks, tuple(labels), tuple(bars), outlets, dots, at_now, lanes_end)


def _bars(shown: Window, lane: Lane, y: float) -> list[Bar]:
    bars = []
    for segment in lane.segments:
        if segment.end < shown.start or segment.start > shown.end:
            continue
        ended = segment.status in ENDED and segment.start == segment.end
        x = max(shown.x(segment.start), LEFT)
        width = 0 if ended else max(min(shown.x(segment.end), WIDTH - 4) - x, 3)
        since = day(segment.start.date().isoformat())
        title = f"{lane.meeting}: {segment.status} on {since}" if ended else f"{lane.meeting}: {segment.status} {since}"
        bars.append(Bar(segment.status, x, round(width, 1), y, title, segment.article))
    return bars


Placed = tuple[Lane, float, str]
"""A lane with its label and where that begins."""


def _label(shown: Window, lane: Lane) -> tuple[float, str]:
    place = ", ".join(filter(None, (lane.venue, day(lane.date))))
    text = f"{lane.status} · {place}" if place else lane.status.value
    text = text if len(text) <= 34 else text[:33] + "…"
    return round(min(max(shown.x(lane.start), LEFT), WIDTH - LETTER * len(text)), 1), text


def _packed(placed: Sequence[Placed], shown: Window) -> list[list[Placed]]:
    """Lanes side by side in as few rows as keep their bars and labels apart."""
    rows: list[list[Placed]] = []
    ends: list[float] = []
    for lane, x, text in placed:
        start, end = min(x, shown.x(lane.start)), max(x + LETTER * len(text), shown.x(lane.end))
        n = next((n for n, taken in enumerate(ends) if taken + GAP < start), len(rows))
        if n == len(rows):
            rows.append([])
            ends.append(0.0)
        rows[n].append((lane, x, text))
        ends[n] = end
    return rows


def _outlets(shown: Window, marks: Sequence[Mark], top: float) -> tuple[tuple[OutletRow, ...], tuple[Dot, ...]]:
    counts: dict[str, int] = {}
    for mark in marks:
        counts[mark.outlet] = counts.get(mark.outlet, 0) + 1
    most = sorted(counts, key=lambda outlet: (-counts[outlet], outlet))
    names = most[:OUTLETS] + (["other outlets"] if len(most) > OUTLETS else [])
    places = {outlet: min(n, OUTLETS) for n, outlet in enumerate(most)}
    ys = [top + n * ROW + 12 for n in range(len(names))]
    linked = len(marks) <= LINKED
    dots: list[Dot] = []
    lines: list[tuple[set[int], set[int]]] = [(set(), set()) for _ in names]
    for mark in marks:
        x, row = shown.x(mark.at), places[mark.outlet]
        if linked:
            title = f"{mark.outlet}, {day(mark.at.date().isoformat())}: {mark.signal}"
            dots.append(Dot(x, ys[row], mark.counted, mark.article, title))
        else:
            lines[row][mark.counted].add(round(x))
    rows = [
        OutletRow(name, y, _line(weak - strong, y), _line(strong, y))
        for name, y, (weak, strong) in zip(names, ys, lines, strict=True)
    ]
    return tuple(rows), tuple(dots)


def _line(places: set[int], y: float) -> str:
    return "".join(f"M{x} {y - 5}v10" for x in sorted(places))


def _ticks(shown: Window) -> list[Label]:
    """The starts of years, months, weeks or days: whichever gives at most a dozen."""
    days = (shown.end - shown.start) / DAY
    at = datetime(shown.start.year, shown.start.month, shown.start.day, tzinfo=UTC)
    moments: list[tuple[datetime, str]] = []
    if days > 800:
        step = max(1, round(days / 365 / 12))
        moments = [(datetime(y, 1, 1, tzinfo=UTC), str(y)) for y in range(at.year, shown.end.year + 1, step)]
    elif days > 62:
        step = max(1, round(days / 30 / 12))
        month = at.year * 12 + at.month - 1
        for n in range(month, shown.end.year * 12 + shown.end.month, step):
            first = datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC)
            name = MONTHS[first.month - 1]
            moments.append((first, f"{name} {first.year}" if first.month == 1 or n == month else name))
    else:
        step = max(1, round(days / 10))
        count = int(days) + 2
        stops = [at + n * DAY for n in range(0, count, step)]
        moments = [(stop, f"{stop.day} {MONTHS[stop.month - 1]}") for stop in stops]
    return [Label(shown.x(m), 16, text) for m, text in moments if shown.start <= m and shown.x(m) < WIDTH - TICK]
