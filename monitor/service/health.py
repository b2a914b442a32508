"""A source's rhythm and health: when to ask again, how long silence is normal, whether its texts shrink. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

KEPT: Final = 64
"""Arrivals and lengths that are remembered of a source."""
ENOUGH: Final = 8
"""Arrivals from which a rhythm can be told."""
SHORTEST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(days=1)
MAX_FRESH: Final = timedelta(hours=6)
"""A server that says its list stays fresh for longer than this is asked all the same."""
PATIENCE: Final = 2
"""Silence of this many times the longest known pause is worth a word."""
FLOOR: Final = timedelta(hours=36)
FLOOR_OF_YOUNG: Final = timedelta(days=4)
"""A history of less than nine days may not hold a weekend yet."""
RECENT: Final = 5
"""Texts by whose median a fall in length is seen."""
THIN: Final = 1 / 3
"""Share of the usual length below which texts have shrunk."""


def merged(known: Sequence[datetime], new: Iterable[datetime]) -> tuple[datetime, ...]:
    """The last arrivals of a source, in order."""
    return tuple(sorted({*known, *new})[-KEPT:])


def expected_silence(arrivals: Sequence[datetime]) -> timedelta | None:
    """How long a source may bring nothing new before it is worth a word; None while its rhythm is not known."""
    if len(arrivals) < ENOUGH:
        return None
    longest = max(later - earlier for earlier, later in pairwise(arrivals))
    floor = FLOOR if arrivals[-1] - arrivals[0] >= timedelta(days=9) else FLOOR_OF_YOUNG
    return max(PATIENCE * longest, floor)


def usual_pause(arrivals: Sequence[datetime]) -> timedelta | None:
    """The time between two arrivals, by the median; None while the rhythm is not known."""
    if len(arrivals) < ENOUGH:
        return None
    return timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in pairwise(arrivals)))


def next_wait(
    longest: timedelta, pause: timedelta | None, fresh_for: timedelta, *, turned_over: bool = False
) -> timedelta:
    """How long to wait after a poll that was answered.

    Between a quarter of the configured interval and all of it: a quarter of the usual `pause` between two arrivals,
    and the shortest wait where a whole list turned over between two polls, for then something was missed (a rule of
    Media Cloud's).
    A server that says how long its answer stays fresh is believed up to `MAX_FRESH`.
    """
    shortest = min(longest, max(longest / 4, SHORTEST_WAIT))
    wait = longest
    if turned_over:
        wait = shortest
    elif pause is not None:
        wait = pause / 4
    return max(min(max(wait, shortest), longest), min(fresh_for, MAX_FRESH))


def backed_off(interval: timedelta, failures: float) -> timedelta:
    """The wait after faults: doubled for each full failure, at most a day."""
    return min(interval * 2 ** min(failures, 10.0), LONGEST_WAIT)


def thinned(lengths: Sequence[int]) -> tuple[float, float] | None:
    """(now, usual) characters of text where the last articles are much shorter than those before; else None.

    Walls and empty pages count as 0 characters: a site that begins to answer with them shows here first.
    """
    if len(lengths) < RECENT + ENOUGH:
        return None
    now, usual = median(lengths[-RECENT:]), median(lengths[:-RECENT])
    return (now, usual) if now < THIN * usual else None
