"""Places are found where people meet in them, and compared as a map would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.plain import plain
from monitor.reading.tables import Place, tables
from monitor.reading.venues import gazetteer

SPOTS = {
    "city": ("They will meet in Helsinki.", {"Helsinki": True}),
    "capital by adjective": ("They meet in the Finnish capital.", {"Helsinki": True}),
    "city before its country": ("They met in Geneva, Switzerland.", {"Geneva": True}),
    "palace": ("He received him at the Elysee.", {"Paris": True}),
    "house": ("She goes to the White House.", {"Washington": True}),
    "capital that speaks": ("Moscow said it was ready.", {"Moscow": False}),
    "capitals that agree": ("Moscow and Washington have agreed.", {"Moscow": False, "Washington": False}),
    "place of saying": ("Peskov said in Moscow that it was off.", {"Moscow": False}),
    "topic": ("They discussed the war in Syria.", {"Syria": False}),
    "event named by its place": ("The Helsinki summit is over.", {"Helsinki": True}),
    "accent and apostrophe": ("He flew to Chișinău and Xi’an.", {"Chisinau": True, "Xi'an": False}),
}


@pytest.mark.parametrize(("text", "expected"), SPOTS.values(), ids=SPOTS.keys())
def test_a_place_is_found_with_the_chance_that_they_meet_there(text: str, expected: dict[str, bool]) -> None:
    assert {spot.name: spot.weight >= 0.5 for spot in gazetteer().spots(plain(text))} == expected


SAME = {
    "one city": ("Helsinki", "Helsinki", True),
    "city and country": ("Helsinki", "Finland", True),
    "estate and city near by": ("Woodside", "San Francisco", True),
    "house and capital": ("White House", "Washington", True),
    "other names": ("Türkiye", "Ankara", True),
    "two cities": ("Helsinki", "Vienna", False),
    "two cities of one country": ("Moscow", "Sochi", False),
    "unknown, alike": ("Villa Nowhere", "villa nowhere", True),
    "unknown, different": ("Villa Nowhere", "Castle Elsewhere", False),
}


@pytest.mark.parametrize(("one", "two", "expected"), SAME.values(), ids=SAME.keys())
def test_two_names_are_of_one_place(one: str, two: str, expected: bool) -> None:
    assert gazetteer().same(one, two) is expected
    assert gazetteer().same(two, one) is expected


@given(st.sampled_from(tables().places))
def test_a_place_is_the_same_as_its_country_and_as_its_other_names(place: Place) -> None:
    assert gazetteer().same(place.name, place.country)
    assert all(gazetteer().same(place.name, other) for other in place.also)


def test_a_dateline_names_its_place() -> None:
    assert gazetteer().dateline("HELSINKI (AP) - The two met.") == "Helsinki"
    assert gazetteer().dateline("Both met in Helsinki.") is None
