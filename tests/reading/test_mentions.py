"""Who is meant: the principals under any of their names, both of them, or somebody else."""

import pytest

from monitor.reading.cast import roles
from monitor.reading.coreference import lines
from monitor.reading.mentions import Kind
from monitor.reading.model import Document, Principal, Watch
from monitor.reading.sentences import split
from monitor.reading.spotting import Spotter
from monitor.reading.tables import tables

TRUMP_PUTIN = ("Donald Trump", "Vladimir Putin")
KIM_TRUMP = ("Kim Jong Un", "Donald Trump")
ALIYEV_PASHINYAN = ("Ilham Aliyev", "Nikol Pashinyan")
ERDOGAN_ZELENSKY = ("Recep Tayyip Erdoğan", "Volodymyr Zelensky")


def meant(names: tuple[str, ...], text: str) -> list[str]:
    """For each mention of the last sentence the numbers of those meant, `?` for somebody else."""
    watch = Watch("w", tuple(Principal(name) for name in names))
    told = lines(split(Document("", (text,))), Spotter(roles(watch, tables(), 2018), tables()))
    found = [m for m in told[-1].mentions if m.kind is not Kind.SIDE and (m.who or m.other)]
    return ["".join(map(str, m.who)) or "?" for m in found]


CASES = {
    "names": (TRUMP_PUTIN, "Trump met Vladimir Putin.", ["1", "2"]),
    "title and office": (TRUMP_PUTIN, "US President Donald Trump met the Russian president.", ["1", "2"]),
    "counterpart": (TRUMP_PUTIN, "Donald Trump met his Russian counterpart.", ["1", "1", "2"]),
    "a minister's counterpart": (TRUMP_PUTIN, "Foreign Minister Lavrov met his American counterpart.", ["?", "?"]),
    "seat and chief": (TRUMP_PUTIN, "The Kremlin leader waved.", ["2"]),
    "presidents of two countries": (TRUMP_PUTIN, "The presidents of Russia and the US met.", ["12"]),
    "two leaders after both names": (TRUMP_PUTIN, "Trump called Putin. The two leaders talked.", ["12"]),
    "two leaders after another pair": (TRUMP_PUTIN, "Putin received Macron. The two presidents talked.", ["?"]),
    "pronoun of the last subject": (TRUMP_PUTIN, "Trump spoke in Ohio. He was tired.", ["1"]),
    "another bearer of the name": (TRUMP_PUTIN, "It was Melania Trump who came.", ["?"]),
    "another Kim": (KIM_TRUMP, "In Seoul he saw Kim Yong Chol and left.", ["?"]),
    "the president himself among Kims": (KIM_TRUMP, "In Hanoi Kim Jong-un smiled.", ["1"]),
    "other spellings": (ALIYEV_PASHINYAN, "Aliev and Pashinian left.", ["1", "2"]),
    "accents and transliterations": (ERDOGAN_ZELENSKY, "Erdogan phoned Zelenskyy, not Selenskyj.", ["1", "2", "2"]),
    "capitals": (ERDOGAN_ZELENSKY, "ERDOĞAN, ZELENSKIY", ["1", "2"]),
    "an adviser is not his president": (TRUMP_PUTIN, "Trump's adviser John Bolton came.", ["?"]),
    "a tower is no president": (TRUMP_PUTIN, "Trump Tower is tall.", []),
    "a former president": (TRUMP_PUTIN, "A former US president spoke.", ["?"]),
}


@pytest.mark.parametrize(("names", "text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_mention_means_the_right_person(names: tuple[str, ...], text: str, expected: list[str]) -> None:
    assert meant(names, text) == expected


def test_the_tables_know_the_leaders_since_1945_and_where_they_belong() -> None:
    known = tables()
    assert len(known.leaders) >= 300
    assert len(known.places) >= 400
    nowhere = {leader.country for leader in known.leaders} - set(known.countries)
    assert nowhere <= {"Tibet", "International Olympic Committee"}
    assert all(first >= 1900 and (last or first) >= first for leader in known.leaders for first, last in leader.years)
    assert {place.country for place in known.places} <= set(known.countries)
