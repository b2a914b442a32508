"""Copies of a dispatch are told from follow-ups."""

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.copies import EDITS, STREAMS, copies, follow_ups, stories
from scrapers.copies import SIZE, is_copy, sketch

TEXT = tuple(
    f"Paragraph {n}: the envoy of province {n} said that talk {n * 7} had gone on for {n + 2} hours in hall {n * 3}."
    for n in range(12)
)


@pytest.fixture(scope="module")
def streams():
    return list(stories(STREAMS))


def test_nine_of_ten_copies_are_found_and_two_of_a_hundred_follow_ups_are_not_taken_for_one(streams):
    sketched = cache(sketch)
    found = [is_copy(sketched(one), sketched(other)) for _, one, other in copies(streams, random.Random(3))]
    wrong = [is_copy(sketched(one), sketched(other)) for _, one, other in follow_ups(streams)]
    assert len(found) > 500
    assert len(wrong) > 500
    assert sum(found) / len(found) >= 0.90
    assert sum(wrong) / len(wrong) < 0.02


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_kind_of_copy_is_one(edit, streams):
    text = max((text for stream in streams for text in stream), key=lambda text: len(" ".join(text)))
    other = ("Here at home the mayor of Kell welcomed the news and promised to keep the harbour open all night.",) * 2
    assert is_copy(sketch(text), sketch(edit(text, other, random.Random(1))))


def test_breaks_case_and_punctuation_do_not_count():
    assert sketch(TEXT) == sketch((" ".join(TEXT).upper().replace(":", " -"),))


def test_texts_without_a_word_are_no_copies_of_each_other():
    assert not is_copy(sketch(()), sketch(()))
    assert not is_copy(sketch(("…",)), sketch(TEXT))


def test_a_sketch_is_bounded_ascending_and_the_same_on_every_machine():
    long = sketch([f"word{n} follows word{n + 1}" for n in range(5000)])
    assert len(long) == SIZE
    assert list(long) == sorted(set(long))
    assert sketch(("one two three four",)) == (18186124970221, 57914777687455)


@given(st.lists(st.text(max_size=80), max_size=8), st.lists(st.text(max_size=80), max_size=8))
def test_being_a_copy_goes_both_ways(one, other):
    a, b = sketch(one), sketch(other)
    assert is_copy(a, b) == is_copy(b, a)
    assert is_copy(a, a) == bool(a)
