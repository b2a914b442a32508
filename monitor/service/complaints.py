"""What is said in the log of a source's health: failing, silent, moved, gone, texts that shrink. Makes events only."""

from datetime import datetime
from typing import Final

from monitor.events import NewEvent, SourceFailing, SourceMoved, SourceRecovered, SourceSilent
from monitor.log.codec import iso, text_hash
from monitor.service.health import expected_silence, thinned
from monitor.service.polls import Poll
from scrapers.exchange import FetchError
from scrapers.source import SourceFault

FAILING: Final = 3.0
"""Weighted faults in a row after which a source counts as failing."""


def _about(source: str) -> str:
    return f"source/{source}"


def after_fault(poll: Poll, fault: FetchError | SourceFault, failures: float) -> tuple[NewEvent | None, str | None]:
    """The event that a fault leads to, if any, and the complaint that stands then.

    An event's key holds the poll's due time: should the process die before the complaint is noted, saying it again
    adds nothing to the log.
    """
    if fault.reason == "status 410":
        if poll.complaint == "gone":
            return None, "gone"
        gone = SourceMoved(feed=poll.source, to=None)
        return NewEvent(_about(poll.source), gone, f"gone:{poll.source}:{poll.due_at}"), "gone"
    if failures < FAILING or poll.complaint in ("failing", "gone"):
        return None, poll.complaint
    failing = SourceFailing(feed=poll.source, reason=f"{fault.reason}: {fault}"[:500], failures=failures)
    return NewEvent(_about(poll.source), failing, f"failing:{poll.source}:{poll.due_at}"), "failing"


def after_answer(poll: Poll, now: datetime, *, new: bool, moved_to: str | None) -> tuple[list[NewEvent], str | None]:
    """The events that an answer leads to, and the complaint that stands then."""
    events = []
    stream, complaint = _about(poll.source), poll.complaint
    if moved_to:
        moved = SourceMoved(feed=poll.source, to=moved_to)
        events.append(NewEvent(stream, moved, f"moved:{poll.source}:{text_hash(moved_to)[:16]}"))
    if complaint in ("failing", "gone") or (complaint == "silent" and new):
        events.append(_recovered(poll.source, poll.due_at))
        complaint = None
    if complaint is None and not new and poll.silent_at is not None and poll.silent_at < iso(now):
        instants = poll.instants
        expected = expected_silence(instants)
        if expected is not None:
            silent = SourceSilent(feed=poll.source, last_new=instants[-1], expected_days=round(expected.days, 1))
            events.append(NewEvent(stream, silent, f"silent:{poll.source}:{poll.silent_at}"))
            complaint = "silent"
    return events, complaint


def after_article(
    source: str, complaint: str | None, lengths: tuple[int, ...], now: datetime
) -> tuple[NewEvent | None, str | None]:
    """The event that the length of the last articles leads to, if any, and the complaint that stands then."""
    fall = thinned(lengths)
    if fall is not None and complaint is None:
        short, usual = fall
        says = (
            f"thin texts: the last articles have {short:.0f} characters where {usual:.0f} were usual; "
            "look at its set-aside articles for walls, or give it a fuller feed"
        )
        failing = SourceFailing(feed=source, reason=says, failures=0.0)
        return NewEvent(_about(source), failing, f"thin:{source}:{now:%Y%m%dT%H%M%S}"), "thin"
    if fall is None and complaint == "thin":
        return _recovered(source, f"{now:%Y%m%dT%H%M%S}"), None
    return None, complaint


def _recovered(source: str, at: str) -> NewEvent:
    return NewEvent(_about(source), SourceRecovered(feed=source), f"recovered:{source}:{at}")
