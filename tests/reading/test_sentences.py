"""An article falls into sentences that are literal parts of it, whatever it is made of."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.model import TITLE, Document
from monitor.reading.sentences import split

CASES = {
    "plain": ("They met. They left.", ["They met.", "They left."]),
    "title before a name": ("Mr. Lavrov came. He sat.", ["Mr. Lavrov came.", "He sat."]),
    "month": ("On Nov. 3 they met.", ["On Nov. 3 they met."]),
    "country inside": ("The U.S. president left.", ["The U.S. president left."]),
    "country before a name": ("U.S. Senator Smith came.", ["U.S. Senator Smith came."]),
    "country at the end": ("He flew to the U.S. The talks go on.", ["He flew to the U.S.", "The talks go on."]),
    "saint": ("In St. Petersburg it rained.", ["In St. Petersburg it rained."]),
    "initials": ("Donald J. Trump and H. W. Bush.", ["Donald J. Trump and H. W. Bush."]),
    "quotation": ('"I will go." He did.', ['"I will go."', "He did."]),
    "curly quotation": ("“No,” he said. “Never.” And left.", ["“No,” he said.", "“Never.”", "And left."]),
    "question and exclamation": ("Will he? Yes! He will.", ["Will he?", "Yes!", "He will."]),
    "clock": ("At 5 p.m. the doors closed.", ["At 5 p.m. the doors closed."]),
    "number": ("It cost 3.5 million. So what?", ["It cost 3.5 million.", "So what?"]),
    "lines of a list": ("First line\nsecond line. End", ["First line", "second line.", "End"]),
    "lower case after a stop": ("He came. and went", ["He came. and went"]),
}


@pytest.mark.parametrize(("paragraph", "expected"), CASES.values(), ids=CASES.keys())
def test_a_paragraph_falls_into_its_sentences(paragraph: str, expected: list[str]) -> None:
    assert [s.text for s in split(Document("", (paragraph,)))] == expected


def test_the_title_is_one_sentence_and_comes_first() -> None:
    sentences = split(Document("Yes. They will meet.", ("In Vienna.",)))
    assert [(s.paragraph, s.text) for s in sentences] == [(TITLE, "Yes. They will meet."), (0, "In Vienna.")]


@given(st.text(), st.lists(st.text(alphabet="aB. \n\"'?U.S.é…•", max_size=60), max_size=4))
def test_sentences_are_literal_in_order_and_lose_only_blanks(title: str, paragraphs: list[str]) -> None:
    document = Document(title, tuple(paragraphs))
    sentences = split(document)
    assert [s.index for s in sentences] == list(range(len(sentences)))
    for number, text in enumerate((title, *paragraphs), start=TITLE):
        mine = [s for s in sentences if s.paragraph == number]
        assert all(text[s.start : s.end] == s.text == s.text.strip() != "" for s in mine)
        assert all(one.end <= two.start for one, two in pairwise(mine))
        kept = "".join(s.text for s in mine)
        assert "".join(kept.split()) == "".join(text.split()).replace("•", "" if number != TITLE else "•")


@given(st.lists(st.text(alphabet="aB. \n\"'?U.S.é…•", max_size=60), max_size=4))
def test_two_sentences_of_a_paragraph_together_are_literal_too(paragraphs: list[str]) -> None:
    for one, two in pairwise(split(Document("", tuple(paragraphs)))):
        if one.paragraph == two.paragraph:
            both = two.since(one.span())
            assert paragraphs[both.paragraph][both.start : both.end] == both.text
