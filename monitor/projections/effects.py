"""What a correction would change, folded in memory from its article on. Appends and stores nothing."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.events import SignalCorrected
from monitor.meetings.fold import in_order
from monitor.meetings.history import Step, current
from monitor.meetings.model import Change, Observation, Report
from monitor.projections import moments
from monitor.projections.folding import memory_before, policy_of, stepper_at
from monitor.projections.moments import AFTER_ALL, Place
from monitor.projections.observations import corrected, load_observations
from monitor.projections.standing import MeetingPlace, standing
from monitor.statuses import Signal


class Outcome(msgspec.Struct, frozen=True):
    """Where a watch stands."""

    status: Signal
    meeting: MeetingPlace | None


class Effect(msgspec.Struct, frozen=True):
    """A watch before and after a correction."""

    before: Outcome
    after: Outcome
    gone: tuple[Change, ...]
    """Changes that would be taken back."""
    come: tuple[Change, ...]
    """Changes that would be new."""


def effect(connection: sqlite3.Connection, correction: SignalCorrected) -> Effect:
    """Fold a watch with and without a correction.

    Raises:
        KeyError: there is no such watch or article.
    """
    watch = correction.watch
    policy = policy_of(connection, watch)
    row = connection.execute(
        "SELECT counted_at, outlet FROM articles WHERE article = ?", (correction.article,)
    ).fetchone()
    if policy is None or row is None:
        raise KeyError(correction.article if policy else watch)
    at, outlet = row
    start, memory = memory_before(connection, watch, (at, correction.article) if at else AFTER_ALL)
    seen = _with(load_observations(connection, watch, start), correction, at, outlet)
    stepper = stepper_at(connection, watch, policy, start, memory)
    steps = [stepper.step(each) for each in in_order(seen)]
    before = {_key(change): change for change in moments.changes(connection, watch, AFTER_ALL, start)}
    after = {_key(change): change for step in steps for change in step.changes}
    now = standing(connection, watch, AFTER_ALL)
    return Effect(
        Outcome(now.status, now.meeting),
        _outcome(connection, watch, start, steps),
        tuple(change for key, change in before.items() if key not in after),
        tuple(change for key, change in after.items() if key not in before),
    )


def _key(change: Change) -> tuple[datetime, str, Signal]:
    return change.at, change.article, change.status


def _with(seen: list[Observation], correction: SignalCorrected, at: str | None, outlet: str) -> list[Observation]:
    """The observations with that of the corrected article, which may have said nothing before."""
    if any(item.article == correction.article for item in seen):
        return [corrected(item, correction) if item.article == correction.article else item for item in seen]
    if at is None:
        return seen
    silent = Observation(correction.article, datetime.fromisoformat(at), outlet, Report(Signal.NONE))
    return [*seen, corrected(silent, correction)]


def _outcome(connection: sqlite3.Connection, watch: str, start: Place, steps: Sequence[Step]) -> Outcome:
    """Where the watch stands after steps that begin after `start`."""
    change = current([c for step in steps for c in step.changes]) or moments.current(connection, watch, start)
    if change is None:
        return Outcome(Signal.NONE, None)
    told = [course for step in steps for course in step.courses if course.meeting == change.meeting]
    course = told[-1] if told else moments.course(connection, watch, change.meeting, start)
    return Outcome(change.status, MeetingPlace(course.meeting, course.venue, course.date) if course else None)
