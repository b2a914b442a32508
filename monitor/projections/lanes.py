"""The history of meetings as lanes of segments, for any picture of it: page or terminal. Pure; draws nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from monitor.meetings.model import Change, Meeting
from monitor.statuses import PartialDate, Signal

ENDED: Final = (Signal.HELD, Signal.CANCELLED)
TAIL: Final = timedelta(days=45)
"""How long an open meeting is shown past the last word of it: as long as the codebook lets it be revived."""


class Segment(msgspec.Struct, frozen=True):
    """A time in which a meeting had one status; of no length where the status ended it."""

    status: Signal
    start: datetime
    end: datetime
    article: str


class Lane(msgspec.Struct, frozen=True):
    """One meeting from the first word of it to its end."""

    meeting: str
    status: Signal
    venue: str | None
    date: PartialDate | None
    segments: tuple[Segment, ...]

    @property
    def start(self) -> datetime:
        """The first change."""
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        """The end of the last segment."""
        return self.segments[-1].end


def lanes(meetings: Sequence[Meeting], heard: Mapping[str, datetime], now: datetime) -> list[Lane]:
    """A lane for each meeting that changed at all, in order of its first change.

    Args:
        meetings: as folded; those known only from mentions of the past have no lane.
        heard: meeting → publication of the last article that counted for it.
        now: where segments that are still open end at the latest.
    """
    drawn = [
        Lane(m.id, m.status, m.venue, m.date, _segments(m.changes, heard.get(m.id), now)) for m in meetings if m.changes
    ]
    return sorted(drawn, key=lambda lane: (lane.start, lane.meeting))


def _segments(changes: Sequence[Change], heard: datetime | None, now: datetime) -> tuple[Segment, ...]:
    last = changes[-1]
    open_end = max(last.at, min(now, max(heard or last.at, last.at) + TAIL))
    ends = [change.at for change in changes[1:]] + [last.at if last.status in ENDED else open_end]
    return tuple(Segment(c.status, c.at, end, c.article) for c, end in zip(changes, ends, strict=True))
