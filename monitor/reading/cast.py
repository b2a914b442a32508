"""Who a watch's principals are and by which words an article names them. Reads no article."""

import re

import msgspec

from monitor.reading.model import Principal, Watch
from monitor.reading.plain import plain, spellings, words
from monitor.reading.tables import Leader, Tables

FAMILY_FIRST = frozenset({"China", "Taiwan", "South Korea", "North Korea", "Vietnam", "Cambodia", "Singapore"})
_FAMILY_NAMES = words(
    """
    kim xi moon yoon lee park roh chun hu jiang wen deng mao zhou li tsai chen ma lai lien cheng
    chiang nguyen tran pham vo hun wang zhao liu
    """
)
_PARTICLES = frozenset({"de", "da", "do", "dos", "von", "van", "der", "bin", "al", "el", "arap", "di", "la", "le"})
_SUFFIX = re.compile(r"\s+(?:Jr\.?|Sr\.?|I{1,3}|IV|VI{0,3}|IX|X{1,2}I{0,3}V?)$")
_STYLE = re.compile(r"^(?:Pope|King|Queen|Patriarch|Sheikh|Sultan|Emir|Prince|President|Chairman)\s+")
OFFICES = {
    "president": r"president|head of state|leader|ruler|strongman|commander[- ]in[- ]chief",
    "prime minister": r"prime minister|premier|PM|head of government|leader|strongman",
    "premier": r"prime minister|premier|PM|head of government|leader",
    "chancellor": r"chancellor|head of government|leader",
    "taoiseach": r"taoiseach|prime minister|premier|leader",
    "king": r"king|monarch|sovereign|leader",
    "crown prince": r"crown prince|de facto ruler|heir|leader",
    "emir": r"emir|ruler|leader",
    "sultan": r"sultan|ruler|leader",
    "chairman": r"chairman|leader|ruler|strongman",
    "general secretary": r"general secretary|party chief|party leader|leader|president",
    "pope": r"pope|pontiff",
    "general": r"general|army chief|junta (?:chief|leader)|military (?:ruler|leader)|leader",
    "leader": r"leader|ruler|strongman|supreme leader|dictator|president|chairman",
}
_ANY_OFFICE = r"president|prime minister|leader"


class Role(msgspec.Struct, frozen=True):
    """One principal with all that tells them in a text."""

    number: int
    """1 for the first of the watch."""
    name: str
    given: str
    """First letters of the given names, in plain lower case."""
    family_first: bool
    names: tuple[str, ...]
    """Patterns for names, the longest first."""
    loose: frozenset[str]
    """Short forms that are read in capitals only: they are words, or shorter than five letters."""
    country: str | None
    offices: tuple[str, ...]
    woman: bool | None = None
    """Whether `she` can mean the principal; None where unknown."""


def roles(watch: Watch, tables: Tables, year: int | None = None) -> tuple[Role, ...]:
    """The principals with names, country and office, from the watch first and the table of leaders second.

    The year of publication tells leaders of one name apart.
    """
    return tuple(_role(i, p, tables, year) for i, p in enumerate(watch.principals, start=1))


def _role(number: int, principal: Principal, tables: Tables, year: int | None) -> Role:
    known = _known(principal, tables, year)
    country, offices = _office(principal, known, tables)
    full = _STYLE.sub("", plain(principal.name))
    family_first = country in FAMILY_FIRST and full.split()[0].lower() in _FAMILY_NAMES
    forms = {plain(principal.name), full, _short(full, family_first)}
    forms |= {plain(alias) for alias in principal.aliases if not _is_office(alias)}
    if known:
        forms |= {plain(known.name), *map(plain, known.short)}
    forms = {form for form in forms if form}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    given = {word[0].lower() for form in forms if len(form.split()) > 1 for word in form.split()[:-1]}
    return Role(
        number=number,
        name=principal.name,
        given="".join(sorted(given | ({"w"} if "v" in given else set()))),
        family_first=family_first,
        names=tuple(_pattern(form) for form in ordered),
        loose=frozenset(form for form in forms if len(form) < 5 or form.lower() in _WORDS),
        country=country,
        offices=offices,
        woman=known.woman if known else None,
    )


_WORDS = words("brown major bush ford carter moon sharon heath eden begin barak costa gore sunak leo francis")


def _pattern(form: str) -> str:
    *before, last = re.split(r"[\s-]+", form)
    return r"[\s-]+".join([*(re.escape(word) for word in before), spellings(last)])


def _short(full: str, family_first: bool) -> str:
    """The surname: `Kim` of Kim Jong Un, `von der Leyen` of Ursula von der Leyen, `Sisi` of Abdel Fattah el-Sisi."""
    words = _SUFFIX.sub("", full).split()
    if len(words) == 1:
        return words[0]
    if family_first:
        return words[0]
    at = next((i for i, word in enumerate(words[1:], start=1) if word.lower() in _PARTICLES), len(words) - 1)
    return re.sub(r"^(?:al|el)[- ]", "", " ".join(words[at:]), flags=re.IGNORECASE)


def _known(principal: Principal, tables: Tables, year: int | None) -> Leader | None:
    full = [leader for leader in tables.leaders if plain(leader.name).lower() == plain(principal.name).lower()]
    if not full and " " in principal.name:
        full = list(tables.by_leader.get(plain(principal.name), ()))
    named = full or [
        leader
        for form in (principal.name, *principal.aliases)
        for leader in tables.by_leader.get(plain(form), ())
        if _shares_given(leader, principal)
    ]
    if not named:
        return None
    return max(named, key=lambda leader: (in_office(leader, year), leader.years[-1][0]))


def _shares_given(leader: Leader, principal: Principal) -> bool:
    words = plain(principal.name).split()
    return len(words) == 1 or plain(leader.name)[0] == words[0][0]


def in_office(leader: Leader, year: int | None) -> bool:
    """Whether a term covers the year; no year is covered by none."""
    return year is not None and any(a <= year <= (b or 9999) for a, b in leader.years)


def _office(principal: Principal, known: Leader | None, tables: Tables) -> tuple[str | None, tuple[str, ...]]:
    """Country and offices: those that the aliases name, completed by the table."""
    country, offices = (known.country, list(known.offices)) if known else (None, [])
    for alias in principal.aliases:
        words = plain(alias)
        for people, land in tables.by_people.items():
            if re.match(rf"{re.escape(people)}\b(?!-)", words):
                country = land if known is None else country
        offices += [office for office in OFFICES if re.search(rf"\b{office}\b", words, re.IGNORECASE)]
    if plain(principal.name).startswith("Pope "):
        offices.append("pope")
    return country, tuple(dict.fromkeys(offices))


def _is_office(alias: str) -> bool:
    words = plain(alias)
    return bool(re.search(rf"\b(?:{_ANY_OFFICE}|{'|'.join(OFFICES)})$", words, re.IGNORECASE))
