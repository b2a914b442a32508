"""What each step of a fold brought about, and the state that steps add up to. Decides nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from monitor.meetings.corroboration import TOGETHER_DAYS
from monitor.meetings.ledger import Ledger, Noted
from monitor.meetings.model import Change, Meeting, Verdict, WatchState
from monitor.statuses import PartialDate, Signal


class Course(msgspec.Struct, frozen=True):
    """How a meeting stands from a step on."""

    meeting: str
    status: Signal
    venue: str | None
    date: PartialDate | None


class Step(msgspec.Struct, frozen=True):
    """What one observation brought about."""

    at: datetime
    """Publication (UTC)."""
    verdict: Verdict
    changes: tuple[Change, ...]
    """Confirmed by it, the one of its main claim first."""
    courses: tuple[Course, ...]
    """Meetings that stand otherwise than before; of a meeting named twice the last counts."""
    noted: tuple[Noted, ...]
    """Mentions of the past not heard before."""
    unconfirmed: Change | None
    """The change that lacks voices after it, however old."""


def current(changes: Sequence[Change]) -> Change | None:
    """The latest change; of several by one article the one of its main claim, which stands first."""
    if not changes:
        return None
    article = changes[-1].article
    return next(c for c in changes if c.article == article)


def fresh(unconfirmed: Change | None, last: datetime | None) -> Change | None:
    """An unconfirmed change, as long as the last article was published soon enough after it."""
    recent = unconfirmed and last and (last - unconfirmed.at).days <= TOGETHER_DAYS
    return unconfirmed if recent else None


def meetings(courses: Iterable[Course], changes: Iterable[Change], ledger: Ledger) -> tuple[Meeting, ...]:
    """The confirmed meetings in order, then those of the past that are none of them.

    Args:
        courses: the last one of each meeting, in the order in which the meetings were confirmed.
        changes: of all these meetings, in order.
        ledger: what was noted up to the same moment.
    """
    histories: dict[str, list[Change]] = {}
    for change in changes:
        histories.setdefault(change.meeting, []).append(change)
    confirmed = [Meeting(c.meeting, c.status, c.venue, c.date, tuple(histories.get(c.meeting, ()))) for c in courses]
    return (*confirmed, *ledger.meetings(confirmed))


class History:
    """The steps of one watch up to a moment."""

    def __init__(self, watch: str) -> None:
        self._watch = watch
        self._changes: list[Change] = []
        self._courses: dict[str, Course] = {}
        self._verdicts: list[Verdict] = []
        self._unconfirmed: Change | None = None
        self._last: datetime | None = None

    def add(self, step: Step) -> None:
        """Take in the next step."""
        self._changes += step.changes
        self._courses.update((course.meeting, course) for course in step.courses)
        self._verdicts.append(step.verdict)
        self._unconfirmed = step.unconfirmed
        self._last = step.at

    def state(self, ledger: Ledger) -> WatchState:
        """The state after the last step; `ledger` stands there too."""
        return WatchState(
            self._watch,
            meetings=meetings(self._courses.values(), self._changes, ledger),
            changes=tuple(self._changes),
            current=current(self._changes),
            unconfirmed=fresh(self._unconfirmed, self._last),
            verdicts=tuple(self._verdicts),
        )
