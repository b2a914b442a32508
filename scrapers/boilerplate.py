"""What a line left around an article is: interface, appeal, credit, byline ... Judges single lines; cuts nothing.

The phrases stand in boilerplate.toml; here are only the rules that need more than a phrase.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from scrapers.dates import find_stamps


class Kind(StrEnum):
    """Why a line is not the article's own words. The values are the tables of boilerplate.toml."""

    COMMENTS = "comments"
    """Readers' comments begin: what follows is theirs."""
    OTHER_STORIES = "other_stories"
    """A heading over links to other stories, or one such link."""
    INTERFACE = "interface"
    """Buttons, menus, counters, share prompts, advertising slots, tags, embedded posts."""
    APPEAL = "appeal"
    """The site speaks of itself: cookies, donations, newsletters, rights, disclaimers."""
    CREDIT = "credit"
    """Who reported, edited, translated; where it appeared first."""
    CAPTION = "caption"
    BYLINE = "byline"
    """Who wrote it, an agency, a date of publication, or several of these."""


_TABLES: Final = tomllib.loads(files("scrapers").joinpath("boilerplate.toml").read_text("utf-8"))
AGENCIES: Final = frozenset(" ".join(name.split()) for name in _TABLES["words"]["agencies"].split(","))
"""Names that stand for an agency, a broadcaster or nobody in particular in a byline."""
ROLES: Final = frozenset(_TABLES["words"]["roles"].split())
_INTERFACE_WORDS: Final = frozenset(_TABLES["words"]["interface"].split())
"""Words of buttons and menus: a short line of nothing else is no part of an article."""
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-",
                               "—": "-", "−": "-", "\u00a0": " ", "\u202f": " "})  # fmt: skip
_DECORATION: Final = " \t\n•·*|#→←▶►>»«<=_~×✕✖■□▪●○★☆➤[]{}"
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_SUPPORT_NAME = re.compile(r"(?:Support|Donate to|Join|Follow) (?:the )?[A-Z][\w.]*(?: [A-Z][\w.]*){0,2}!?")
_BYLINE = re.compile(
    r"(?:written |posted |published |reported |story |report |text )?by\b:? ?(?P<rest>.{0,120})", re.IGNORECASE
)
_PERSON = re.compile(
    r"(?:(?:Dr|Mr|Ms|Mrs|Prof|Sir)\.? )?[A-ZÀ-ÞА-Я][\w'’.-]*"
    r"(?: (?:(?:de|van|von|der|den|al|el|bin|da|di|du|la|le|ter|y) )?(?:[A-ZÀ-ÞА-Я][\w'’-]+|[A-Z]\.)){1,3}"
)
_FURNITURE = re.compile(
    r"\b(?:first |last |originally )?(?:published|updated|posted|modified|created|date|on|at|in|by|from|and|for|ago|"
    r"minutes?|hours?|days?|min|read|contributor|special to.*|correspondent|staff|writer|reporter|editor|news|desk|"
    r"world|the|am|pm|a\.m|p\.m|gmt|utc|bst|est|edt|et|msk|ist|cet|cest|view comments|comments?|story|report)\b\.?"
    r"|[\d\W_]+",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d.*\bago\b|\b(?:published|updated|posted|modified|created)\b.*\d")


class _Phrases:
    """One kind's phrases, compiled."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.limit: int = table["starts_limit"]
        self.contains_limit: int = table.get("contains_limit", 4000)
        self.whole = re.compile("|".join(f"(?:{phrase})" for phrase in table["whole"]) or r"(?!)")
        self.starts = re.compile("(?:" + ("|".join(table["starts"]) or r"(?!)") + r")(?!\w)")
        self.contains = re.compile("|".join(table["contains"]) or r"(?!)")

    def fit(self, plain: str, own_voice: str) -> bool:
        return bool(
            (len(plain) <= 450 and self.whole.fullmatch(plain))
            or (len(plain) <= self.limit and self.starts.match(plain))
            or (len(plain) <= self.contains_limit and self.contains.search(own_voice))
        )


_AGENCY_TAIL = re.compile(rf" (?:{'|'.join(sorted(map(re.escape, AGENCIES)))})\b.*", re.IGNORECASE)
_PHRASES: Final = tuple((kind, _Phrases(_TABLES[kind])) for kind in Kind if kind in _TABLES)


def kind_of(line: str) -> Kind | None:
    """Why `line` (one line or one paragraph) is not the article's own words; None where it may be."""
    plain = plain_line(line)
    if not any(character.isalnum() for character in plain):
        return Kind.INTERFACE
    if _SUPPORT_NAME.fullmatch(line.strip()):
        return Kind.APPEAL
    own_voice = _QUOTED.sub(" ", plain)
    for kind, phrases in _PHRASES:
        if phrases.fit(plain, own_voice):
            return kind
    words = re.findall(r"[\w'-]+", plain)
    if len(words) <= 12 and all(word in _INTERFACE_WORDS or word.isdigit() for word in words):
        return Kind.INTERFACE
    if _is_byline(line) or _is_clock(plain):
        return Kind.BYLINE
    return Kind.INTERFACE if _is_tag_list(line) else None


def plain_line(line: str) -> str:
    """Lower case, straight quotes, single spaces, no decoration at the ends: what phrases are matched on."""
    plain = " ".join(line.translate(_PLAIN).split()).strip(_DECORATION).casefold()
    return plain[1:-1] if plain.startswith("(") and plain.find(")") == len(plain) - 1 else plain


def byline_author(line: str) -> str | None:
    """The person or people a byline names; None where it names an agency or nobody."""
    match = _BYLINE.match(line.strip())
    rest = match["rest"] if match else line.strip()
    rest = re.split(r"\s*[|•·–—]\s*|\s*,\s*(?!\s*and\b)|\s+(?:in|for|on|from)\s+", rest)[0]
    people = [part.strip() for part in re.split(r"\s+(?:and|&)\s+", rest)]
    named = [person for part in people if (person := _leading_person(part))]
    return " and ".join(named) or None


def _leading_person(text: str) -> str | None:
    match = _PERSON.match(text)
    if match is None or match[0].casefold() in AGENCIES:
        return None
    name = _AGENCY_TAIL.sub("", match[0])
    return name if " " in name else None


def _is_byline(line: str) -> bool:
    """A line of at most 120 characters with an author, an agency, a place or a date, and nothing said."""
    text = line.strip()
    if len(text) > 120 or (text.endswith((".", "!", "?")) and not re.search(r"(?:[ap]\.m|\b[A-Z]{1,3})\.$", text)):
        return False
    match = _BYLINE.fullmatch(text)
    left = text
    for stamp in find_stamps(text):
        left = left.replace(text[stamp.start : stamp.end], " ")
    dated = left != text
    if match and (byline_author(text) or dated or _names_agency(match["rest"]) or len(text.split()) <= 3):
        return True
    remaining = [part for part in re.split(r"[,|•/:–—()\n]| - ", left) if _FURNITURE.sub("", part).strip()]
    known = all(
        _names_agency(part) or _PERSON.fullmatch(part.strip()) or part.strip().isupper() or len(part.split()) <= 2
        for part in remaining
    )
    if dated:
        return known
    return known and any(_names_agency(part) for part in remaining) and len(text.split()) <= 8


def _is_clock(plain: str) -> bool:
    """A line that says how long ago, or at what hour, and nothing else."""
    return len(plain) <= 60 and bool(_CLOCK.search(plain)) and not _FURNITURE.sub("", plain)


def _names_agency(text: str) -> bool:
    return " ".join(text.casefold().strip(" .,()").split()) in AGENCIES


def _is_tag_list(line: str) -> bool:
    parts = [part.strip() for part in line.split(",")]
    short = all(0 < len(part.split()) <= 3 for part in parts)
    return len(parts) >= 4 and short and not line.rstrip().endswith((".", "!", "?", ":", "”", '"'))
