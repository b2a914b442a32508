"""What is said in the log of a source's health: failing, silent, moved, gone, texts that shrink. Makes events only."""

from datetime import datetime
from typing import Final

import msgspec

from monitor.events import NewEvent, SourceFailing, SourceMoved, SourceRecovered, SourceSilent
from monitor.log.codec import iso, text_hash
from monitor.service.health import expected_silence, thinned
from monitor.service.polls import Poll
from scrapers.exchange import FetchError
from scrapers.source import SourceFault

FAILING: Final = 3.0
"""Weighted faults in a row after which a source counts as failing."""
ROTTEN: Final = 3
"""Articles in a row on which a rule found nothing before it is told: some are of another make than the others."""


class MissedRules(msgspec.Struct, frozen=True):
    """How the rules for a source fared on the pages of its last articles."""

    says: tuple[str, ...] = ()
    """What each rule that found nothing on the last page has to say."""
    in_a_row: int = 0
    """Articles of which the like is true."""


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
    source: str, complaint: str | None, lengths: tuple[int, ...], now: datetime, missed: MissedRules | None = None
) -> tuple[NewEvent | None, str | None]:
    """The event that an article leads to, if any, and the complaint that stands then.

    Args:
        lengths: of the texts of the last articles.
        missed: what the rules for the source did not find on its page; None where none was looked at.
    """
    at = f"{now:%Y%m%dT%H%M%S}"
    fall = thinned(lengths)
    if complaint is None and missed is not None and missed.in_a_row >= ROTTEN:
        what = "; ".join(missed.says)
        says = f"rotten rules: {what} on the last {missed.in_a_row} articles; mend or remove it in [source.extract]"
        return _failing(source, says, f"rotten:{source}:{at}"), "rotten"
    if complaint is None and fall is not None:
        short, usual = fall
        says = (
            f"thin texts: the last articles have {short:.0f} characters where {usual:.0f} were usual; "
            "look at its set-aside articles for walls, or give it a fuller feed"
        )
        return _failing(source, says, f"thin:{source}:{at}"), "thin"
    if (complaint == "rotten" and missed is not None and not missed.says) or (complaint == "thin" and fall is None):
        return _recovered(source, at), None
    return None, complaint


def _failing(source: str, says: str, key: str) -> NewEvent:
    return NewEvent(_about(source), SourceFailing(feed=source, reason=says[:500], failures=0.0), key)


def _recovered(source: str, at: str) -> NewEvent:
    return NewEvent(_about(source), SourceRecovered(feed=source), f"recovered:{source}:{at}")
