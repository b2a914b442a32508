"""How surprising a step would be, given what is known of the meeting. Says nothing of who reports it."""

from typing import Final

from monitor.meetings.days import days_of, gap
from monitor.meetings.model import Report
from monitor.meetings.tracks import NEAR_DAYS, Track
from monitor.statuses import Signal

_NEW: Final = {
    Signal.PROPOSED: 0.4,
    Signal.AGREED: -0.4,
    Signal.HELD: -0.8,
    Signal.POSTPONED: -1.2,
    Signal.CANCELLED: -0.8,
}
_UNPLACED: Final = {
    Signal.PROPOSED: 0.0,
    Signal.AGREED: -0.4,
    Signal.HELD: -0.8,
    Signal.POSTPONED: -0.4,
    Signal.CANCELLED: -0.4,
}
_DUE: Final = 2.0
_NOT_DUE: Final = -0.7
_ONLY_PROPOSED: Final = {Signal.HELD: -1.2, Signal.CANCELLED: -0.6, Signal.POSTPONED: -0.6}


def surprise(track: Track, report: Report, day: int) -> float:
    """Log odds to add to a reading's own: below 0 where the step is unlikely, above 0 where it was to be expected."""
    placed = days_of(report.date) is not None or bool(report.venue)
    if track.status is Signal.NONE:
        return _NEW[report.signal] + (0.0 if placed else _UNPLACED[report.signal])
    if track.status is Signal.PROPOSED:
        return _ONLY_PROPOSED.get(report.signal, 0.0)
    if report.signal is Signal.HELD:
        known = track.days
        return _DUE if known is not None and gap(known, (day, day)) <= NEAR_DAYS else _NOT_DUE
    return 0.0
