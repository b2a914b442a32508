"""Partial dates as runs of days: how far apart two of them lie. Reads no text."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from monitor.statuses import PartialDate

Days = tuple[int, int]
"""First and last day, as proleptic ordinals (`date.toordinal`)."""


@lru_cache(maxsize=4096)
def days_of(when: PartialDate | None) -> Days | None:
    """The days a partial date may mean; None where it is missing or no date of the calendar."""
    if when is None:
        return None
    try:
        year, month, day = ([int(part) for part in when.split("-")] + [0, 0])[:3]
        if not month:
            return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        if not day:
            last = monthrange(year, month)[1]
            return date(year, month, 1).toordinal(), date(year, month, last).toordinal()
        exact = date(year, month, day).toordinal()
    except ValueError:
        return None
    return exact, exact


def gap(one: Days, other: Days) -> int:
    """Days between two runs; 0 where they overlap."""
    return max(0, one[0] - other[1], other[0] - one[1])


def sharper(new: PartialDate | None, old: PartialDate | None) -> PartialDate | None:
    """The date to keep when `new` is reported of a meeting known for `old`: the finer of two that agree, else `new`."""
    if new is None or old is None:
        return new or old
    return old if len(old) > len(new) and old.startswith(new) else new
