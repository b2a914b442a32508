"""The day of publication worked out from what the text says."""

from datetime import date

import pytest

from scrapers.dating import work_out


def days(*paragraphs, captions=(), latest=None):
    found = work_out(paragraphs, captions, latest)
    return found and (str(found.first), str(found.last))


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param(
            (
                "US National Security Adviser John Bolton spoke to reporters on July 12.",
                "The leaders last met in November 2017.",
            ),
            ("2018-07-12", "2018-07-13"),
            id="a past day in the term of the one named",
        ),
        pytest.param(
            (
                "John Bolton, the US national security adviser, is to travel.",
                "The Kremlin confirmed it on Saturday, June 16.",
            ),
            ("2018-06-16", "2018-06-17"),
            id="a weekday pins the year",
        ),
        pytest.param(
            (
                "MOSCOW, April 2 (Agency) - An aide spoke.",
                "Press secretary Sarah Sanders confirmed it. In 2017 they met.",
            ),
            ("2018-04-02", "2018-04-02"),
            id="dateline",
        ),
        pytest.param(
            ("President-elect Joe Biden spoke on the phone on Thursday, aides said.",),
            ("2020-11-12", "2021-01-14"),
            id="an office held for weeks",
        ),
    ],
)
def test_what_follows_from_the_text(paragraphs, expected):
    assert days(*paragraphs) == expected


@pytest.mark.parametrize(
    "paragraphs",
    [
        pytest.param(("The leaders spoke on Thursday, an aide said on Friday.",), id="weekdays alone"),
        pytest.param(("They met on July 16.",), id="a day of an unknown year"),
        pytest.param(("President Vladimir Putin spoke on July 16.",), id="a term of many years"),
        pytest.param(("National Security Adviser John Bolton said they will meet on July 16.",), id="a day to come"),
        pytest.param(("Former national security adviser John Bolton wrote on July 16.",), id="no longer in office"),
        pytest.param((), id="no text"),
    ],
)
def test_what_does_not_follow_stays_unknown(paragraphs):
    assert days(*paragraphs) is None


def test_a_caption_can_tell_which_years_are_past():
    text = (
        "Sarah Sanders, the press secretary, spoke.",
        "The call was made on March 20, and aides confirmed it on March 20.",
    )
    assert days(*text) is None
    assert days(*text, captions=("The leaders in Danang, 2017",)) == ("2018-03-20", "2018-03-21")


def test_the_answer_is_a_range_of_days_in_order():
    found = work_out(("President-elect Donald Trump was called on Monday, he said.", "They met in 2019."))
    assert found is not None
    assert date(2024, 11, 5) < found.first < found.last < date(2025, 1, 20)
    assert found.first.weekday() == found.last.weekday() == 0
