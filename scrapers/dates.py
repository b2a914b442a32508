"""Dates and times as pages and feeds write them. Reads stamps; does not infer a day that is not written.

The rule which stamp counts as the publication (`choose`):

1. What the page declares in its own data, then what the feed declared, then a date line on the page, then the
   day in the address.
2. A stamp after `latest` (the moment of the fetch, plus a day for clocks that run fast) never counts.
3. Of two that name the same day, the finer one counts, whoever said it.
4. A clock time without a zone is kept as written, but only its day is claimed.
5. A day in figures that could be read two ways (`04/05/2018`) is no day, unless a weekday beside it decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from scrapers.article import Basis, Precision
from scrapers.zones import with_zone

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
FAST_CLOCK: Final = timedelta(days=1)
"""How far after the fetch a declared time may lie: newsrooms' clocks and zones are that wrong."""
_MONTH_NAMES: Final = (  # en, de, fr, es, it, nl, pt, ru, uk, pl, tr
    "january jan januar janvier janv enero ene gennaio gen januari janeiro января янв січня stycznia ocak",
    "february feb febr februar février fevrier febrero febbraio februari fevereiro февраля фев лютого lutego şubat",
    "march mar märz maerz mars marzo maart março marco марта мар березня marca mart",
    "april apr avril avr abril abr aprile апреля апр квітня kwietnia nisan",
    "may mai mayo maggio mei maio мая май травня maja mayıs",
    "june jun juni juin junio giugno junho июня июн червня czerwca haziran",
    "july jul juli juillet juil julio luglio julho июля июл липня lipca temmuz",
    "august aug août aout agosto ago augustus августа авг серпня sierpnia ağustos",
    "september sep sept septembre septiembre settembre setembro сентября сен вересня września eylül",
    "october oct oktober okt octobre octubre ottobre outubro октября окт жовтня października ekim",
    "november nov novembre noviembre novembro ноября ноя листопада listopada kasım",
    "december dec dezember dez décembre decembre diciembre dic dicembre desember dezembro декабря дек "
    "грудня grudnia aralık",
)
MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}


class Stamp(msgspec.Struct, frozen=True):
    """A written date, with what it claims."""

    at: datetime
    """UTC. At DAY precision the clock time is midnight, or as written where its zone is not known."""
    precision: Precision
    start: int = 0
    end: int = 0
    """Where it stands in the text it was read from."""

    @property
    def day(self) -> date:
        return self.at.date()

    def rfc3339(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Candidate(msgspec.Struct, frozen=True):
    """A stamp and who said it."""

    stamp: Stamp
    basis: Basis


_month = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_weekday = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_ISO: Final = r"(?P<y{0}>(?:19|20)\d\d)-(?P<m{0}>\d\d)-(?P<d{0}>\d\d)(?!\d)"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<w>{_weekday})\b\.?,?\s+)?(?:the\s+)?(?:"
    rf"{_ISO.format(1)}"
    r"|(?P<y2>(?:19|20)\d\d)[/.](?P<m2>\d{1,2})[/.](?P<d2>\d{1,2})(?!\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:of\s+|de\s+)?(?P<m3>{_month})\b\.?(?:[\s,-]+(?:de\s+)?)(?P<y3>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<m4>{_month})\b\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y4>(?:19|20)\d\d)(?!\d)"
    r"|(?P<a5>\d{1,2})(?P<s5>[./-])(?:(?<=\.) )?(?P<b5>\d{1,2})(?P=s5)(?:(?<=\.) )?(?P<y5>(?:19|20)\d\d)(?!\d|[.]\d)"
    r")",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<h>2[0-4]|[01]?\d)(?!\d)(?:(?P<sep>[:.h])(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<ap>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_BETWEEN_DATE_AND_CLOCK = re.compile(
    r"T|[\s,|•·\-–—/()]*(?:(?:at|um|à|в|t|ore|uhr|o\s)\s*)?(?:[\s,|•·\-–—/()]*)", re.IGNORECASE
)
_CLOCK_BEFORE = re.compile(r"(?<![\d:.])(\d{1,2}[:.h]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?)([^\d\n]{0,24})$", re.IGNORECASE)
_EPOCH = re.compile(r"\s*(\d{10}|\d{13})\s*")
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)([01]\d)([0-3]\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(.*)", re.DOTALL)


def read_stamp(text: str) -> Stamp | None:
    """The first date in `text`, a meta tag's content or a line of the page; None where none is written in full."""
    if epoch := _EPOCH.fullmatch(text):
        seconds = int(epoch[1]) / (1000 if len(epoch[1]) == 13 else 1)
        return Stamp(datetime.fromtimestamp(int(seconds), UTC), Precision.SECOND, 0, len(text))
    if compact := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second, rest = compact.groups()
        clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
        text = f"{year}-{month}-{day}{clock}{rest}"
    return next(find_stamps(text), None)


def find_stamps(text: str) -> Iterator[Stamp]:
    """Every full date (day, month, year) in `text`, in order, each with the clock time beside it."""
    for match in _DATE.finditer(text):
        day = _day(match)
        if day is None or not EARLIEST.year <= day.year:
            continue
        yield _with_clock(day, text, match.start(), match.end())


def _day(match: re.Match[str]) -> date | None:
    part = match.groupdict()
    if part["a5"]:
        return _figures_day(match)
    for form in "1234":
        if year := part[f"y{form}"]:
            month = part[f"m{form}"]
            number = int(month) if month.isdigit() else MONTHS[month.lower()]
            return _real_day(int(year), number, int(part[f"d{form}"]))
    return None


def _figures_day(match: re.Match[str]) -> date | None:
    a, b, year = int(match["a5"]), int(match["b5"]), int(match["y5"])
    day_first, month_first = _real_day(year, b, a), _real_day(year, a, b)
    if match["s5"] == ".":  # dots are used where the day comes first
        return day_first
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first
    if match["w"]:
        weekday = WEEKDAYS[match["w"].lower()]
        fitting = [day for day in (day_first, month_first) if day.weekday() == weekday]
        return fitting[0] if len(fitting) == 1 else None
    return None


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_clock(day: date, text: str, start: int, end: int) -> Stamp:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone is read next
    gap = _BETWEEN_DATE_AND_CLOCK.match(text, end)
    clock = _CLOCK.match(text, gap.end()) if gap else None
    if clock and (clock["mi"] or clock["ap"]) and (at := _clock_time(midnight, clock)):
        return _stamp(at, text[clock.end() :], bool(clock["s"]), start, clock.end())
    if before := _CLOCK_BEFORE.search(text, 0, start):
        clock = _CLOCK.match(before[1])
        if clock and (at := _clock_time(midnight, clock)):
            return _stamp(at, before[2], bool(clock["s"]), before.start(), end)
    return Stamp(midnight.replace(tzinfo=UTC), Precision.DAY, start, end)


def _clock_time(midnight: datetime, clock: re.Match[str]) -> datetime | None:
    hour, minute, second = int(clock["h"]), int(clock["mi"] or 0), int(clock["s"] or 0)
    if half := clock["ap"]:
        if not 1 <= hour <= 12:
            half = None  # "14:05 PM" happens, and means 14:05
        else:
            hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    if hour == 24:
        return None
    return midnight.replace(hour=hour, minute=minute, second=second)


def _stamp(local: datetime, after: str, seconds: bool, start: int, end: int) -> Stamp:
    zoned = with_zone(local, after)
    if zoned is None:
        return Stamp(local.replace(tzinfo=UTC), Precision.DAY, start, end)
    return Stamp(zoned.astimezone(UTC), Precision.SECOND if seconds else Precision.MINUTE, start, end)


def choose(candidates: Iterable[Candidate], latest: datetime | None) -> Candidate | None:
    """The candidate that counts as the publication, by the rule at the top; they come in order of rank.

    Args:
        candidates: in order of rank.
        latest: the moment of the fetch; None where the document's age is not known.
    """
    limit = None if latest is None else latest + FAST_CLOCK
    usable = [c for c in candidates if c.stamp.at >= EARLIEST and (limit is None or c.stamp.at <= limit)]
    if not usable:
        return None
    first = usable[0]
    same_day = [c for c in usable if abs(c.stamp.at - first.stamp.at) < FAST_CLOCK and _finer(c, first)]
    return same_day[0] if same_day else first


def _finer(one: Candidate, other: Candidate) -> bool:
    order = list(Precision)
    return other.stamp.precision is Precision.DAY and order.index(one.stamp.precision) < order.index(Precision.DAY)
