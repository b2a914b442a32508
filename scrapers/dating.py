"""When an undated text was published, worked out from what it says. Never guesses a day that does not follow.

What counts, in this order:

1. The dateline ("MOSCOW, April 2 (Agency) -"): its day.
2. The latest day the text reports on in the past tense: published that day or the next (a range), for news names
   the day it happened on.
3. A bare weekday beside it ("told reporters on Monday"): agencies write the weekday for the last seven days and the
   date for all before (the Associated Press' rule on time elements), so the first such weekday a week or more after
   the latest day named by its date.
4. No such day, but a bare weekday and offices that were held together for less than a year ("president-elect"):
   the range from the first to the last such weekday.

The year, where it is not written, is the first that fits: after every year the text looks back on, on the weekday
named with the date, within the terms of the office holders it names (offices.toml). Where more than two years fit,
nothing follows and the day stays unknown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from scrapers.dates import MONTHS, WEEKDAYS, find_stamps

Span = tuple[date, date]
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_month = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_weekday = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NAMED_DAY = re.compile(
    rf"(?:(?P<w>{_weekday}),? (?:the )?)?\b(?:(?P<m>{_month})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?|"
    rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_month})\b\.?)(?!\d|,? (?:19|20)\d\d|[:.]\d)",
    re.IGNORECASE,
)
_BARE_WEEKDAY = re.compile(rf"\b(?P<w>{_weekday})\b(?!,? (?:the )?\d|,? (?:{_month})\b)", re.IGNORECASE)
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ .'/-]{2,40}(?:, [A-Z][\w .]{2,20})?,? "
    rf"(?i:(?:{_weekday},? )?(?:(?:{_month})\.? \d{{1,2}}|\d{{1,2}} (?:{_month}))\b)"
    r"(?:,? (?:19|20)\d\d)?\.? ?(?:[-–—:/(|]|$)",
)
_MONTH_OF_YEAR = re.compile(rf"\b(?P<m>{_month})\.?,? (?:of )?(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(
    r"\b(?P<y>(?:19[5-9]|20[0-4])\d)(?!\d)(?! (?:people|troops|soldiers|tons|meters|metres|miles|km|dollars))"
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|scheduled|set for|set to|planned|plans?|expected|due|upcoming|slated|ahead of|by|until|"
    r"before|from|next|could|may|might|can|should|to (?:be held|take place|meet|visit|hold|discuss)|"
    r"starting|invit\w+)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:said|told|met|spoke|held|took|wrote|called|was|were|had|did|gave|made|began|went|came|\w{3,}ed)\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(r"\b(?:former|then|ex|late|previous|earlier|when|under|since)[\s-]+(?:[\w.]+\s){0,2}$")


class WorkedOut(msgspec.Struct, frozen=True):
    """The days between which a text was published; `first == last` where the day follows."""

    first: date
    last: date


class _Mention(msgspec.Struct, frozen=True):
    month: int
    day: int
    weekday: int | None
    past: bool


def work_out(paragraphs: Sequence[str], captions: Sequence[str] = (), latest: date | None = None) -> WorkedOut | None:
    """When the text of `paragraphs` was published; None where that does not follow.

    Args:
        paragraphs: title and own words.
        captions: of the pictures, which say no news but look back on years.
        latest: a day after which it cannot have been published; without one, the day offices.toml was checked.
    """
    text = "\n".join(paragraphs)
    windows = _windows(text)
    floor = _looks_back_on("\n".join([text, *captions]))
    if dateline := next((p for p in paragraphs if _DATELINE.match(p)), None):
        return _from_dateline(dateline, windows, floor, text)
    mentions = [mention for mention in _mentions(text) if mention.past]
    latest = _latest(mentions, windows, floor)
    weekday = _bare_weekday(text)
    if latest is not None:
        return _after(latest, weekday)
    if mentions or weekday is None:
        return None
    return _weekdays_between(weekday, windows, floor)


def _from_dateline(line: str, windows: list[Span], floor: date | None, text: str) -> WorkedOut | None:
    written = _DATELINE.match(line)
    if written is None:
        return None
    if stamp := next(find_stamps(written[0]), None):
        return WorkedOut(stamp.day, stamp.day)
    # the weekday of the text's other dates pins the year for the dateline too
    mention = next(_mentions(written[0]), None)
    if mention is None:
        return None
    day = _latest([mention, *(m for m in _mentions(text) if m.weekday is not None)], windows, floor, only_first=True)
    return WorkedOut(day, day) if day else None


def _after(latest: date, weekday: int | None) -> WorkedOut:
    if weekday is None:
        return WorkedOut(latest, latest + _DAY)
    if latest.weekday() == weekday:
        return WorkedOut(latest, latest)
    day = latest + _WEEK
    while day.weekday() != weekday:
        day += _DAY
    return WorkedOut(day, day)


def _latest(
    mentions: Sequence[_Mention],
    windows: list[Span],
    floor: date | None,
    *,
    only_first: bool = False,
) -> date | None:
    """The latest of `mentions` in the year that fits them all; None where none or more than two years fit."""
    if not mentions:
        return None
    pinned = any(mention.weekday is not None for mention in mentions)
    if not windows and not (pinned and floor):
        return None
    years = [year for year in range(1950, 2051) if _fits(year, mentions, windows, floor)]
    if len(years) != 1 and not (len(years) == 2 and floor):
        return None
    return max(day for mention in mentions[: 1 if only_first else None] if (day := _on(mention, years[0])))


def _fits(year: int, mentions: Sequence[_Mention], windows: list[Span], floor: date | None) -> bool:
    days = [_on(mention, year) for mention in mentions]
    if any(day is None for day in days):
        return False
    known = [day for day in days if day is not None]
    weekdays = all(m.weekday in (None, day.weekday()) for m, day in zip(mentions, known, strict=True))
    latest = max(known)
    inside = not windows or any(first <= latest <= last for first, last in windows)
    close = floor is None or (latest >= floor and (bool(windows) or latest - floor < 2 * 365 * _DAY))
    return weekdays and inside and close


def _on(mention: _Mention, year: int) -> date | None:
    try:
        return date(year, mention.month, mention.day)
    except ValueError:
        return None


def _mentions(text: str) -> Iterator[_Mention]:
    for match in _NAMED_DAY.finditer(text):
        month, day = MONTHS[(match["m"] or match["m2"]).lower()], int(match["d"] or match["d2"])
        if not 1 <= day <= 31 or ((match["m"] or match["m2"]) == "may"):
            continue
        weekday = WEEKDAYS[match["w"].lower()] if match["w"] else None
        yield _Mention(month, day, weekday, _is_past(text, match.start(), match.end()))


def _is_past(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], a time, is that of something that has happened.

    It is where a verb in the past stands right before it ("revealed on April 2"), or where it opens a sentence whose
    verb is in the past ("On March 20, the president called").
    """
    before = re.split(r"[.!?\n;] ", text[max(0, start - 160) : start])[-1]
    if _AHEAD.search(before[-70:]):
        return False
    if len(before.split()) <= 2:
        after = re.split(r"[.!?\n;]", text[end : end + 120])[0]
        return bool(_BEHIND.search(after)) and not _AHEAD.search(after[:70])
    return bool(_BEHIND.search(" ".join(before.split()[-5:])))


def _bare_weekday(text: str) -> int | None:
    """The weekday that the text's news happened on: of those in the past tense the one named most, then first."""
    found = [
        WEEKDAYS[match["w"].lower()]
        for match in _BARE_WEEKDAY.finditer(text)
        if _is_past(text, match.start(), match.end()) or text[match.end() : match.end() + 2] in ("’s", "'s")
    ]
    return max(found, key=lambda day: (found.count(day), -found.index(day))) if found else None


def _looks_back_on(text: str) -> date | None:
    """The last day of the latest year, month or day written with its year that the text puts in the past."""
    years = [
        date(int(match["y"]), 1, 1)
        for match in _YEAR.finditer(text)
        if _is_past(text, match.start(), match.end())
        or not _AHEAD.search(text[max(0, match.start() - 70) : match.start()])
    ]
    months = [date(int(match["y"]), MONTHS[match["m"].lower()], 1) for match in _MONTH_OF_YEAR.finditer(text)]
    days = [stamp.day for stamp in find_stamps(text) if _is_past(text, stamp.start, stamp.end)]
    return max((*years, *months, *days), default=None)


def _weekdays_between(weekday: int, windows: list[Span], floor: date | None) -> WorkedOut | None:
    open_windows = [(first, last) for first, last in windows if floor is None or last > floor]
    if len(open_windows) != 1 or open_windows[0][1] - open_windows[0][0] > 365 * _DAY:
        return None
    first, last = open_windows[0]
    days = [first + n * _DAY for n in range((last - first).days) if (first + n * _DAY).weekday() == weekday]
    return WorkedOut(days[0], days[-1])


def _windows(text: str) -> list[Span]:
    """When all the office holders that the text names were in office together; empty where it names none."""
    common: list[Span] = []
    for terms in _terms_named(text):
        both = [(max(a, c), min(b, d)) for a, b in common or terms for c, d in terms if max(a, c) < min(b, d)]
        common = both or common
    return common


def _terms_named(text: str) -> Iterator[list[Span]]:
    lower = text.casefold().replace("’", "'")
    for office, holders in _offices():
        for match in office.finditer(lower):
            before, after = lower[max(0, match.start() - 60) : match.start()], lower[match.end() : match.end() + 45]
            if after.startswith("-elect") or _NOT_NOW.search(before):
                continue
            for surname, terms in holders.items():
                if _holds(surname, before, after):
                    yield terms


def _holds(surname: str, before: str, after: str) -> bool:
    """Whether "office Name" or "Name, the office" stands around an office."""
    name = rf"(?<![\w-]){re.escape(surname)}(?![\w-])"
    return bool(
        re.match(rf"[^.;:!?\n]{{0,30}}?{name}", after)
        or re.search(rf"{name}, (?:the |an? )?(?:[\w.']+ ){{0,3}}$", before)
    )


@cache
def _offices() -> list[tuple[re.Pattern[str], dict[str, list[Span]]]]:
    table = tomllib.loads(files("scrapers").joinpath("offices.toml").read_text("utf-8"))
    checked = table["checked"]
    return [
        (
            re.compile(rf"(?<![\w-])(?:{entry['office']})(?!\w)"),
            {name: [_span(term, checked) for term in terms] for name, terms in entry["holders"].items()},
        )
        for entry in table["offices"]
    ]


def _span(term: str, checked: date) -> Span:
    first, last = term.split("/")
    return date.fromisoformat(first), date.fromisoformat(last) if last else checked
