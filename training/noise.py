"""A made-up reader that errs as real ones do and knows how sure it may be, for studying policies. Reads no text."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import exp
from typing import Final

import msgspec
from msgspec.structs import replace

from monitor.meetings.model import Observation, Report
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal, Speaker
from training.gold_streams import Stream, observations

SHARES: Final = dict(zip(Signal, (0.22, 0.26, 0.24, 0.18, 0.02, 0.08), strict=True))
"""How often each signal is the right one in the labelled streams."""
ALIKE: Final[Mapping[frozenset[Signal], float]] = {
    frozenset(pair): share
    for pair, share in {
        (Signal.PROPOSED, Signal.AGREED): 0.5,
        (Signal.POSTPONED, Signal.CANCELLED): 0.5,
        (Signal.AGREED, Signal.HELD): 0.4,
        (Signal.NONE, Signal.PROPOSED): 0.35,
        (Signal.NONE, Signal.HELD): 0.3,
        (Signal.PROPOSED, Signal.CANCELLED): 0.25,
        (Signal.PROPOSED, Signal.POSTPONED): 0.25,
        (Signal.NONE, Signal.AGREED): 0.2,
        (Signal.AGREED, Signal.POSTPONED): 0.2,
        (Signal.AGREED, Signal.CANCELLED): 0.15,
        (Signal.NONE, Signal.CANCELLED): 0.1,
        (Signal.NONE, Signal.POSTPONED): 0.1,
    }.items()
}
"""How alike two signals look (1: the same). An assumption, from the kinds of errors that first readers made."""
_WRONG_VENUES: Final = ("Vienna", "Ankara", "Doha", "Rome")


class Reader(msgspec.Struct, frozen=True):
    """How well the made-up reader sees."""

    sight: float
    """How far apart the signals stand, in standard deviations of its noise: 2.6 reads 79 % right, 3.2 reads 87 %."""
    official_right: float = 0.5
    """Share of right readings that name an official as the speaker."""
    official_wrong: float = 0.35
    forgets: float = 0.25
    """Share of venues, of dates and of past meetings that it does not find."""
    misplaces: float = 0.06
    """Share of venues and of dates that it gets wrong."""
    sees_further: float = 0.5
    """Share of second meetings in an article that it finds."""

    def read(self, truth: Signal, chance: random.Random) -> tuple[Signal, float]:
        """A signal, and the exact chance that it is the right one given what was seen."""
        seen = [chance.gauss(self._stands(truth, other), 1) for other in Signal]
        weights = {
            signal: SHARES[signal]
            * exp(-sum((at - self._stands(signal, other)) ** 2 for at, other in zip(seen, Signal, strict=True)) / 2)
            for signal in Signal
        }
        best = max(weights, key=weights.__getitem__)
        return best, weights[best] / sum(weights.values())

    def _stands(self, signal: Signal, other: Signal) -> float:
        return self.sight * (1.0 if signal is other else ALIKE.get(frozenset((signal, other)), 0.0))


def misread(stream: Stream, reader: Reader, seed: int, quiet: int = 0) -> list[Observation]:
    """The stream as `reader` would report it; equal seeds, equal errors.

    Args:
        quiet: so many articles without news of a meeting are strewn in for each labelled one.
    """
    chance = random.Random(f"{stream.name}/{reader.sight}/{seed}")
    seen = [_misread(one, reader, chance, stream.source[one.article]) for one in observations(stream)]
    first, last = seen[0].published, seen[-1].published
    for n in range(quiet * len(seen)):
        nothing = Observation(f"quiet-{n:05}", _between(first, last, chance), f"outlet-{n % 40}", Report(Signal.NONE))
        seen.append(_misread(nothing, reader, chance, nothing.voice))
    return seen


def _between(first: datetime, last: datetime, chance: random.Random) -> datetime:
    return first + (last - first) * chance.random()


def _misread(seen: Observation, reader: Reader, chance: random.Random, outlet: str) -> Observation:
    main = _report(seen.main, seen.background, seen.published, reader, chance)
    also = (
        _report(also, (), seen.published, reader, chance) for also in seen.also if chance.random() < reader.sees_further
    )
    past = (past for past in seen.background if chance.random() >= reader.forgets)
    return replace(seen, voice=outlet, main=main, also=tuple(also), background=tuple(past))


def _report(
    true: Report, past: Sequence[PastMeeting], published: datetime, reader: Reader, chance: random.Random
) -> Report:
    signal, confidence = reader.read(true.signal, chance)
    venue, date = true.venue, true.date
    if true.signal is Signal.NONE and past and chance.random() < 0.6:  # what is misread is a meeting of the past
        one = chance.choice(past)
        venue, date = one.venue, one.date
    if chance.random() < reader.forgets:
        venue = None
    elif chance.random() < reader.misplaces:
        venue = chance.choice(_WRONG_VENUES)
    if chance.random() < reader.forgets:
        date = None
    elif chance.random() < reader.misplaces:
        date = (published + timedelta(days=chance.randint(-30, 30))).date().isoformat()
    official = chance.random() < (reader.official_right if signal is true.signal else reader.official_wrong)
    return Report(
        signal, venue, date, true.evidence, Speaker.OFFICIAL if official else Speaker.OUTLET, round(confidence, 4)
    )
