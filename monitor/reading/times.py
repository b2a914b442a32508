"""Finds time expressions in a sentence and says which days they cover. Does not know what happens then."""

import re
from datetime import date

import msgspec

from monitor.reading.model import Document
from monitor.reading.tense import direction
from monitor.reading.time_rules import GRAMMAR, QUICK, Grain
from monitor.statuses import PartialDate


class When(msgspec.Struct, frozen=True):
    """One time expression, resolved."""

    start: int
    end: int
    """Offsets in the sentence."""
    first: date
    last: date
    """The last day that it covers."""
    grain: Grain

    @property
    def iso(self) -> PartialDate:
        """The date cut to what is known; for some days the first of them, if the words name it."""
        if self.grain is Grain.DAY:
            return self.first.isoformat()
        if self.grain is Grain.DAYS and (self.last - self.first).days <= 3:
            return self.first.isoformat()
        same_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        if self.grain <= Grain.MONTH and same_month:
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y-%m}" if self.grain is Grain.DAYS else f"{self.first:%Y}"

    def before(self, day: date) -> bool:
        """Whether all of it lies before the day."""
        return self.last < day

    def after(self, day: date) -> bool:
        """Whether all of it lies after the day."""
        return self.first > day


_CREDIBLE = range(1900, 2200)


def publication_day(document: Document) -> date | None:
    """The day on which an article came out, in UTC; None where unknown or not credible."""
    on = document.published.date() if document.published else None
    return on if on and on.year in _CREDIBLE else None


def find(text: str, on: date | None) -> tuple[When, ...]:
    """The time expressions of a sentence in plain spelling, resolved as of the day of publication, in order.

    Without that day only expressions that name their year are resolved.
    """
    if not QUICK.search(text):
        return ()
    found: list[When] = []
    for pattern, rule in GRAMMAR:
        for hit in pattern.finditer(text):
            if any(hit.start() < old.end and old.start < hit.end() for old in found):
                continue
            if on is None and not _has_year(hit):
                continue
            way = direction(text, hit.start(), hit.end())
            if days := rule(hit, on or date.min, way):
                start = hit.end() - len(hit[0].lstrip())
                found.append(When(start, hit.end(), *days))
    return tuple(sorted(found, key=lambda when: when.start))


def _has_year(hit: re.Match[str]) -> bool:
    year = hit.groupdict().get("year")
    return bool(re.fullmatch(r"\d{4}", year)) if year else hit.re is GRAMMAR[0][0]
