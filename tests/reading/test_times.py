"""Time expressions are resolved as a reader of that day would: which days, how exactly, which way."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.times import find

CASES = {
    "day ahead": ("They will meet on July 16", "2018-06-28", "2018-07-16"),
    "day past": ("He called him on March 20", "2018-04-02", "2018-03-20"),
    "British order": ("on 16 July the two will meet", "2018-06-28", "2018-07-16"),
    "with year": ("Sunday, 25 March 2018", "2018-03-26", "2018-03-25"),
    "two days": ("They will meet on February 27 and 28", "2019-02-06", "2019-02-27"),
    "numeric": ("Date: 2018-07-16", "2018-06-28", "2018-07-16"),
    "over the turn of the year": ("They will meet on January 5", "2018-12-20", "2019-01-05"),
    "weekday ahead": ("He is expected in Sochi on Monday", "2023-08-31", "2023-09-04"),
    "weekday past": ("They met on Tuesday", "2018-07-18", "2018-07-17"),
    "weekday of saying": ("The Kremlin said on Friday that it was ready", "2018-08-04", "2018-08-03"),
    "next weekday": ("the talks next Wednesday", "2021-09-23", "2021-09-29"),
    "weekday of next week": ("pencilled in for Friday next week", "2017-06-29", "2017-07-07"),
    "a week from a weekday": ("Trump meets Putin a week from Monday", "2018-07-06", "2018-07-16"),
    "weeks from today": ("two weeks from today in Finland", "2018-07-02", "2018-07-16"),
    "the day after tomorrow": ("He hosts him the day after tomorrow", "2023-11-13", "2023-11-15"),
    "the evening before": ("They had signed the evening before.", "2018-09-17", "2018-09-16"),
    "years ago today": ("Two years ago today they strolled", "2020-06-12", "2018-06-12"),
    "ordinal alone": ("off to Washington on 17th", "2025-04-10", "2025-04-17"),
    "next month": ("a meeting next month", "2018-06-21", "2018-07"),
    "part of a month": ("He will be in Beijing in mid-May", "2026-03-01", "2026-05"),
    "end of a month": ("towards the end of February", "2019-01-18", "2019-02"),
    "month in the past": ("They met in Osaka in June 2019", "2025-01-01", "2019-06"),
    "last month of a name": ("since last November", "2025-02-10", "2024-11"),
    "month fixed for": ("a summit fixed for November", "2019-10-24", "2019-11"),
    "weekend": ("He may come this weekend", "2024-07-05", "2024-07-06"),
    "season": ("They will meet in the autumn", "2018-07-20", "2018"),
    "next year": ("not before next year", "2018-06-25", "2019"),
    "the verb may is no month": ("He may go and he may not", "2018-06-25", None),
    "the mayor is no month": ("for the mayor of Sochi", "2018-06-25", None),
    "a number of countries is no day": ("leaders of 30 countries", "2018-06-25", None),
}


@pytest.mark.parametrize(("text", "on", "expected"), CASES.values(), ids=CASES.keys())
def test_an_expression_is_resolved(text: str, on: str, expected: str | None) -> None:
    assert [when.iso for when in find(text, date.fromisoformat(on))] == ([expected] if expected else [])


def test_without_a_day_of_publication_only_full_dates_are_resolved() -> None:
    assert [w.iso for w in find("On Monday, July 16 2018 and in May", None)] == ["2018-07-16"]


@given(
    st.text(alphabet="0123456789 /.-thJulyMayondsrextaigo,", max_size=60), st.dates(date(1946, 1, 1), date(2040, 1, 1))
)
def test_any_text_gives_valid_days_in_order(text: str, on: date) -> None:
    found = find(text, on)
    assert all(when.first <= when.last and text[when.start : when.end] for when in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(when.iso in (f"{when.first:%Y-%m-%d}", f"{when.first:%Y-%m}", f"{when.first:%Y}") for when in found)
