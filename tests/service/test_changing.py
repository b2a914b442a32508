"""A difference is told by sentences, and what it removes and adds leads from one text to the other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.service.changing import Change, changes

OLD = "Talks near\n\nThe envoys met on Monday. They spoke for an hour.\n\nNobody said more."


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD, (), id="the same"),
        pytest.param(OLD.replace("near", "over"), (Change(("Talks near",), ("Talks over",)),), id="the title"),
        pytest.param(
            OLD.replace("an hour", "two hours"),
            (Change(("They spoke for an hour.",), ("They spoke for two hours.",)),),
            id="one sentence",
        ),
        pytest.param(OLD + " It rained.", (Change((), ("It rained.",)),), id="added at the end"),
        pytest.param(OLD.replace("\n\nNobody said more.", ""), (Change(("Nobody said more.",), ()),), id="removed"),
        pytest.param(OLD.replace("Monday. They", "Monday.\n\nThey"), (), id="only divided otherwise"),
    ],
)
def test_what_changed_is_told_by_sentences(new: str, expected: tuple[Change, ...]) -> None:
    assert changes(OLD, new) == expected


sentences = st.lists(st.sampled_from(["Talks near", "They met.", "It rained.", "Nobody came."]), max_size=12)


@settings(max_examples=200, deadline=None)
@given(sentences, sentences)
def test_removing_and_adding_what_it_says_turns_one_text_into_the_other(old: list[str], new: list[str]) -> None:
    found = changes("\n\n".join(old), "\n\n".join(new))
    removed = [sentence for change in found for sentence in change.removed]
    added = [sentence for change in found for sentence in change.added]
    assert sorted([*new, *removed]) == sorted([*old, *added])
    assert (found == ()) == (old == new)
