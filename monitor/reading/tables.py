"""The world knowledge of the reader as data: countries, leaders. Loads it once; holds no rules."""

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TypeVar

import msgspec

from monitor.reading.plain import plain

Row = TypeVar("Row")


class Country(msgspec.Struct, frozen=True):
    """A country or a territory with a leader of its own, also former ones."""

    name: str
    people: tuple[str, ...]
    """Its adjectives and demonyms."""
    capital: str
    seats: tuple[str, ...]
    """Palaces and offices that stand for its government."""
    also: tuple[str, ...]
    """Other names."""


class Leader(msgspec.Struct, frozen=True):
    """A head of state or government, or another leader who has summits, since 1945."""

    name: str
    country: str
    offices: tuple[str, ...]
    years: tuple[tuple[int, int | None], ...]
    """First and last year of each term; None for a term that runs."""
    short: tuple[str, ...]
    """What news calls them once they are introduced, and other spellings."""
    woman: bool = False


class Place(msgspec.Struct, frozen=True):
    """A city, residence or spot where leaders meet."""

    name: str
    country: str
    also: tuple[str, ...]
    within: str | None = None
    """The larger place that it belongs to, below the country."""


class Tables(msgspec.Struct, frozen=True):
    """All tables with the look-ups that the layers need."""

    countries: dict[str, Country]
    leaders: tuple[Leader, ...]
    places: tuple[Place, ...]
    place_words: frozenset[str]
    """Every name of a place or country, in plain spelling."""
    by_people: dict[str, str]
    """Adjective in plain spelling → country."""
    by_place: dict[str, str]
    """Country, capital, seat of government in plain spelling → country."""
    by_leader: dict[str, tuple[Leader, ...]]
    """Full name or short form in plain spelling → the leaders so called."""


def rows(name: str, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of one data file of this package.

    Raises:
        msgspec.ValidationError: a row does not have the columns of `kind`.
    """
    text = resources.files("monitor.reading").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    return tuple(msgspec.convert(row, kind) for row in json.loads(text))


def _names(named: Iterable[Country] | Iterable[Place]) -> Iterable[str]:
    for row in named:
        yield from (row.name, *row.also)


@cache
def tables() -> Tables:
    """The tables that come with the program."""
    countries = {country.name: country for country in rows("countries", Country)}
    places = rows("places", Place)
    leaders = rows("leaders", Leader)
    by_leader: dict[str, tuple[Leader, ...]] = {}
    for leader in leaders:
        for form in {plain(leader.name), *map(plain, leader.short)}:
            by_leader[form] = (*by_leader.get(form, ()), leader)
    return Tables(
        countries=countries,
        leaders=leaders,
        places=places,
        place_words=frozenset(map(plain, (*_names(countries.values()), *_names(places)))),
        by_people={plain(word): c.name for c in reversed(countries.values()) for word in c.people},
        by_place={
            plain(word): c.name
            for c in reversed(countries.values())
            for word in (c.name, c.capital, *c.also, *c.seats)
            if word
        },
        by_leader=by_leader,
    )
