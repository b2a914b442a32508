"""How surprising a step would be, given what is known of the meeting. Says nothing of who reports it."""

from typing import Final

from monitor.meetings.days import days_of, gap
from monitor.meetings.model import Report
from monitor.meetings.tracks import NEAR_DAYS, Track
from monitor.statuses import Signal

_DUE: Final = 1.5
"""They are said to have met when they were to meet: in the labelled streams four of five articles of such days say so
(one of six over all, which would be 2.9; about half of it is taken)."""
_NOT_DUE: Final = -1.0
"""They are said to have met, and it was only proposed, or for another day: one of ten articles says so."""
_UNPLACED: Final = -0.7
"""A meeting not heard of before is past the proposal, and neither its place nor its time is told."""


def surprise(track: Track, report: Report, day: int) -> float:
    """Log odds to add to a reading's own: below 0 where the step is unlikely, above 0 where it was to be expected."""
    if track.status is Signal.NONE:
        placed = report.venue or days_of(report.date)
        return 0.0 if placed or report.signal is Signal.PROPOSED else _UNPLACED
    if report.signal is not Signal.HELD:
        return 0.0
    known = track.days
    due = known is not None and gap(known, (day, day)) <= NEAR_DAYS and track.status is not Signal.PROPOSED
    return _DUE if due else _NOT_DUE
