"""Whether two venue names mean one place, and which is the finer. Which city lies where it asks a gazetteer."""

from typing import Protocol


class Gazetteer(Protocol):
    """What must be known of places."""

    def same(self, one: str, two: str) -> bool:
        """Whether two names can be of one place: equal, or one contains the other."""

    def country(self, name: str) -> str | None:
        """The country of a place, of a country itself; None where unknown."""


class Places:
    """Compares venue names and remembers the answers."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: dict[tuple[str, str], bool] = {}

    def same(self, one: str | None, other: str | None) -> bool | None:
        """True where one name may mean the other (a city and its country do); None where a name is missing."""
        if not one or not other:
            return None
        if one == other:
            return True
        pair = (one, other)
        if pair not in self._known:
            self._known[pair] = self._gazetteer.same(one, other)
        return self._known[pair]

    def sharper(self, new: str | None, old: str | None) -> str | None:
        """The venue to keep when `new` is reported of a meeting known for `old`: a country never replaces its city."""
        if not new or not old:
            return new or old
        return old if self._is_country(new) and self.same(new, old) else new

    def _is_country(self, place: str) -> bool:
        return self._gazetteer.country(place) == place
