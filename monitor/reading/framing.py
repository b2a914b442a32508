"""Writes an article the way the encoder reads it: names masked, dates marked. Knows no tokens and no model.

It has its own few patterns for names and dates, apart from those of the rules: the weights are fitted to the very
text that it writes, so that it changes with a new model only.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence

import msgspec

from monitor.reading.model import Principal, Watch
from monitor.reading.sentences import Sentence

MASKS = ("[A]", "[B]")
"""What stands for the first principal and for any other; each is one token of the encoder."""
_FAMILY_NAME_FIRST = frozenset(
    [
        "xi",
        "kim",
        "moon",
        "li",
        "hu",
        "jiang",
        "deng",
        "mao",
        "park",
        "roh",
        "yoon",
        "lee",
        "chiang",
        "ma",
        "tsai",
        "zhou",
        "wen",
        "ho",
        "nguyen",
    ]
)
_OFFICES = frozenset(
    [
        "president",
        "premier",
        "chancellor",
        "minister",
        "king",
        "queen",
        "prince",
        "emir",
        "sultan",
        "shah",
        "pope",
        "secretary",
        "general",
        "leader",
        "chairman",
        "prime",
        "taoiseach",
    ]
)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_RANGE = rf"(?:\s?(?:-|–|—|and|to)\s?{_DAY})?"
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<![\w-])(?:(?P<m1>{_MONTH})\s(?P<d1>{_DAY}){_RANGE}(?!\d)(?:,?\s(?P<y1>{_YEAR}))?"
    rf"|(?P<d2>{_DAY}){_RANGE}\s(?:of\s)?(?P<m2>{_MONTH})(?:,?\s(?P<y2>{_YEAR}))?"
    rf"|(?P<m3>{_MONTH}),?\s(?P<y3>{_YEAR})"
    rf"|(?<!last\s)(?<!next\s)(?P<weekday>{'|'.join(_WEEKDAYS)})"
    rf"|(?P<y4>{_YEAR}))(?![\w-])"
)
_DISTANCES = (
    (-45, "long ago"),
    (-7, "weeks ago"),
    (-1, "days ago"),
    (0, "yesterday"),
    (1, "today"),
    (2, "tomorrow"),
)
"""Days from publication below which a date has a name, nearest bound first."""


class Framed(msgspec.Struct, frozen=True):
    """An article as the encoder reads it, one unit for each sentence, the title first."""

    front: str
    """Who the masks stand for, and the day of publication."""
    paragraphs: tuple[int, ...]
    """The paragraph of each sentence; TITLE for the title."""
    units: tuple[str, ...]


def frame(sentences: Sequence[Sentence], watch: Watch, published: dt.date | None) -> Framed:
    """Mask and mark the sentences of one article for one watch."""
    write = writer(watch.principals, published)
    paragraphs = tuple(s.paragraph for s in sentences)
    return Framed(front(watch.principals, published), paragraphs, tuple(write(s.text) for s in sentences))


def front(principals: Sequence[Principal], published: dt.date | None) -> str:
    """The line before the article: `[A] Donald Trump [B] Vladimir Putin, Thursday June 28 2018`."""
    names = " ".join(f"{MASKS[min(number, 1)]} {p.name}" for number, p in enumerate(principals))
    if published is None:
        return f"{names}, date unknown"
    weekday, month = _WEEKDAYS[published.weekday()], _MONTHS[published.month - 1]
    return f"{names}, {weekday} {month} {published.day} {published.year}"


def writer(principals: Sequence[Principal], published: dt.date | None) -> Callable[[str], str]:
    """A function that writes one sentence for the encoder: names masked, dates with their distance."""
    masks = [MASKS[min(number, 1)] for number in range(len(principals))]
    whole = [_whole_name(p) for p in principals]
    surnames = [{_sound(s) for s in _surnames(p)} for p in principals]
    given = [_given_name(p, mask) for p, mask in zip(principals, masks, strict=True)]

    def masked_word(hit: re.Match[str]) -> str:
        word = hit[0]
        stem, possessive = (word[:-2], word[-2:]) if word.endswith(("'s", "’s")) else (word, "")
        if not stem[0].isupper() or len(stem) < 2:
            return word
        sound = _sound(stem)
        return next((m + possessive for own, m in zip(surnames, masks, strict=True) if sound in own), word)

    def write(sentence: str) -> str:
        for pattern, mask in zip(whole, masks, strict=True):
            sentence = pattern.sub(mask, sentence)
        sentence = _WORD.sub(masked_word, sentence)
        for pattern in given:
            sentence = pattern.sub("", sentence)
        return _DATE.sub(lambda hit: _marked(hit, published), sentence) if published else sentence

    return write


def _whole_name(principal: Principal) -> re.Pattern[str]:
    """The full name and the aliases that are names of several words, spelt with spaces or hyphens."""
    forms = {principal.name, *(a for a in principal.aliases if _is_name(a))}
    spelt = [[re.escape(w) for w in f.split()] for f in sorted(forms, key=len, reverse=True) if " " in f]
    return re.compile("|".join(rf"\b{'[ -]'.join(words)}\b" for words in spelt) or r"(?!)", re.IGNORECASE)


def _given_name(principal: Principal, mask: str) -> re.Pattern[str]:
    """What stands before a masked surname: `Mikhail S. ` in `Mikhail S. [B]`."""
    words = {re.escape(w) for w in principal.name.split()} or {r"(?!)"}
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})(?: \w\.)? (?={re.escape(mask)})")


def _is_name(alias: str) -> bool:
    words = alias.split()
    return all(w[0].isupper() and w.lower() not in _OFFICES for w in words)


def _surnames(principal: Principal) -> set[str]:
    words = principal.name.split()
    own = words[0] if words and words[0].lower() in _FAMILY_NAME_FIRST else words[-1] if words else ""
    return {own, *(a for a in principal.aliases if len(a.split()) == 1 and _is_name(a))} - {""}


def _sound(name: str) -> str:
    """One key for the spellings of a name: Zelensky, Zelenskyy; Pashinian, Pashinyan; Erdoğan, Erdogan."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    for pattern, key in (
        (r"ian$", "yan"),
        (r"[iy]+[iyj]*$", "y"),
        (r"ff$", "v"),
        (r"ou", "u"),
        (r"iye|ie|ye", "e"),
        (r"(.)\1", r"\1"),
    ):
        plain = re.sub(pattern, key, plain)
    return plain


def _marked(hit: re.Match[str], published: dt.date) -> str:
    distance = _distance(hit, published)
    return f"{hit[0]} ({distance})" if distance else hit[0]


def _distance(hit: re.Match[str], published: dt.date) -> str | None:
    month = hit["m1"] or hit["m2"] or hit["m3"]
    year = hit["y1"] or hit["y2"] or hit["y3"] or hit["y4"]
    if hit["weekday"]:
        days = (_WEEKDAYS.index(hit["weekday"]) - published.weekday() + 1) % 7 - 1
        return _named(days) if days <= 1 else None
    if not month:
        return _coarse(int(year) - published.year, "last year", "next year")
    number = next(i for i, m in enumerate(_MONTHS, start=1) if m.startswith(month.rstrip(".")[:3]))
    if hit["m3"]:
        ahead = (int(year) - published.year) * 12 + number - published.month
        return _coarse(ahead, "last month", "next month") or "this month"
    day = int(re.match(r"\d+", hit["d1"] or hit["d2"])[0])  # type: ignore[index]
    return _named(_days_away(published, int(year) if year else None, number, day))


def _coarse(ahead: int, last: str, following: str) -> str | None:
    if ahead == 0:
        return None
    return {-1: last, 1: following}.get(ahead, "long ago" if ahead < 0 else "far ahead")


def _days_away(published: dt.date, year: int | None, month: int, day: int) -> int | None:
    """Days from publication to the date, without a year to the nearest one; None where there is no such day."""
    years = (year,) if year else (published.year - 1, published.year, published.year + 1)
    try:
        return min(((dt.date(y, month, day) - published).days for y in years), key=abs)
    except ValueError:
        return None


def _named(days: int | None) -> str | None:
    if days is None:
        return None
    near = next((name for bound, name in _DISTANCES if days < bound), None)
    return near or ("in days" if days <= 7 else "in weeks" if days <= 45 else "far ahead")
