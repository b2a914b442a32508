"""What of a watch's folded state is new, and how it counts: news, catching up, late, corrected. Pure; sends nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from monitor.events import (
    ChangeReported,
    ChangeWithdrawn,
    Event,
    Mode,
    NewEvent,
    Origin,
    StatusChanged,
)
from monitor.meetings.model import Change, WatchState
from monitor.statuses import Signal

OPEN = (Signal.PROPOSED, Signal.AGREED, Signal.POSTPONED)
NEWS_AGE = timedelta(days=45)
"""A change so much older than the present one is history even if its meeting was never closed (codebook: 45 days)."""


class Told(msgspec.Struct, frozen=True):
    """One earlier announcement, as the log holds it."""

    type: str
    change: Change
    mode: Mode


class Arrival(msgspec.Struct, frozen=True):
    """What the announcement must know of the article that tipped a change."""

    origin: Origin
    corrected: bool = False


def announcements(
    state: WatchState, told: Sequence[Told], arrivals: Mapping[str, Arrival], *, caught_up: bool
) -> list[NewEvent]:
    """Events that bring the log level with the folded state; none when everything was told."""
    meeting_now = {verdict.article: verdict.meeting for verdict in state.verdicts if verdict.meeting}
    standing = _standing(told)

    def place(change: Change) -> tuple[str, Signal]:
        return meeting_now.get(change.article, change.meeting), change.status

    def mode(change: Change) -> Mode:
        if not caught_up:
            return Mode.CATCH_UP
        arrival = arrivals.get(change.article)
        if arrival is not None and arrival.corrected:
            return Mode.CORRECTION
        if arrival is None or arrival.origin is not Origin.POLL:
            return Mode.IMPORT
        return Mode.LIVE if _is_present(change, state) else Mode.LATE

    events: list[Event] = []
    left = Counter(place(item.change) for item in standing)
    for change in state.changes:
        if left[place(change)] > 0:
            left[place(change)] -= 1
        else:
            events.append(StatusChanged(watch=state.watch, change=change, mode=mode(change)))
    for item in reversed(standing):
        if left[place(item.change)] > 0:
            left[place(item.change)] -= 1
            events.append(_withdrawal(state, item, arrivals))
    reported = {place(item.change) for item in told if item.type == ChangeReported.__name__}
    if state.unconfirmed is not None and place(state.unconfirmed) not in reported:
        change = state.unconfirmed
        events.append(ChangeReported(watch=state.watch, change=change, mode=mode(change)))
    return _numbered(state.watch, events, told)


def _standing(told: Sequence[Told]) -> list[Told]:
    """Changes that were told and not taken back."""
    standing: list[Told] = []
    for item in told:
        if item.type == StatusChanged.__name__:
            standing.append(item)
        elif item.type == ChangeWithdrawn.__name__:
            match = next((s for s in standing if _key(s.change) == _key(item.change)), None)
            if match is not None:
                standing.remove(match)
    return standing


def _withdrawal(state: WatchState, item: Told, arrivals: Mapping[str, Arrival]) -> ChangeWithdrawn:
    """Taking back what was told as news is news; taking back history is not."""
    mode = Mode.LATE
    if item.mode in (Mode.LIVE, Mode.CORRECTION):
        corrected = any(a.corrected for key, a in arrivals.items() if key in item.change.supporters)
        mode = Mode.CORRECTION if corrected else Mode.LIVE
    return ChangeWithdrawn(watch=state.watch, change=item.change, standing=state.current, mode=mode)


def _is_present(change: Change, state: WatchState) -> bool:
    meeting = next((m for m in state.meetings if m.id == change.meeting), None)
    current = state.current
    if meeting is None or meeting.background:
        return False
    if change.confirmed and (not meeting.changes or meeting.changes[-1] != change):
        return False
    if current is None or current.meeting == change.meeting:
        return True
    return change.at > current.at - NEWS_AGE and (meeting.status in OPEN or change.at >= current.at)


def _key(change: Change) -> tuple[str, Signal]:
    return change.article, change.status


def _numbered(watch: str, events: Sequence[Event], told: Sequence[Told]) -> list[NewEvent]:
    """Keys count how often the same thing was told before: a change may be taken back and come again, and one
    article may tip two meetings."""
    times = Counter((item.type, *_key(item.change)) for item in told)
    numbered = []
    for event in events:
        assert isinstance(event, StatusChanged | ChangeReported | ChangeWithdrawn)
        name = (type(event).__name__, *_key(event.change))
        key = ":".join((name[0], watch, *name[1:], str(times[name])))
        numbered.append(NewEvent(f"watch/{watch}", event, key))
        times[name] += 1
    return numbered
