"""Which meeting a report moves, rule by rule of the codebook; every report is official, so each counts at once."""

import pytest

from monitor.meetings.fold import fold
from monitor.meetings.model import Policy
from tests.meetings.telling import story, told

CASES = {
    "a whole life": (
        """
        2018-03-20 proposed
        2018-06-27 agreed
        2018-06-28 agreed Helsinki 2018-07-16
        2018-07-16 held Helsinki 2018-07-16
        """,
        ["1 proposed 1", "2 agreed 1", "4 held 1"],
    ),
    "repeats are no changes": (
        "2018-03-20 proposed\n2018-03-21 proposed\n2018-06-27 agreed\n2018-06-28 agreed",
        ["1 proposed 1", "3 agreed 1"],
    ),
    "steps may be skipped": ("2018-07-16 held Helsinki 2018-07-16", ["1 held 1"]),
    "talk after an agreement does not undo it": (
        "2018-06-27 agreed Helsinki\n2018-06-30 proposed Helsinki",
        ["1 agreed 1"],
    ),
    "a meeting moved to another city is the same": (
        """
        2018-04-01 proposed Vienna
        2018-06-28 agreed Helsinki 2018-07-16
        2018-07-01 agreed Geneva
        2018-07-16 held Geneva 2018-07-16
        """,
        ["1 proposed 1", "2 agreed 1", "4 held 1"],
    ),
    "a meeting moved to another day is the same": (
        "2023-06-02 agreed Vienna 2023-07-21\n2023-07-13 agreed Vienna 2023-07-15\n2023-07-16 held Vienna 2023-07-15",
        ["1 agreed 1", "3 held 1"],
    ),
    "two future meetings named at once": (
        """
        2018-06-01 agreed Helsinki 2018-06-12 + proposed Moscow
        2018-06-12 held Helsinki 2018-06-12
        2018-06-20 agreed Moscow 2018-09-01
        """,
        ["1 agreed 1", "1 proposed 2", "2 held 1", "3 agreed 2"],
    ),
    "a nearer meeting beside the one agreed": (
        """
        2021-11-19 agreed Geneva 2021-12-15
        2021-11-23 agreed Sochi 2021-11-26 + agreed Geneva 2021-12-15
        2021-11-26 held Sochi 2021-11-26
        2021-12-15 held Geneva 2021-12-14
        """,
        ["1 agreed 1", "2 agreed 2", "3 held 2", "4 held 1"],
    ),
    "the further meeting takes the open track, the main one a new one": (
        "2012-11-07 proposed Moscow 2013\n2013-04-15 agreed Vienna 2013-06 + agreed Moscow 2013-09",
        ["1 proposed 1", "2 agreed 2", "2 agreed 1"],
    ),
    "held, and the next one wished for": (
        "2025-10-26 held Vienna 2025-10-26 + proposed\n2025-11-10 proposed",
        ["1 held 1", "1 proposed 2"],
    ),
    "a further meeting without place or time, beside a plan, is an echo of the plan": (
        "2025-10-01 agreed Vienna 2025-10-26 + proposed",
        ["1 agreed 1"],
    ),
    "revived within 45 days": (
        "2018-05-10 agreed Vienna 2018-06-12\n2018-05-24 cancelled\n2018-06-01 agreed Vienna 2018-06-12",
        ["1 agreed 1", "2 cancelled 1", "3 agreed 1"],
    ),
    "put off and agreed again within 45 days": (
        "2018-05-10 agreed Vienna 2018-06-12\n2018-05-24 postponed\n2018-06-20 agreed Vienna 2018-07-01",
        ["1 agreed 1", "2 postponed 1", "3 agreed 1"],
    ),
    "agreed again after 46 days is a new meeting": (
        "2018-05-10 agreed Vienna\n2018-05-24 cancelled\n2018-07-09 agreed Vienna",
        ["1 agreed 1", "2 cancelled 1", "3 agreed 2"],
    ),
    "put off and agreed again after 46 days is a new meeting": (
        "2018-05-10 agreed Vienna\n2018-05-24 postponed\n2018-07-09 agreed Vienna",
        ["1 agreed 1", "2 postponed 1", "3 agreed 2"],
    ),
    "a proposal after a cancellation opens a new track": (
        "2018-05-10 agreed Vienna\n2018-05-24 cancelled\n2018-06-01 proposed",
        ["1 agreed 1", "2 cancelled 1", "3 proposed 2"],
    ),
    "a proposal after a meeting opens a new track": (
        "2018-07-16 held Helsinki 2018-07-16\n2018-07-19 proposed Moscow",
        ["1 held 1", "2 proposed 2"],
    ),
    "a meeting planned for a day to come opens a new track on the day of the last": (
        "2018-07-16 held Helsinki 2018-07-16\n2018-07-16 proposed Moscow 2019-05-09",
        ["1 held 1", "2 proposed 2"],
    ),
    "a proposal beside one that was put off, for another city": (
        "2018-07-19 proposed Vienna\n2018-07-25 postponed Vienna\n2018-07-27 proposed Moscow",
        ["1 proposed 1", "2 postponed 1", "3 proposed 2"],
    ),
    "a proposal repeated after it was put off": (
        "2018-07-19 proposed Vienna\n2018-07-25 postponed Vienna\n2018-07-27 proposed Vienna",
        ["1 proposed 1", "2 postponed 1"],
    ),
    "off before anything was heard of it": (
        "2022-11-25 cancelled Vienna 2022-12-07\n2022-11-29 cancelled Vienna 2022-12-07",
        ["1 cancelled 1"],
    ),
    "put off, then off": (
        "2018-05-10 agreed Vienna\n2018-05-24 postponed\n2018-05-30 cancelled",
        ["1 agreed 1", "2 postponed 1", "3 cancelled 1"],
    ),
    "off is not put off": (
        "2018-05-10 agreed Vienna\n2018-05-24 cancelled\n2018-05-25 postponed",
        ["1 agreed 1", "2 cancelled 1"],
    ),
    "a cancellation recalled months later": (
        "2022-12-15 proposed\n2023-03-16 cancelled\n2023-08-10 cancelled",
        ["1 proposed 1", "2 cancelled 1"],
    ),
    "another meeting is off than the one agreed": (
        "2022-11-20 agreed Sochi 2022-11-29\n2022-11-25 cancelled Vienna 2022-12-20\n2022-11-29 held Sochi 2022-11-29",
        ["1 agreed 1", "2 cancelled 2", "3 held 1"],
    ),
    "held is final": (
        "2018-07-16 held Helsinki 2018-07-16\n2018-07-17 cancelled Helsinki 2018-07-16\n2018-07-18 postponed",
        ["1 held 1"],
    ),
    "days of reporting after a meeting": (
        """
        2018-07-16 held Helsinki 2018-07-16
        2018-07-17 held
        2018-07-20 held Helsinki
        2018-07-23 held Helsinki 2018-07-16
        2018-07-29 held
        """,
        ["1 held 1"],
    ),
    "a meeting of two days": (
        "1986-10-11 held Vienna 1986-10-11\n1986-10-13 held Vienna 1986-10-12",
        ["1 held 1"],
    ),
    "an old plan told after the meeting": (
        "2018-07-16 held Helsinki 2018-07-16\n2018-07-17 agreed Helsinki 2018-07-16\n2018-07-18 agreed",
        ["1 held 1"],
    ),
    "a plan for a day long past": ("2018-09-01 agreed Helsinki 2018-07-16", []),
    "a meeting of long ago is no news": ("2019-01-30 held Helsinki 2018-07-16", []),
    "a next meeting held two weeks after the last": (
        "2015-11-15 held Vienna 2015-11-15\n2015-11-30 held Geneva 2015-11-30",
        ["1 held 1", "2 held 2"],
    ),
    "a meeting nobody announced does not use up the one agreed for months later": (
        "2015-07-10 agreed Moscow 2016\n2015-12-25 held Moscow 2015-12-25\n2016-09-28 cancelled Moscow 2016",
        ["1 agreed 1", "2 held 2", "3 cancelled 1"],
    ),
    "a lapsed agreement is not what is agreed now": (
        "2020-01-10 agreed Vienna 2020-02-01\n2020-05-01 agreed Geneva 2020-06-01",
        ["1 agreed 1", "2 agreed 2"],
    ),
    "a wish may outlive the date first wished for": (
        "2021-06-17 proposed Vienna 2021-10\n2022-06-01 proposed\n2022-06-20 proposed Geneva 2022-11",
        ["1 proposed 1"],
    ),
    "a wish years later is another": ("2019-09-25 proposed\n2024-09-23 proposed", ["1 proposed 1", "2 proposed 2"]),
    "a wish fades when another meeting is held": (
        "2018-07-27 proposed Moscow\n2019-06-28 held Vienna 2019-06-28\n2019-07-20 proposed Moscow",
        ["1 proposed 1", "2 held 2", "3 proposed 3"],
    ),
    "an agreed visit stands when another meeting is held": (
        "2018-07-27 agreed Moscow\n2018-10-28 held Vienna 2018-10-28\n2018-11-10 agreed Moscow",
        ["1 agreed 1", "2 held 2"],
    ),
    "cancelled, and held after all": (
        "2018-05-10 agreed Vienna 2018-06-12\n2018-05-24 cancelled\n2018-06-12 held Vienna 2018-06-12",
        ["1 agreed 1", "2 cancelled 1", "3 held 1"],
    ),
    "a city and its country are one place": (
        "2022-10-06 held Vienna 2022-10-06\n2022-10-26 proposed Russia 2022-10\n2022-10-31 held Sochi 2022-10-31",
        ["1 held 1", "2 proposed 2", "3 held 2"],
    ),
    "a proposal elsewhere, in an article that does not name the meeting agreed, opens no second track": (
        "2018-06-28 agreed Helsinki 2018-07-16\n2018-07-10 proposed Moscow 2018-09-01\n2018-07-16 held Helsinki",
        ["1 agreed 1", "3 held 1"],
    ),
    "nothing of theirs": ("2018-03-20 none", []),
}


@pytest.mark.parametrize(("lines", "changes"), CASES.values(), ids=CASES)
def test_report_moves_its_meeting(lines: str, changes: list[str]) -> None:
    assert told(fold("w", story(lines), Policy())) == changes


def test_undated_news_of_another_place_long_after_an_undated_plan_is_another_meeting() -> None:
    state = fold("w", story("2001-07-17 agreed Moscow\n2001-08-28 agreed Vienna 2001-09"), Policy())
    assert [(m.venue, m.date) for m in state.meetings] == [("Moscow", None), ("Vienna", "2001-09")]


PLACED = {
    "the city replaces its country": ("2018-06-20 proposed Russia\n2018-06-27 agreed Sochi", "Sochi", None),
    "a country does not replace its city": ("2018-06-20 proposed Sochi\n2018-06-27 agreed Russia", "Sochi", None),
    "the day replaces the month": ("2018-06-20 proposed 2018-07\n2018-06-27 agreed 2018-07-16", None, "2018-07-16"),
    "a month does not replace its day": ("2018-06-20 agreed 2018-07-16\n2018-06-27 agreed 2018-07", None, "2018-07-16"),
    "a plan is not for a day gone by": (
        "2018-06-20 agreed 2018-07-16\n2018-06-27 agreed 2018-06-23",
        None,
        "2018-07-16",
    ),
    "a wish is not for today": ("2018-06-20 proposed 2018-06-20", None, None),
    "talk of another place does not move what is agreed": (
        "2018-06-20 agreed Vienna 2018-07-16\n2018-06-27 proposed Sochi 2018-09",
        "Vienna",
        "2018-07-16",
    ),
    "held on the day agreed for": ("2018-06-20 agreed 2018-07-16\n2018-07-17 held", None, "2018-07-16"),
    "held a day early": ("2021-12-01 agreed 2021-12-15\n2021-12-15 held 2021-12-14", None, "2021-12-14"),
    "held without a word of the day": ("2018-07-17 held Vienna", "Vienna", "2018-07"),
    "held around the turn of a month": ("2018-08-01 held Vienna", "Vienna", None),
    "held, the day told later": ("2018-08-01 held Vienna\n2018-08-02 held Vienna 2018-07-31", "Vienna", "2018-07-31"),
    "nobody has met in a week's time": ("2018-07-17 held Vienna 2018-07-24", "Vienna", "2018-07"),
    "a date that is none": ("2018-06-20 agreed 2018-13-77", None, None),
}


@pytest.mark.parametrize(("lines", "venue", "date"), PLACED.values(), ids=PLACED)
def test_place_and_time_are_the_finest_told(lines: str, venue: str | None, date: str | None) -> None:
    (meeting,) = fold("w", story(lines), Policy()).meetings
    assert (meeting.venue, meeting.date) == (venue, date)
