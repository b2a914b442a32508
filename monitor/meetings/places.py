"""Whether two venue names mean one place. Knows the rule; which city lies where is given to it."""

from collections.abc import Callable

CountryOf = Callable[[str], str | None]
"""The country a place lies in, a country's own name for itself, None where unknown."""


def nowhere(_place: str) -> str | None:
    """The gazetteer that knows no place: names are then compared as they are written."""
    return None


class Places:
    """Compares venue names and remembers the answers."""

    def __init__(self, country_of: CountryOf = nowhere) -> None:
        self._country_of = country_of
        self._known: dict[tuple[str, str], bool] = {}

    def same(self, one: str | None, other: str | None) -> bool | None:
        """True where one name may mean the other (a city and its country do); None where a name is missing."""
        if not one or not other:
            return None
        if one == other:
            return True
        pair = (one, other)
        if pair not in self._known:
            self._known[pair] = self._compare(one, other)
        return self._known[pair]

    def sharper(self, new: str | None, old: str | None) -> str | None:
        """The venue to keep when `new` is reported of a meeting known for `old`: a country never replaces its city."""
        if not new or not old:
            return new or old
        return old if self.same(new, old) and self._is_country(new) and not self._is_country(old) else new

    def _compare(self, one: str, other: str) -> bool:
        words = set(one.casefold().split()), set(other.casefold().split())
        if words[0] <= words[1] or words[1] <= words[0]:
            return True
        lands = self._country_of(one), self._country_of(other)
        return lands[0] is not None and lands[0] == lands[1] and lands[0] in (one, other)

    def _is_country(self, place: str) -> bool:
        return self._country_of(place) == place
