"""A reader that errs as often and in the ways that real ones do, for studying policies. Reads no text."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from math import gamma
from typing import Final

import msgspec
from msgspec.structs import replace

from monitor.meetings.model import Observation, Report
from monitor.statuses import Signal, Speaker
from training.gold_streams import Stream, observations

CONFUSION: Final[Mapping[Signal, Mapping[Signal, float]]] = {
    Signal.NONE: {Signal.PROPOSED: 0.5, Signal.HELD: 0.3, Signal.AGREED: 0.15, Signal.CANCELLED: 0.05},
    Signal.PROPOSED: {Signal.NONE: 0.4, Signal.AGREED: 0.45, Signal.CANCELLED: 0.1, Signal.POSTPONED: 0.05},
    Signal.AGREED: {Signal.PROPOSED: 0.6, Signal.HELD: 0.25, Signal.NONE: 0.1, Signal.POSTPONED: 0.05},
    Signal.HELD: {Signal.AGREED: 0.45, Signal.NONE: 0.35, Signal.PROPOSED: 0.2},
    Signal.POSTPONED: {Signal.PROPOSED: 0.3, Signal.CANCELLED: 0.3, Signal.AGREED: 0.2, Signal.NONE: 0.2},
    Signal.CANCELLED: {Signal.PROPOSED: 0.35, Signal.NONE: 0.3, Signal.POSTPONED: 0.2, Signal.AGREED: 0.15},
}
"""What a misread article is taken for, in shares: an assumption, from the kinds of errors that first readers made."""


class Reader(msgspec.Struct, frozen=True):
    """How the simulated reader errs."""

    accuracy: float = 0.8
    """Share of articles whose signal it gets right."""
    right: tuple[float, float] = (4.0, 1.2)
    """Beta parameters of its raw score where it is right."""
    wrong: tuple[float, float] = (2.2, 2.2)
    """The same where it errs: the further apart, the more its confidence tells."""
    official_right: float = 0.55
    """Share of right readings that name an official as the speaker."""
    official_wrong: float = 0.35
    forgets: float = 0.25
    """Share of venues and of dates that it does not find."""
    misplaces: float = 0.06
    """Share of venues and of dates that it gets wrong."""
    sees_further: float = 0.5
    """Share of second meetings in an article that it finds."""

    def confidence(self, score: float) -> float:
        """The calibrated chance of being right at a raw score."""
        right = self.accuracy * _beta(score, *self.right)
        return right / (right + (1 - self.accuracy) * _beta(score, *self.wrong))


def misread(stream: Stream, reader: Reader, seed: int) -> list[Observation]:
    """The observations of the stream as `reader` would report them; equal seeds, equal errors."""
    chance = random.Random(f"{stream.name}/{seed}")
    return [_misread(seen, reader, chance, stream.source[seen.article]) for seen in observations(stream)]


def _misread(seen: Observation, reader: Reader, chance: random.Random, outlet: str) -> Observation:
    right = chance.random() < reader.accuracy
    signal = seen.main.signal
    if not right:
        kinds = CONFUSION[signal]
        signal = chance.choices(list(kinds), list(kinds.values()))[0]
    main = _placed(seen, replace(seen.main, signal=signal), reader, chance)
    score = chance.betavariate(*(reader.right if right else reader.wrong))
    official = chance.random() < (reader.official_right if right else reader.official_wrong)
    speaker = Speaker.OFFICIAL if official else Speaker.OUTLET
    return replace(
        seen,
        voice=outlet,
        main=replace(main, confidence=reader.confidence(score), speaker=speaker),
        also=tuple(
            replace(
                also,
                confidence=reader.confidence(chance.betavariate(*reader.right)),
                speaker=Speaker.OFFICIAL if chance.random() < reader.official_right else Speaker.OUTLET,
            )
            for also in seen.also
            if chance.random() < reader.sees_further
        ),
        background=tuple(past for past in seen.background if chance.random() > reader.forgets),
    )


def _placed(seen: Observation, report: Report, reader: Reader, chance: random.Random) -> Report:
    """Venue and date with their own errors; an article without news is placed at a meeting of its past."""
    venue, date = report.venue, report.date
    if seen.main.signal is Signal.NONE and seen.background and chance.random() < 0.6:
        past = chance.choice(seen.background)
        venue, date = past.venue, past.date
    if chance.random() < reader.forgets:
        venue = None
    elif chance.random() < reader.misplaces:
        venue = chance.choice(["Vienna", "Ankara", "Doha", "Rome"])
    if chance.random() < reader.forgets:
        date = None
    elif chance.random() < reader.misplaces:
        date = (seen.published + timedelta(days=chance.randint(-30, 30))).date().isoformat()
    return replace(report, venue=venue, date=date)


def _beta(x: float, a: float, b: float) -> float:
    x = min(max(x, 1e-6), 1 - 1e-6)
    return float(gamma(a + b) / (gamma(a) * gamma(b)) * x ** (a - 1) * (1 - x) ** (b - 1))
