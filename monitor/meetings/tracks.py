"""Which meeting a report speaks of. Decides no status: that is for the fold and corroboration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from monitor.meetings.corroboration import Support
from monitor.meetings.days import Days, days_of, gap
from monitor.meetings.model import Report
from monitor.meetings.places import Places
from monitor.statuses import PartialDate, Signal

MONTH_DAYS: Final = 31
NEAR_DAYS: Final = 3
"""Dates at most this far apart may mean one meeting: talks of several days, a day's misreading."""
ECHO_DAYS: Final = 3
"""For so long after a meeting, an undated report that one is planned is taken for an old report of that meeting."""
AFTERMATH_DAYS: Final = 10
"""For so long after the last report of a meeting, an undated one that they met is taken to be about it."""
NEWS_DAYS: Final = 7
"""A meeting reported later than this after its date is the past of an article, not its news."""
LAPSE_DAYS: Final = 14
"""An agreed meeting whose date is so long past, and of which nothing more was heard, is not what is planned now."""
IDLE_DAYS: Final = 30
"""After so long a silence an undated meeting is not the one now spoken of for another venue."""
DORMANT_DAYS: Final = 400
"""After so long a silence a track that was not held takes no more reports."""
PLANNED: Final = frozenset({Signal.PROPOSED, Signal.AGREED})
BROKEN: Final = frozenset({Signal.POSTPONED, Signal.CANCELLED})


@dataclass(slots=True, eq=False)
class Track:
    """One meeting while it is folded."""

    order: int
    last: int
    """Day of the last report."""
    venue: str | None = None
    date: PartialDate | None = None
    days: Days | None = None
    """What `date` says."""
    status: Signal = Signal.NONE
    """NONE while no step is confirmed."""
    since: int = 0
    """Day on which it came to `status`."""
    id: str | None = None
    pending: dict[Signal, list[Support]] = field(default_factory=dict)

    def settle(self, venue: str | None, date: PartialDate | None) -> None:
        """Keep what is now known of place and time."""
        self.venue, self.date, self.days = venue, date, days_of(date)

    @property
    def met(self) -> Days:
        """When a held meeting took place, as far as known."""
        return self.days or (self.since, self.since)

    def listens(self, day: int) -> bool:
        """Whether a report of `day` may still speak of it."""
        if self.status is Signal.HELD:
            return day - self.last <= IDLE_DAYS
        return day - max(self.last, self.days[1] if self.days else 0) <= DORMANT_DAYS


class Scene(msgspec.Struct, frozen=True):
    """What a report is placed against: the tracks that may still take reports, on the day of publication."""

    tracks: Sequence[Track]
    day: int
    places: Places
    revival_days: int


class Placement(msgspec.Struct, frozen=True):
    """The track a report speaks of. Neither a track nor new: the report moves nothing, for the reason given."""

    reason: str
    track: Track | None = None
    new: bool = False
    fit: float = 0.0


_OPENED: Final = Placement("A meeting not heard of before.", new=True)


class Fit(msgspec.Struct, frozen=True):
    """How venue and date of a report compare with those of a track; None where one of them is unknown."""

    venue: bool | None
    gap: int | None
    vague: bool = False
    """One of the dates is no more than a year."""

    @property
    def score(self) -> float:
        venue = {True: 2.0, False: -1.0, None: 0.0}[self.venue]
        if self.gap is None or (self.vague and not self.gap):
            return venue
        return venue + (3.0 if self.gap == 0 else 2.0 if self.gap <= NEAR_DAYS else -1.0)

    @property
    def elsewhere(self) -> bool:
        """Another place at another time: another meeting. Only one of them: the meeting was moved."""
        return self.venue is False and self.gap is not None and self.gap > NEAR_DAYS


def place(report: Report, scene: Scene, taken: Sequence[Track] = (), further: bool = False) -> Placement:
    """Find the track that a report speaks of.

    Args:
        taken: tracks that other reports of the same article speak of.
        further: the article names this meeting beside its main one.
    """
    free = [t for t in scene.tracks if t not in taken]
    if report.signal is Signal.HELD:
        return _place_held(report, scene, free)
    if report.signal in PLANNED:
        return _place_plan(report, scene, free, further)
    return _place_break(report, scene, free)


def overtaken(track: Track, day: int) -> bool:
    """Whether a wish has faded when another meeting takes place: talk after that is of a new one."""
    return track.status is Signal.PROPOSED and day - track.last > IDLE_DAYS


def _fit(report: Report, track: Track, scene: Scene, span: Days | None) -> Fit:
    venue, known = scene.places.same(report.venue, track.venue), track.days
    if span is None or known is None:
        return Fit(venue, None)
    return Fit(venue, gap(span, known), vague=max(span[1] - span[0], known[1] - known[0]) > MONTH_DAYS)


def _takes(track: Track, signal: Signal, fit: Fit, day: int, vague: bool = False) -> bool:
    """Whether an unfinished track may be the one a report speaks of; `vague`: whatever place and time it names."""
    if track.status in (Signal.HELD, Signal.CANCELLED) or (fit.elsewhere and not vague):
        return False
    if signal is Signal.HELD and fit.gap is not None and fit.gap > (0 if fit.vague else LAPSE_DAYS):
        return False
    if signal not in PLANNED and fit.venue is False and fit.gap is None and day - track.last > IDLE_DAYS:
        return False
    if track.status is Signal.NONE:
        return signal in track.pending or (bool(PLANNED & track.pending.keys()) and signal is not Signal.HELD)
    return True


def _best(fits: Iterable[tuple[Track, float]]) -> tuple[Track, float] | None:
    """The best fit; where two fit alike, the confirmed and then the younger track."""
    return max(fits, key=lambda pair: (pair[1], pair[0].status is not Signal.NONE, pair[0].order), default=None)


def _place_held(report: Report, scene: Scene, free: Sequence[Track]) -> Placement:
    span = days_of(report.date)
    if span and span[0] > scene.day + 1:  # nobody has met tomorrow: the date is misread
        span = None
    old = span is not None and span[1] < scene.day - NEWS_DAYS
    fits = [(t, _fit(report, t, scene, None if _overdue(t, scene.day) else span)) for t in free]
    again = [(t, f.score) for t, f in fits if t.status is Signal.HELD and _met_then(t, f, scene, span)]
    ahead = [
        (t, f)
        for t, f in fits
        if (_takes(t, Signal.HELD, f, scene.day) or _revives(t, f, scene, sure=True))
        and (not old or (f.gap is not None and f.gap <= NEAR_DAYS))
    ]
    due = [(t, f.score + 1) for t, f in ahead if _due(t, scene.day, span)]
    repeat, expected = _best(again), _best(due)
    if repeat and (expected is None or repeat[1] >= expected[1]):
        return Placement("It was known that they met.", repeat[0], fit=repeat[1])
    found = expected or _best((t, f.score) for t, f in ahead)
    if found:
        return Placement("The open meeting.", found[0], fit=found[1])
    if old:
        return Placement("A meeting of the past, not news.")
    return _OPENED


def _met_then(track: Track, fit: Fit, scene: Scene, span: Days | None) -> bool:
    """Whether a meeting known as held is the one told of: the same days, or about then and nowhere else."""
    if span is not None:
        return gap(span, track.met) <= (AFTERMATH_DAYS if fit.venue else NEAR_DAYS)
    if fit.venue is False:
        return scene.day - track.since <= NEAR_DAYS
    return scene.day - track.last <= AFTERMATH_DAYS


def _due(track: Track, day: int, span: Days | None) -> bool:
    known = track.days
    met = span or (day, day)
    return known is not None and gap(known, met) <= NEAR_DAYS


def _place_plan(report: Report, scene: Scene, free: Sequence[Track], further: bool) -> Placement:
    span = days_of(report.date)
    past = span is not None and span[1] < scene.day - 1
    if span and span[1] < scene.day - NEWS_DAYS:
        return Placement("Its date has long passed.")
    fits = [(t, _fit(report, t, scene, None if past or _overdue(t, scene.day) else span)) for t in free]
    vague = report.signal is Signal.PROPOSED and not further
    found = _best(
        (t, f.score) for t, f in fits if _takes(t, report.signal, f, scene.day, vague) and _goes_on(t, report, f, scene)
    )
    echo = any(t.status is Signal.HELD and _echoes(t, f, scene, span, further) for t, f in fits)
    if echo and (found is None or found[1] < 1):
        return Placement("That meeting has been held.")
    if found:
        return Placement("The open meeting.", found[0], fit=found[1])
    if past:
        return Placement("Its date has passed.")
    if report.signal is Signal.AGREED:
        revived = _best((t, f.score) for t, f in fits if _revives(t, f, scene))
        if revived:
            return Placement("Called off, and agreed again.", revived[0], fit=revived[1])
    return _OPENED


def _overdue(track: Track, day: int) -> bool:
    """Whether the date once wished for has gone by: it says no more of when the meeting may be."""
    known = track.days
    return known is not None and known[1] < day - 1 and track.status in (Signal.PROPOSED, Signal.POSTPONED)


def _goes_on(track: Track, report: Report, fit: Fit, scene: Scene) -> bool:
    """Whether a plan may still be this track's: not long lapsed, not long put off, not another wish."""
    proposed = report.signal is Signal.PROPOSED
    if track.status is Signal.POSTPONED:
        return scene.day - track.since <= scene.revival_days and not (proposed and fit.venue is False)
    known = track.days
    if track.status is Signal.AGREED:
        if known is None:
            return fit.venue is not False or scene.day - track.last <= IDLE_DAYS
        return scene.day - max(known[1], track.last) <= LAPSE_DAYS
    if proposed and report.venue and scene.day - track.last > IDLE_DAYS:
        return fit.venue is True or (fit.venue is None and not _overdue(track, scene.day))
    return True


def _echoes(track: Track, fit: Fit, scene: Scene, span: Days | None, further: bool) -> bool:
    if span is not None:
        exact = span[0] == span[1]
        return gap(span, track.met) <= NEAR_DAYS and (exact or fit.venue is not False)
    return not further and scene.day - track.since <= ECHO_DAYS and fit.venue is not False


def _revives(track: Track, fit: Fit, scene: Scene, sure: bool = False) -> bool:
    """Whether a meeting called off may be the one reported; `sure` asks that its place or time be named again."""
    if track.status is not Signal.CANCELLED or scene.day - track.since > scene.revival_days or fit.elsewhere:
        return False
    named = fit.venue is True or (fit.gap is not None and fit.gap <= NEAR_DAYS)
    return fit.venue is not False and (named or not sure)


def _place_break(report: Report, scene: Scene, free: Sequence[Track]) -> Placement:
    span = days_of(report.date)
    fits = [(t, _fit(report, t, scene, span)) for t in free]
    found = _best(
        (t, f.score + (_repeats(t, report.signal) and scene.day - t.since <= LAPSE_DAYS))
        for t, f in fits
        if _takes(t, report.signal, f, scene.day) or (_repeats(t, report.signal) and not f.elsewhere)
    )
    if found:
        return Placement("The open meeting.", found[0], fit=found[1])
    if any(t.status is Signal.HELD and _echoes(t, f, scene, span, False) for t, f in fits):
        return Placement("That meeting has been held.")
    return _OPENED


def _repeats(track: Track, signal: Signal) -> bool:
    return track.status is signal or (track.status is Signal.CANCELLED and signal is Signal.POSTPONED)
