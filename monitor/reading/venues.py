"""Finds the places of a sentence where people could meet, and compares places. Does not know who meets there."""

import re
from collections.abc import Iterable
from functools import cache

import msgspec

from monitor.reading.plain import plain
from monitor.reading.tables import Country, Place, Tables, tables

_NEAR_WORDS = re.compile(
    r"(?:^|[\s(,:-])(?:(?P<placing>in|at|to|near|outside|inside|visit|visits|visited|visiting"
    r"|via|on|around|for|of|from)|(?P<between>between|and|with|by)) (?:(?:the|its|his|a|that"
    r"|this|central|southern|northern|eastern|western|neutral|nearby|Finland's|historic|snowy"
    r"|resort|city|town|island|village|port|capital|of|lakeside|former|palace|residence|hotel"
    r"|summer|Black|Sea|Alpine|Swiss|host) )*$",
    re.IGNORECASE,
)
_EVENT_AFTER = re.compile(
    r"(?:'s)? (?:\w+ )?(?:summit|meeting|talks|encounter|sit-down|tete-a-tete|trip|visit"
    r"|rendezvous|conference|get-together|handshake|declaration|gathering)\b",
    re.IGNORECASE,
)
_SPOKEN_AT = re.compile(
    r"\b(?:said|told [\w ]{1,30}|spoke|confirmed|announced|reporters|journalists|briefing"
    r"|news conference|based|ministry|embassy|office|officials?|university"
    r"|analysts?|experts?|professor|institute|correspondent|newspapers?|court|parliament"
    r"|diplomats?|leaves?|left|leaving|departs?|flew (?:home )?from|sources?)"
    r"(?: \w+day)? (?:in|at|for|from|of) (?:the )?$",
    re.IGNORECASE,
)
"""Places where somebody speaks or works, or which somebody leaves."""
_TOPIC = re.compile(
    r"\b(?:war|conflict|situation|crisis|fighting|troops|forces|peace|ceasefire|truce|invasion"
    r"|violence|bloodshed|tensions?|settlement|offensive|developments"
    r"|elections?|sanctions|operation|attacks?|strikes?|questions?|issues?|policy|stability"
    r"|progress|events) (?:\w+ )?(?:in|on|over|around|against|of|for|about) (?:the |eastern "
    r"|northern )?$"
    r"|\b(?:on|about|over|regarding|including|discuss\w*|namely|on the subject of) (?:the )?$",
    re.IGNORECASE,
)
"""Places that are talked about."""
_SPEAKS = re.compile(
    r"(?:'s)? (?:said|says|has|have|had|wants?|would|will|is|was|and [A-Z]\w+ (?:have|had|are"
    r"|were|agreed)|confirmed|announced|denied|insists?|believes?|did|does|hopes?|sees?"
    r"|thinks?|spokes\w+|officials?|aides?)\b"
)
_DATELINE = re.compile(
    r"^(?P<place>[A-Z][A-Z .'/-]{2,40}?)(?:,? [A-Z][\w. ]{1,20})?,? ?(?:\([^)]{1,60}\) ?"
    r"|[A-Z]?[a-z]{2,8}\.? \d{1,2},? ?(?:\([^)]{1,40}\) ?)?)?(?:--?|: )"
)


_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"(?<![\w-])[A-Z]\w*")
_GOES_ON = re.compile(r"\w|-[A-Z]")


class Spot(msgspec.Struct, frozen=True):
    """A place named in a sentence."""

    start: int
    end: int
    name: str
    """Its name in the gazetteer."""
    country: bool
    """Whether it is a country, not a place in one."""
    weight: float
    """How much the words around it put an event there: 1 for `in Helsinki`, 0 for `Helsinki said`."""
    home: int = 0
    """The number of the principal whose country it is or lies in; 0 for a third country."""


class Gazetteer:
    """Places with their other names; its pattern is made once."""

    def __init__(self, data: Tables) -> None:
        self._places = {place.name: place for place in data.places}
        self._countries = data.countries
        self._names = dict(_names(data))
        self._by_first: dict[str, list[str]] = {}
        for name in sorted(self._names, key=lambda name: (-len(name), name)):
            self._by_first.setdefault(_WORD.findall(name)[0], []).append(name)
        people = sorted(data.by_people, key=lambda word: (-len(word), word))
        self._capital = re.compile(
            rf"\b(?P<people>{'|'.join(map(re.escape, people))})(?:'s)? capital\b",
            re.IGNORECASE,
        )
        self._by_people = {word.lower(): country for word, country in data.by_people.items()}

    def canonical(self, name: str) -> str | None:
        """The gazetteer's name for a place, None where it has none."""
        return self._names.get(plain(name)) or self._names.get(re.sub(r"^the ", "", plain(name), flags=re.IGNORECASE))

    def country(self, name: str) -> str | None:
        """The country of a place of the gazetteer; of a country itself."""
        place = self._places.get(name)
        return place.country if place else name if name in self._countries else None

    def is_country(self, name: str) -> bool:
        """Whether the name is of a country, not also of a city."""
        return name in self._countries and name not in self._places

    def chain(self, name: str) -> frozenset[str]:
        """The place and everything that contains it."""
        chain = {name}
        place = self._places.get(name)
        while place is not None:
            chain |= {place.country, *([place.within] if place.within else [])}
            place = self._places.get(place.within) if place.within else None
        return frozenset(chain)

    def same(self, one: str, two: str) -> bool:
        """Whether two names can be of one place: equal, or one contains the other (Helsinki and Finland)."""
        a, b = self.canonical(one), self.canonical(two)
        if a is None or b is None:
            a, b = plain(one).lower(), plain(two).lower()
            return a in b or b in a
        return a in self.chain(b) or b in self.chain(a)

    def spots(self, text: str) -> tuple[Spot, ...]:
        """The places of a sentence in plain spelling, in order; of `Geneva, Switzerland` only the city."""
        found: list[Spot] = []
        for hit in self._capital.finditer(text) if "capital" in text else ():
            land = self._countries[self._by_people[hit["people"].lower()]]
            if land.capital:
                found.append(
                    Spot(
                        hit.start(),
                        hit.end(),
                        self._names.get(plain(land.capital), land.capital),
                        False,
                        _weight(text, hit.start(), hit.end()),
                    )
                )
        for start, end in self._named(text):
            name = self._names[text[start:end]]
            if all(end <= spot.start or start >= spot.end for spot in found):
                found.append(Spot(start, end, name, self.is_country(name), _weight(text, start, end)))
        found.sort(key=lambda spot: spot.start)
        return tuple(self._without_containers(text, found))

    def _named(self, text: str) -> Iterable[tuple[int, int]]:
        """Start and end of each name of the gazetteer, the longest where several start together."""
        for hit in _FIRST_WORD.finditer(text):
            for name in self._by_first.get(hit[0], ()):
                end = hit.start() + len(name)
                if text.startswith(name, hit.start()) and not _GOES_ON.match(text, end):
                    yield hit.start(), end
                    break

    def _without_containers(self, text: str, found: list[Spot]) -> Iterable[Spot]:
        for at, spot in enumerate(found):
            before = found[at - 1] if at else None
            if (
                before
                and spot.start - before.end <= 4
                and "," in text[before.end : spot.start]
                and spot.name in self.chain(before.name)
            ):
                continue
            yield spot

    def dateline(self, text: str) -> str | None:
        """The place in front of a dispatch: `HELSINKI (AP) -`."""
        hit = _DATELINE.match(text)
        return self.canonical(hit["place"].strip().title()) if hit else None


def _names(data: Tables) -> Iterable[tuple[str, str]]:
    known = {place.name for place in data.places}
    for country in data.countries.values():
        for name in _country_names(country):
            yield plain(name), country.name
        if country.capital in known:
            yield from ((plain(seat), country.capital) for seat in country.seats)
    for place in data.places:
        for name in _place_names(place):
            yield plain(name), place.name


def _country_names(country: Country) -> Iterable[str]:
    yield country.name
    yield from (name for name in country.also if len(name) > 4)


def _place_names(place: Place) -> Iterable[str]:
    yield place.name
    yield from place.also


def _weight(text: str, start: int, end: int) -> float:
    """By the words around: a preposition of place before, a word for an event after, or a verb of speech."""
    before, after = text[max(0, start - 80) : start], text[end:]
    if _SPOKEN_AT.search(before):
        return 0.2
    if _TOPIC.search(before):
        return 0.1
    near = _NEAR_WORDS.search(before)
    if near and near["placing"]:
        return 0.5 if near["placing"].lower() in ("of", "from", "for", "on") else 1.0
    if _EVENT_AFTER.match(after):
        return 0.9
    if _SPEAKS.match(after) or (near and near["between"]):
        return 0.0
    return 0.3


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that comes with the program."""
    return Gazetteer(tables())
