"""Plain spelling of a text, letter for letter, so that offsets stay. Knows no names."""

import re
import unicodedata
from functools import cache

_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("–—−‒―‐‑", "-")
    | {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " ", "\t": " "}
    | {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "s", "æ": "a", "Æ": "A", "ð": "d"}
)


@cache
def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isprintable() else letter


def plain(text: str) -> str:
    """The text without accents, curly quotes and long dashes; as long as the text itself."""
    if text.isascii():
        return text.translate(_MARKS)
    return "".join(c if c.isascii() else _bare(c) for c in text.translate(_MARKS))


_VARIANTS = (
    (re.compile(r"(?<=[a-z]{4})(?:yy|iy|ij|ii|y|i)$"), "(?:yy?|iy|ij|ii?)"),
    (re.compile(r"(?<=[a-z]{3})(?:[yi]?ev|[yi]?ov|eff|off)$"), "[yi]?[eo](?:v|ff)"),
    (re.compile(r"(?<=[a-z]{3})[yi]an$"), "[yi]an"),
    (re.compile(r"tch|tsch|ch"), "(?:t?ch|tsch)"),
    (re.compile(r"kh"), "k?h"),
    (re.compile(r"zh"), "(?:zh|j)"),
    (re.compile(r"([bdfgklmnprst])\1"), r"\1\1?"),
)


def spellings(surname: str) -> str:
    """A pattern for a surname and its usual transliterations: Zelensky, Zelenskyy, Zelenskiy; Aliyev, Aliev."""
    pattern = re.escape(plain(surname))
    if len(surname) < 6 or not surname.isalpha():
        return pattern
    for old, new in _VARIANTS:
        pattern = old.sub(new, pattern, count=1)
    return pattern


def words(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())
