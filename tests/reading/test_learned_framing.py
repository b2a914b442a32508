"""How an article is written for the encoder: masks for the principals, distances for dates, pieces of tokens."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.framing import frame, front, writer
from monitor.reading.model import Document, Principal, Watch
from monitor.reading.pieces import MOST_PIECES, ROOM, lay
from monitor.reading.sentences import split

PUBLISHED = dt.date(2018, 6, 28)
TRUMP_PUTIN = (
    Principal("Donald Trump", ("Trump", "US president")),
    Principal("Vladimir Putin", ("Putin", "Kremlin leader")),
)
ALIYEV_PASHINYAN = (Principal("Ilham Aliyev"), Principal("Nikol Pashinyan", ("Pashinian", "Armenian premier")))
KIM_ZELENSKY = (Principal("Kim Jong Un"), Principal("Volodymyr Zelensky"))

NAMES = {
    "full name": (TRUMP_PUTIN, "Donald Trump met Vladimir Putin.", "[A] met [B]."),
    "surname": (TRUMP_PUTIN, "Trump met Putin.", "[A] met [B]."),
    "possessive": (TRUMP_PUTIN, "Putin's aide met Trump’s.", "[B]'s aide met [A]’s."),
    "initial": (TRUMP_PUTIN, "Donald J. Trump left.", "[A] left."),
    "capitals": (ALIYEV_PASHINYAN, "ALIYEV ARRIVES", "[A] ARRIVES"),
    "other spelling": (ALIYEV_PASHINYAN, "Aliev and Nikol Pashinian", "[A] and [B]"),
    "surname first": (KIM_ZELENSKY, "Kim and Kim Jong-un", "[A] and [A]"),
    "three spellings": (KIM_ZELENSKY, "Zelenskyy, Zelenskiy, Zelenskyi", "[B], [B], [B]"),
    "an office stays": (TRUMP_PUTIN, "The Kremlin leader waved.", "The Kremlin leader waved."),
    "a third person stays": (TRUMP_PUTIN, "Emmanuel Macron called.", "Emmanuel Macron called."),
    "a word that only looks like a name": (TRUMP_PUTIN, "No trump card.", "No trump card."),
}


@pytest.mark.parametrize(("people", "text", "written"), NAMES.values(), ids=NAMES.keys())
def test_principals_are_masked(people: tuple[Principal, ...], text: str, written: str) -> None:
    assert writer(people, PUBLISHED)(text) == written


DATES = {
    "weeks ahead": ("on July 16, 2018", "on July 16, 2018 (in weeks)"),
    "day before month": ("on 2 July", "on 2 July (in days)"),
    "two days": ("Nov. 19 and 20", "Nov. 19 and 20 (far ahead)"),
    "today by name": ("on Thursday", "on Thursday (today)"),
    "yesterday by name": ("on Wednesday", "on Wednesday (yesterday)"),
    "last Wednesday is another one": ("last Wednesday", "last Wednesday"),
    "today by date": ("June 28", "June 28 (today)"),
    "days ago": ("June 23", "June 23 (days ago)"),
    "an old year": ("in 2007", "in 2007 (long ago)"),
    "last year": ("in 2017", "in 2017 (last year)"),
    "this year": ("in 2018", "in 2018"),
    "a month of a year": ("July 2017", "July 2017 (long ago)"),
    "the nearest year is meant": ("December 20", "December 20 (far ahead)"),
    "no such day": ("February 30", "February 30"),
    "the verb may": ("may 2 of them", "may 2 of them"),
}


@pytest.mark.parametrize(("text", "written"), DATES.values(), ids=DATES.keys())
def test_dates_say_how_far_off_they_are(text: str, written: str) -> None:
    assert writer(TRUMP_PUTIN, PUBLISHED)(text) == written


def test_without_a_day_of_publication_dates_stay_as_they_are() -> None:
    assert writer(TRUMP_PUTIN, None)("on July 16, 2018") == "on July 16, 2018"


def test_the_front_names_the_masks_and_the_day() -> None:
    assert front(TRUMP_PUTIN, PUBLISHED) == "[A] Donald Trump [B] Vladimir Putin, Thursday June 28 2018"
    assert front(TRUMP_PUTIN, None) == "[A] Donald Trump [B] Vladimir Putin, date unknown"


@given(st.text(max_size=300), st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_any_text_can_be_written(text: str, published: dt.date) -> None:
    writer(TRUMP_PUTIN, published)(text)


class Letters:
    """A tokenizer that gives one token for each character."""

    class Encoded:
        def __init__(self, text: str) -> None:
            self.ids = [ord(c) for c in text]

    def encode(self, sequence: str, *, add_special_tokens: bool = True) -> Encoded:
        assert not add_special_tokens
        return self.Encoded(sequence)

    def token_to_id(self, token: str) -> int | None:
        return {"<s>": -1, "</s>": -2}.get(token)


UNITS = st.lists(st.tuples(st.text("abc", max_size=200), st.integers(0, 1)), max_size=60)


@given(UNITS)
def test_every_sentence_stands_once_and_in_order_in_pieces_that_fit(units: list[tuple[str, int]]) -> None:
    texts, paragraph = [text for text, _ in units], 0
    paragraphs = [paragraph := paragraph + step for _, step in units]
    pieces = lay("front", texts, paragraphs, Letters())
    assert all(len(piece.ids) <= ROOM for piece in pieces)
    placed = [(unit, piece.ids[start:end]) for piece in pieces for unit, start, end in piece.spans]
    expected = [(i, tuple(ord(c) for c in text[:160])) for i, text in enumerate(texts)]
    assert placed == expected[: len(placed)]
    assert len(placed) == len(units) or len(pieces) == MOST_PIECES


def test_units_follow_the_sentences_of_the_document() -> None:
    document = Document("Trump to meet Putin", ("They will meet. On July 16.", "It rains."))
    framed = frame(split(document), Watch("w", TRUMP_PUTIN), PUBLISHED)
    assert framed.units == ("[A] to meet [B]", "They will meet.", "On July 16 (in weeks).", "It rains.")
    assert framed.paragraphs == (-1, 0, 0, 1)
