"""The grammar of time expressions: for each form the days that it covers. Does not look for them in a text."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum

from monitor.reading.tense import Direction


class Grain(IntEnum):
    """How exact an expression is."""

    DAY = 1
    DAYS = 2
    """A weekend, a week, `July 16 and 17`."""
    MONTH = 3
    SEASON = 4
    YEAR = 5


_MONTHS = ("january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3,
}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = {
    "new year's day": (1, 1), "new year's eve": (12, 31), "christmas eve": (12, 24), "christmas day": (12, 25),
    "victory day": (5, 9), "bastille day": (7, 14), "independence day": (7, 4), "the fourth of july": (7, 4),
    "armistice day": (11, 11),
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)|apr(?:il|\.)?|may|june?|july?|aug(?:ust"
    r"|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_DAY = r"(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?\.?"
_WEEKDAY = r"(?P<{0}>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_NUMBER = (
    r"(?:\d{1,3}|a couple of|a few|couple of|few|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_NUM = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?:of )?(?P<{0}>(?:19|20)\d\d))?(?!\d)"
_UNTIL = (
    r"(?: ?(?:-|to|and|through|until|or) ?(?:the )?[0-3]?\d(?:st|nd|rd|th)?(?![\d:.]*\d"
    r"| ?(?:million|billion|per|percent|%|countries|nations|people|minutes|hours|years|days"
    r"|weeks|months|members|states)))"
)
Rule = Callable[[re.Match[str], date, Direction | None], tuple[date, date, Grain] | None]


def _month(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, start=1) if month.startswith(name.lower()[:3]))


def _count(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.lower()]


def _day(day: date) -> tuple[date, date, Grain]:
    return day, day, Grain.DAY


def _whole_month(year: int, month: int) -> tuple[date, date, Grain]:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), Grain.MONTH


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _yearless(month: int, day: int, on: date, way: Direction | None) -> date | None:
    """The nearest such day; where that is more than four months away, the one that fits the direction."""
    years = [d for d in (_safe(on.year + step, month, day) for step in (-1, 0, 1)) if d]
    nearest = min(years, key=lambda d: abs((d - on).days), default=None)
    if nearest is None or way is None or abs((nearest - on).days) <= 120:
        return nearest
    fitting = [d for d in years if (d <= on) == (way is Direction.PAST)]
    return min(fitting, key=lambda d: abs((d - on).days), default=nearest)


def _calendar_day(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    month, number = _month(hit["month"]), int(hit["day"])
    day = _safe(int(hit["year"]), month, number) if hit["year"] else _yearless(month, number, on, way)
    if day and (named := hit.groupdict().get("weekday")) and not hit["year"]:
        wanted = _DAYS.index(named.lower())
        fitting = [d for d in (_safe(on.year + s, month, number) for s in (-1, 0, 1)) if d and d.weekday() == wanted]
        day = min(fitting, key=lambda d: abs((d - on).days), default=day)
    if day is None:
        return None
    if hit["until"] and (last := _safe(day.year, day.month, int(re.sub(r"\D", "", hit["until"])))) and last > day:
        return day, last, Grain.DAYS if (last - day).days > 3 else Grain.DAY
    return _day(day)


def _numeric(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    del on, way
    numbers = [int(part) for part in re.split(r"\D", hit[0])]
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    if month > 12:
        month, day = day, month
    exact = _safe(year, month, day)
    return _day(exact) if exact else None


def _month_of_year(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    month = _month(hit["month"])
    side = (hit.groupdict().get("side") or "").lower()
    year = int(hit["year"]) if hit["year"] else on.year + _year_step(month - on.month, side, way)
    first, last, grain = _whole_month(year, month)
    return _part_of(hit.groupdict().get("part"), first, last, grain)


def _year_step(ahead: int, side: str, way: Direction | None) -> int:
    """The year of a month so many months ahead: `last` and `next` say it, else the nearest, else the direction."""
    if side in ("last", "since"):
        return -1 if ahead > 0 or (ahead == 0 and side == "last") else 0
    if side == "next":
        return 1 if ahead <= 0 else 0
    if way is Direction.FUTURE:
        return int(ahead < 0)
    if way is Direction.PAST and ahead > 4:
        return -1
    return -1 if ahead > 6 else 1 if ahead < -6 else 0


def _part_of(part: str | None, first: date, last: date, grain: Grain) -> tuple[date, date, Grain]:
    """`early`, `mid-`, `late`: a third of the month; it is still known to the month only."""
    words = (part or "").lower()
    if words.startswith(("early", "the beginning", "beginning", "the start", "start", "the first")):
        return first, first + timedelta(days=9), grain
    if words.startswith(("mid", "the middle")):
        return first + timedelta(days=9), first + timedelta(days=19), grain
    if words.startswith(("late", "the end", "end", "the last", "the second")):
        return first + timedelta(days=19), last, grain
    return first, last, grain


def _next_month(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    del way
    step = {"next": 1, "coming": 1, "following": 1, "last": -1, "past": -1, "previous": -1}.get(hit["side"].lower(), 0)
    first, last, grain = _whole_month(on.year, on.month + step)
    part = (hit["part"] or "").strip().lower()
    if step == 0 and part in ("earlier", "later"):
        return (first, on, grain) if part == "earlier" else (on, last, grain)
    return _part_of(part, first, last, grain)


def _weekday(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    wanted = _DAYS.index(hit["weekday"].lower())
    ahead = (wanted - on.weekday()) % 7
    side, week = (hit["side"] or "").lower(), (hit["week"] or "").lower()
    monday = on - timedelta(days=on.weekday())
    if "next week" in week or "following week" in week:
        return _day(monday + timedelta(days=7 + wanted))
    if "last week" in week:
        return _day(monday + timedelta(days=wanted - 7))
    if "this week" in week:
        return _day(monday + timedelta(days=wanted))
    if side in ("last", "past", "previous"):
        return _day(on - timedelta(days=(on.weekday() - wanted - 1) % 7 + 1))
    if side in ("next", "coming", "this coming", "following"):
        return _day(on + timedelta(days=(ahead - 1) % 7 + 1))
    if way is Direction.PAST:
        return _day(on - timedelta(days=(on.weekday() - wanted) % 7))
    if way is Direction.FUTURE or ahead <= 1:
        return _day(on + timedelta(days=ahead))
    return _day(on - timedelta(days=(on.weekday() - wanted) % 7))


def _weeks_from(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    """`a week from Monday`, `two weeks from today`."""
    del way
    step = timedelta(days=7 * _count(hit["count"]))
    day = hit["weekday"].lower()
    if day in _DAYS:
        return _day(on + timedelta(days=(_DAYS.index(day) - on.weekday() - 1) % 7 + 1) + step)
    return _day(on + step + timedelta(days=1 if day == "tomorrow" else 0))


def _near_day(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    del way
    words = hit[0].lower()
    steps = {
        "the day after tomorrow": 2,
        "tomorrow": 1,
        "yesterday": -1,
        "the day before yesterday": -2,
        "last night": -1,
        "the day before": -1,
        "the evening before": -1,
        "the night before": -1,
    }
    return _day(on + timedelta(days=next((step for word, step in steps.items() if words.startswith(word)), 0)))


def _span_away(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    """`in two weeks`, `three days ago`, `10 days from now`; exact for days, `two years ago today`."""
    count, unit = _count(hit["count"]), hit["unit"].lower()
    back = hit["back"] is not None
    if count > 400 or (not back and way is Direction.PAST and hit["ahead"] is None):
        return None
    sign = -1 if back else 1
    if unit == "day":
        return _day(on + timedelta(days=sign * count))
    if unit == "week":
        week = on + timedelta(days=7 * sign * count)
        return week - timedelta(days=3), week + timedelta(days=3), Grain.DAYS
    if unit == "month":
        return _whole_month(on.year, on.month + sign * count)
    year = on.year + sign * count
    if back and hit["exact"] and (same := _safe(year, on.month, on.day)):
        return _day(same)
    return date(year, 1, 1), date(year, 12, 31), Grain.YEAR


def _week(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    del way
    step = {"next": 7, "the coming": 7, "last": -7, "the past": -7, "the following": 7}.get(hit["side"].lower(), 0)
    monday = on - timedelta(days=on.weekday()) + timedelta(days=step)
    first = monday if step or hit["part"] is None else on
    return first, monday + timedelta(days=6), Grain.DAYS


def _weekend(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    side = (hit["side"] or "").lower()
    saturday = on + timedelta(days=5 - on.weekday())
    if side in ("last", "past") or (way is Direction.PAST and side != "next" and on.weekday() < 5):
        saturday -= timedelta(days=7)
    if side == "next" and on.weekday() < 5:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1), Grain.DAYS


def _season(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    month, side = _SEASONS[hit["season"].lower()], (hit["side"] or "").lower()
    year = int(hit["year"]) if hit["year"] else on.year
    if not hit["year"]:
        ended = on.month > month + 2
        year += (side == "next" and on.month >= month) or (way is Direction.FUTURE and side != "last" and ended)
        year -= (side == "last" and not ended) or (way is Direction.PAST and month > on.month)
    first = date(year, month, 1)
    last = _whole_month(year, month + 2)[1]
    return first, last, Grain.SEASON


def _year(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    del way
    words = hit["year"].lower()
    step = {"next": 1, "last": -1, "this": 0, "the new": 1, "the turn of the": 1}
    year = int(words) if words.isdigit() else on.year + next(s for word, s in step.items() if words.startswith(word))
    return date(year, 1, 1), date(year, 12, 31), Grain.YEAR


def _feast(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    month, number = _FEASTS[hit["feast"].lower()]
    day = _safe(int(hit["year"]), month, number) if hit["year"] else _yearless(month, number, on, way)
    return _day(day) if day else None


def _day_of_month(hit: re.Match[str], on: date, way: Direction | None) -> tuple[date, date, Grain] | None:
    """`on the 17th`: of this month or of the one that the direction asks for."""
    number = int(hit["day"] or hit["ordinal"])
    steps = (0, -1) if way is Direction.PAST else (0, 1)
    for step in steps:
        month = _whole_month(on.year, on.month + step)[0]
        day = _safe(month.year, month.month, number)
        if day and ((way is Direction.PAST and day <= on) or (way is not Direction.PAST and day >= on)):
            return _day(day)
    return None


_PART = (
    r"(?P<part>early|mid|late|the (?:beginning|start|middle|end|first half|second half"
    r"|last (?:week|days)|first (?:week|days)) of|(?:beginning|start|end) of)"
)
GRAMMAR: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), rule)
    for pattern, rule in (
        (r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b|\b[0-3]?\d[./][01]?\d[./](?:19|20)\d\d\b", _numeric),
        (rf"(?:\b{_WEEKDAY.format('weekday')},? )?(?:the )?\b(?P<month>{_MONTH}) "
         rf"{_NUM.format('day')}(?P<until>{_UNTIL})?{_YEAR.format('year')}(?![:\d])", _calendar_day),
        (rf"(?:\b{_WEEKDAY.format('weekday')},? )?(?:the )?\b{_NUM.format('day')}(?P<until>{_UNTIL})? "
         rf"(?:of )?(?P<month>{_MONTH})\b{_YEAR.format('year')}", _calendar_day),
        (rf"\b{_PART}[ -](?P<side>next|this|last|the)? ?(?P<month>{_MONTH})\b{_YEAR.format('year')}", _month_of_year),
        (
r"\b(?P<part>(?:earlier|early|mid|later|late|the end of|end of|the beginning of"
r"|the middle of)[ -])?(?P<side>next|this|last|the coming|the|previous"
r"|the following) month\b(?!s)"
, _next_month),
        (rf"\b(?P<count>{_NUMBER}) weeks? from {_WEEKDAY.format('weekday')[:-1]}|today|tomorrow|now)", _weeks_from),
        (
rf"\b(?:on |this )?(?:(?P<side>last|past|previous|next|coming|this coming"
rf"|following) )?{_WEEKDAY.format('weekday')}\b(?P<week>,? (?:of )?(?:next|last|this"
rf"|the following) week)?"
, _weekday),
        (
rf"\b(?:in |within )?(?P<count>{_NUMBER})(?: |-)(?P<unit>day|week|month"
rf"|year)s?'?(?:(?P<back> (?:ago|earlier))(?P<exact> today| this week)?"
rf"|(?P<ahead> (?:from now|from today|away|hence|later)| time))\b"
, _span_away),
        (
r"\bthe day after tomorrow\b|\bthe day before yesterday\b|\btomorrow\b|\byesterday\b"
r"|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|\blast night\b|\b(?:later"
r"|earlier) in the day\b|\bthe (?:day|evening|night) before(?= ?(?:[,.;)]|$|and\b))"
, _near_day),
        (
rf"\bin (?P<count>{_NUMBER}) (?P<unit>day|week|month"
rf"|year)s?(?P<ahead>' time)?(?P<back>(?!))?(?P<exact>(?!))?\b"
, _span_away),
        (
r"\b(?P<part>early|later|late|earlier|sometime|the end of|middle of)? ?(?P<side>next|this"
r"|last|the coming|the past|the following) week\b(?!end)"
, _week),
        (r"\b(?:(?:on|at|over|during) )?(?:(?P<side>this|next|last|the|past|the coming|a) )?weekend\b", _weekend),
        (
r"\b(?:(?P<side>next|this|last|the|in|early|late|by|until"
r"|coming) )(?:the )?(?P<season>spring|summer|autumn|fall|winter)\b(?! (?:of )?(?:apart"
r"|Olympic|Games|short))(?:,? (?:of )?(?P<year>(?:19|20)\d\d))?"
, _season),
        (
rf"\b(?:(?P<side>last|next|this|in|by|until|since|during|for|of|that|around|before|after"
rf"|coming|a|the) )(?P<month>january|february|march|april|may|june|july|august|september"
rf"|october|november|december|jan\.|feb\.|aug\.|sept\.|oct\.|nov\."
rf"|dec\.)(?!\w){_YEAR.format('year')}"
, _month_of_year),
        (
rf"\b(?P<month>january|february|march|april|june|july|august|september|october|november"
rf"|december)\b{_YEAR.format('year')}"
, _month_of_year),
        (r"\b(?P<month>may),? (?P<year>(?:19|20)\d\d)\b", _month_of_year),
        (rf"\b(?P<feast>{'|'.join(_FEASTS)})\b{_YEAR.format('year')}", _feast),
        (
r"\bon (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b|\bthe (?P<ordinal>[0-3]?\d)(?:st|nd|rd"
r"|th)(?= ?(?:[,.;)]|$|and\b|to\b|of this\b))"
, _day_of_month),
        (
r"\b(?P<year>next year|last year|this year|the new year|the turn of the year|(?:19[4-9]"
r"|20[0-4])\d)\b(?!-old|s)"
, _year),
    )
)  # fmt: skip
"""Longest forms first: what one rule has taken, no later one may touch."""
QUICK = re.compile(
    rf"\d|{_DAY}|{'|'.join(_MONTHS)}|{_MONTH}\b|tomorrow|yesterday|today|tonight|evening|night|week|month"
    rf"|year|spring|summer|autumn|fall|winter|ago|this|last|christmas|day",
    re.IGNORECASE,
)
