"""How surprising a step would be, given what is known of the meeting. Says nothing of who reports it."""

from monitor.meetings.days import days_of, gap
from monitor.meetings.model import Report
from monitor.meetings.tracks import NEAR_DAYS, Track
from monitor.statuses import Signal


def surprise(track: Track, report: Report, day: int) -> float:
    """Log odds to add to a reading's own: below 0 where the step is unlikely, above 0 where it was to be expected."""
    placed = bool(report.venue) + (days_of(report.date) is not None)
    if track.status is Signal.NONE:
        return {Signal.PROPOSED: 0.0, Signal.AGREED: -0.3}.get(report.signal, -0.6) - 0.4 * (2 - placed)
    if report.signal is Signal.HELD:
        known = track.days
        if known is None:
            return -0.3
        return 1.0 if gap(known, (day, day)) <= NEAR_DAYS else -1.0
    return 0.0
