"""Folds the readings of a watch into its meetings and their changes. Decides order and steps; keeps no files."""

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import msgspec

from monitor.meetings.corroboration import TOGETHER_DAYS, Finding, Support, support, weigh
from monitor.meetings.days import days_of, gap, sharper
from monitor.meetings.history import Course, History, Step
from monitor.meetings.ledger import Ledger
from monitor.meetings.model import Change, Observation, Policy, Report, Verdict, WatchState
from monitor.meetings.places import Places
from monitor.meetings.surprise import surprise
from monitor.meetings.tracks import (
    NEAR_DAYS,
    NEWS_DAYS,
    Placement,
    Scene,
    Track,
    overtaken,
    place,
)
from monitor.reading.venues import gazetteer
from monitor.statuses import PartialDate, Signal

_ANY_STEP: Final = frozenset(Signal) - {Signal.NONE}
STEPS: Final = {
    Signal.NONE: _ANY_STEP,
    Signal.PROPOSED: frozenset({Signal.AGREED, Signal.HELD, Signal.POSTPONED, Signal.CANCELLED}),
    Signal.AGREED: frozenset({Signal.HELD, Signal.POSTPONED, Signal.CANCELLED}),
    Signal.POSTPONED: frozenset({Signal.AGREED, Signal.HELD, Signal.CANCELLED}),
    Signal.CANCELLED: frozenset({Signal.AGREED, Signal.HELD}),
    Signal.HELD: frozenset[Signal](),
}
"""The statuses that may follow one another on one track (codebook, "Transitions")."""
_AT_MOST: Final = 50
"""Words kept for one step that is not confirmed."""
_OPEN_AT_MOST: Final = 12
"""Tracks that reports are compared with; more at a time are noise, and the longest silent goes."""


def fold(watch: str, observations: Iterable[Observation], policy: Policy) -> WatchState:
    """Everything that follows from a watch's observations, whatever order they come in.

    Args:
        watch: the watch's name, the stem of the meetings' ids.
        observations: one for each article; of several for one article a correction counts, else the latest.
        policy: how many voices a change needs.
    """
    folding = Folding(watch, policy)
    for seen in in_order(observations):
        folding.add(seen)
    return folding.state()


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """One observation for each article, by publication, then article."""
    latest: dict[str, Observation] = {}
    for seen in observations:
        known = latest.get(seen.article)
        if known is None or (known != seen and _authority(seen) > _authority(known)):
            latest[seen.article] = seen
    return sorted(latest.values(), key=lambda seen: (seen.published, seen.article))


def _authority(seen: Observation) -> tuple[bool, float, bytes]:
    """What decides between two observations of one article; the last part only makes the choice certain."""
    return seen.corrected, seen.published.timestamp(), msgspec.json.encode(seen)


class Folding:
    """A fold under way: takes observations in order, gives the state at any time.

    For a log that grows at its end: keep it and `add` what is new. What belongs earlier needs a new fold.
    """

    def __init__(self, watch: str, policy: Policy) -> None:
        places = Places(gazetteer())
        self._ledger = Ledger(watch, places)
        self._stepper = Stepper(watch, policy, places, self._ledger)
        self._history = History(watch)

    def add(self, seen: Observation) -> None:
        """Take in the next observation.

        Raises:
            ValueError: it was published before the last one, or is of the same article.
        """
        self._history.add(self._stepper.step(seen))

    def state(self) -> WatchState:
        """The state after everything added so far."""
        return self._history.state(self._ledger)


class Memory(msgspec.Struct, frozen=True):
    """All that a fold must know of its past to take the next step, but for the ledger."""

    last: tuple[datetime, str] | None = None
    """Publication and article of the last observation."""
    tracks: tuple[Track, ...] = ()
    """In the order in which they were opened."""
    confirmed: int = 0
    """How many meetings there are."""
    unconfirmed: Change | None = None


NOTHING: Final = Memory()
"""Before the first observation."""


class Stepper:
    """Takes observations in order and says what each brings about. Keeps no history."""

    def __init__(self, watch: str, policy: Policy, places: Places, ledger: Ledger, memory: Memory = NOTHING) -> None:
        """`memory` and `ledger` stand at the same observation; the tracks in it are this stepper's from now on."""
        self._watch = watch
        self._policy = policy
        self._places = places
        self._ledger = ledger
        self._last = memory.last
        self._tracks = list(memory.tracks)
        self._opened = len(self._tracks)
        self._confirmed = memory.confirmed
        self._unconfirmed = memory.unconfirmed
        self._changes: list[Change] = []
        self._courses: list[Course] = []

    def memory(self) -> Memory:
        """What to go on from after the last step; store it at once, since the next step changes its tracks."""
        tracks = tuple(dataclasses.replace(track, order=n) for n, track in enumerate(self._tracks, start=1))
        return Memory(self._last, tracks, self._confirmed, self._unconfirmed)

    def step(self, seen: Observation) -> Step:
        """Take in the next observation.

        Raises:
            ValueError: it was published before the last one, or is of the same article.
        """
        if self._last and (seen.published, seen.article) <= self._last:
            raise ValueError(f"article {seen.article} is not later than {self._last[1]}: fold anew")
        self._last = (seen.published, seen.article)
        self._changes, self._courses = [], []
        day = seen.published.toordinal()
        noted = [self._ledger.note(mention, day) for mention in seen.background]
        verdict = self._judge(seen, day)
        return Step(
            seen.published,
            verdict,
            tuple(self._changes),
            tuple(self._courses),
            tuple(note for note in noted if note),
            self._unconfirmed,
        )

    def _judge(self, seen: Observation, day: int) -> Verdict:
        claims = _claims(seen)
        if not claims:
            return Verdict(seen.article, None, False, "It says nothing of a meeting of theirs.")
        self._tracks = [t for t in self._tracks if t.listens(day)]
        verdicts = [self._take(seen, report, placement, day) for report, placement in self._placed(seen, claims, day)]
        if any(t.status is Signal.HELD and t.since == day for t in self._tracks):
            self._tracks = [t for t in self._tracks if not overtaken(t, day)]
        return verdicts[0]

    def _placed(self, seen: Observation, claims: list[Report], day: int) -> list[tuple[Report, Placement]]:
        """The track of each claim of one article; the surest fit chooses first, and no two share one."""
        scene = Scene(self._tracks, day, self._places, self._policy.revival_days)
        placed: dict[int, Placement] = {}
        while len(placed) < len(claims):
            taken = [p.track for p in placed.values() if p.track]
            n, best = max(
                (
                    (n, place(report, scene, taken, further=report is not seen.main))
                    for n, report in enumerate(claims)
                    if n not in placed
                ),
                key=lambda pair: (pair[1].fit, -pair[0]),
            )
            placed[n] = best
        return [(report, placed[n]) for n, report in enumerate(claims)]

    def _take(self, seen: Observation, report: Report, placement: Placement, day: int) -> Verdict:
        track = placement.track
        overruled = seen.corrected and report is seen.main
        if track is None and not (placement.new or overruled):
            return Verdict(seen.article, None, False, placement.reason)
        if report.confidence < self._policy.least_confidence and not overruled:
            return Verdict(
                seen.article, track.id if track else None, False, "The reading is below the least confidence."
            )
        track = track or self._open(day)
        if report.signal in STEPS[track.status]:
            return self._step(seen, report, track, day)
        self._repeat(seen, report, track, day)
        return Verdict(seen.article, track.id, True, "It repeats what was known.")

    def _open(self, day: int) -> Track:
        self._opened += 1
        if len(self._tracks) >= _OPEN_AT_MOST:
            self._tracks.remove(min(self._tracks, key=lambda t: (t.last, t.order)))
        self._tracks.append(Track(self._opened, day))
        return self._tracks[-1]

    def _repeat(self, seen: Observation, report: Report, track: Track, day: int) -> None:
        """A known status told again: it may tell place and time, and it speaks against what is pending."""
        if report.signal is track.status:
            for step, pending in track.pending.items():
                _hear(pending, support(seen, report, day, 0.0, contrary=True))
                rumour = self._unconfirmed
                if rumour and (rumour.meeting, rumour.status) == (track.id, step):
                    gone = weigh(step, pending, self._policy).certainty < 0.5
                    self._unconfirmed = None if gone else rumour
        if report.signal is track.status and track.status is not Signal.HELD:
            self._learn(track, report, day)
        elif report.signal is Signal.HELD and track.date is None:
            self._settle(track, track.venue, report.date)
        track.last = day

    def _step(self, seen: Observation, report: Report, track: Track, day: int) -> Verdict:
        pending = track.pending.setdefault(report.signal, [])
        _hear(pending, support(seen, report, day, surprise(track, report, day)))
        track.last = day
        if track.status is Signal.NONE:
            self._learn(track, report, day)
        finding = weigh(report.signal, pending, self._policy)
        change = self._change(seen, report, track, pending, finding)
        if not finding.enough:
            self._unconfirmed = change
            return Verdict(seen.article, change.meeting, False, f"Not yet a change. {finding.why}")
        self._confirm(track, change, day)
        return Verdict(seen.article, change.meeting, True, finding.why)

    def _change(
        self, seen: Observation, report: Report, track: Track, pending: list[Support], finding: Finding
    ) -> Change:
        return Change(
            meeting=track.id or f"{self._watch}-{self._confirmed + 1}",
            status=report.signal,
            previous=track.status,
            article=seen.article,
            at=seen.published,
            venue=self._places.sharper(report.venue, track.venue),
            date=_date(report, track, seen.published.toordinal()),
            evidence=report.evidence,
            supporters=tuple(s.article for s in pending if not s.contrary),
            voices=finding.voices,
            official=finding.official,
            confidence=finding.certainty,
            confirmed=finding.enough,
            why=finding.why,
        )

    def _confirm(self, track: Track, change: Change, day: int) -> None:
        if track.id is None:
            track.id = change.meeting
            self._confirmed += 1
        track.status, track.since = change.status, day
        track.settle(change.venue, change.date)
        self._courses.append(Course(track.id, track.status, track.venue, track.date))
        track.pending.clear()
        self._changes.append(change)
        self._unconfirmed = None

    def _learn(self, track: Track, report: Report, day: int) -> None:
        self._settle(track, self._places.sharper(report.venue, track.venue), _date(report, track, day))

    def _settle(self, track: Track, venue: str | None, date: PartialDate | None) -> None:
        known = track.venue, track.date
        track.settle(venue, date)
        if track.id is not None and known != (venue, date):
            self._courses.append(Course(track.id, track.status, venue, date))


def _claims(seen: Observation) -> list[Report]:
    """What the article says of meetings; a further one without place or time only where the main one was held."""
    further = [r for r in seen.also if r.venue or r.date or seen.main.signal is Signal.HELD]
    return [r for r in (seen.main, *further) if r.signal is not Signal.NONE]


def _hear(pending: list[Support], word: Support) -> None:
    """Add a word to a step's supports; words too old, or too many, no longer count."""
    pending[:] = [s for s in pending[1 - _AT_MOST :] if word.day - s.day <= TOGETHER_DAYS]
    pending.append(word)


def _date(report: Report, track: Track, day: int) -> str | None:
    """The date to keep for a track: a wish is for a day to come, a plan at least for today, held means just now."""
    told = days_of(report.date)
    if report.signal is Signal.HELD:
        if told is None or told[0] > day + 1:
            return _held_about(track, day)
    elif told is None or told[1] < (day + 1 if report.signal is Signal.PROPOSED else day - 1):
        return track.date
    return sharper(report.date, track.date)


def _held_about(track: Track, day: int) -> str | None:
    """The date of a meeting whose report tells none: the one agreed for if it was due, else the month if sure."""
    known = track.days
    if known and gap(known, (day - NEWS_DAYS, day)) <= NEAR_DAYS:
        return track.date
    months = {date.fromordinal(day - before).isoformat()[:7] for before in (0, NEAR_DAYS)}
    return months.pop() if len(months) == 1 else None
