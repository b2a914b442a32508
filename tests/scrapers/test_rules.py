"""A user's rules for a site find what they name, say what they do not find, and leave the rest to the general reading."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.article import SeedError
from scrapers.normalize import normalize
from scrapers.rules import PageRules, found_by
from scrapers.selectors import MAX_TAGS

SAID = "The envoys met again on Monday, officials said in the capital, and they will go on tomorrow morning."
MORE = "Nobody in the room wished to say what was decided, or whether there will be a statement afterwards."
PAGE = f"""<html><title>The Quay</title><h1>The Quay</h1><p class=hed> Envoys
meet </p><time class=when datetime=2021-04-29T20:15:00+02:00>today</time>
<div class=txt><p>{SAID}</p><div class="txt ad"><p>Buy now.</p></div></div><div class=txt><p>{MORE}</p></div>"""


@pytest.mark.parametrize(
    ("rules", "part", "value"),
    [
        ({"title": ".hed"}, "title", "Envoys meet"),
        ({"title": ".none, .hed"}, "title", "Envoys meet"),
        ({"date": ".when"}, "published", "2021-04-29T18:15:00Z"),
        ({"body": ".txt", "drop": ".ad"}, "paragraphs", (SAID, MORE)),
        ({"body": ".txt"}, "paragraphs", (SAID, "Buy now.", MORE)),
        ({"drop": "h1, title", "title": ".hed"}, "title", "Envoys meet"),
        ({}, "title", "The Quay"),
    ],
    ids=["title", "either", "date", "body and drop", "places within places once", "drop the rival", "none"],
)
def test_what_the_rules_name_is_taken(rules: dict[str, str], part: str, value: object) -> None:
    given_ = found_by(PageRules(**rules), PAGE)
    assert given_.missing == ()
    assert getattr(normalize(PAGE.encode(), given=given_), part) == value


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"title": "h7"}, "the rule title = 'h7' matches nothing"),
        ({"body": ".text"}, "the rule body = '.text' matches nothing"),
        ({"body": "img, br"}, "the rule body = 'img, br' matches nothing"),
        ({"date": ".hed"}, "the rule date = '.hed' matches no date"),
        ({"body": ".txt", "drop": "p"}, "the rule body = '.txt' matches no text"),
    ],
)
def test_what_a_rule_does_not_find_is_said_and_read_in_general(rules: dict[str, str], says: str) -> None:
    found = found_by(PageRules(**rules), PAGE)
    assert found.missing == (says,)
    assert normalize(found.html.encode(), given=found).title == "The Quay"


def test_a_rule_that_drops_nothing_is_no_fault() -> None:
    assert found_by(PageRules(drop=".promo"), PAGE).missing == ()


def test_rules_are_not_tried_on_a_page_without_end() -> None:
    found = found_by(PageRules(title="h1"), "<h1>x</h1>" * (MAX_TAGS + 1))
    assert found.title is None
    assert "not tried" in found.missing[0]


@pytest.mark.parametrize("key", ["title", "body", "date", "drop"])
@pytest.mark.parametrize("selector", ["div[", "p:nope()", "", ">", "x" * 501])
def test_what_is_no_selector_is_refused_by_its_key(key: str, selector: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=f"{key}|length"):
        msgspec.convert({key: selector}, PageRules)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<div class=txt>", "</div>", "<h1>", "word ", "<time class=when>"])))
def test_rules_on_any_markup_find_something_or_say_what_they_miss(pieces: list[str]) -> None:
    rules = PageRules(title="h1", body=".txt", date=".when")
    found = found_by(rules, "".join(pieces))
    assert len(found.missing) == 3 - sum(map(bool, (found.title, found.body, found.date)))
    try:
        normalize(b"<html>" + found.html.encode(), given=found)
    except SeedError:
        assert not found.title
