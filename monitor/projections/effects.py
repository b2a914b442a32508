"""What a correction would change, folded in memory. Appends and stores nothing."""

import sqlite3
from datetime import datetime

import msgspec

from monitor.events import SignalCorrected
from monitor.meetings.fold import fold
from monitor.meetings.model import Change, Observation, Policy, Report, WatchState
from monitor.projections.board import MeetingPlace
from monitor.projections.observations import corrected, load_observations
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
    row = connection.execute("SELECT policy FROM watches WHERE watch = ?", (correction.watch,)).fetchone()
    if row is None:
        raise KeyError(correction.watch)
    policy = msgspec.json.decode(row[0], type=Policy)
    seen = load_observations(connection, correction.watch)
    now = fold(correction.watch, seen, policy)
    then = fold(correction.watch, _with(connection, seen, correction), policy)
    before, after = ({(c.at, c.article, c.status): c for c in state.changes} for state in (now, then))
    return Effect(
        _outcome(now),
        _outcome(then),
        tuple(change for key, change in before.items() if key not in after),
        tuple(change for key, change in after.items() if key not in before),
    )


def _with(connection: sqlite3.Connection, seen: list[Observation], correction: SignalCorrected) -> list[Observation]:
    if any(item.article == correction.article for item in seen):
        return [corrected(item, correction) if item.article == correction.article else item for item in seen]
    row = connection.execute(
        "SELECT counted_at, outlet FROM articles WHERE article = ?", (correction.article,)
    ).fetchone()
    if row is None:
        raise KeyError(correction.article)
    at, outlet = row
    if at is None:
        return seen
    silent = Observation(correction.article, datetime.fromisoformat(at), outlet, Report(Signal.NONE))
    return [*seen, corrected(silent, correction)]


def _outcome(state: WatchState) -> Outcome:
    current = state.current
    if current is None:
        return Outcome(Signal.NONE, None)
    meeting = next((m for m in state.meetings if m.id == current.meeting), None)
    return Outcome(current.status, MeetingPlace(meeting.id, meeting.venue, meeting.date) if meeting else None)
