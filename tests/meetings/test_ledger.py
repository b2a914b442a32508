"""Meetings of the past, mentioned in passing: each once in the ledger, none of them a step of any track."""

import pytest

from monitor.meetings.fold import fold
from monitor.meetings.model import Policy
from monitor.statuses import Signal
from tests.meetings.telling import story

CASES = {
    "once, however often": (
        "2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Vienna 2017-07-07",
        [("Vienna", "2017-07-07")],
    ),
    "a country and its city": (
        "2018-03-01 none < Russia 2017\n2018-03-02 none < Sochi 2017-07-07",
        [("Sochi", "2017-07-07")],
    ),
    "a year and its day": (
        "2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Vienna 2017",
        [("Vienna", "2017-07-07")],
    ),
    "a place alone": ("2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Vienna", [("Vienna", "2017-07-07")]),
    "a day misread by one": (
        "2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Vienna 2017-07-08",
        [("Vienna", "2017-07-08")],
    ),
    "two in one city": (
        "2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Vienna 2016-07-07",
        [("Vienna", "2016-07-07"), ("Vienna", "2017-07-07")],
    ),
    "two in one year": (
        "2018-03-01 none < Vienna 2017-07-07\n2018-03-02 none < Sochi 2017-11-11",
        [("Vienna", "2017-07-07"), ("Sochi", "2017-11-11")],
    ),
    "neither place nor time": ("2018-03-01 none < 2017-45", []),
    "a day to come": ("2018-03-01 none < Vienna 2018-07-16", []),
}


@pytest.mark.parametrize(("lines", "ledger"), CASES.values(), ids=CASES)
def test_past_meetings(lines: str, ledger: list[tuple[str | None, str | None]]) -> None:
    state = fold("w", story(lines), Policy())
    assert [(m.venue, m.date) for m in state.meetings] == ledger
    assert all(m.background and m.status is Signal.HELD for m in state.meetings)
    assert state.changes == ()


def test_a_mention_of_a_meeting_that_was_followed_adds_none() -> None:
    lines = "2018-07-16 held Helsinki 2018-07-16\n2018-07-25 none < Finland 2018-07\n2018-07-26 none < Helsinki"
    (meeting,) = fold("w", story(lines), Policy()).meetings
    assert (meeting.id, meeting.background) == ("w-1", False)


def test_a_mention_of_the_past_never_moves_the_open_meeting() -> None:
    lines = "2018-06-28 agreed Helsinki 2018-07-16\n2018-07-20 none < Helsinki 2018-07-16"
    state = fold("w", story(lines), Policy())
    assert [(m.id, m.status) for m in state.meetings] == [("w-1", Signal.AGREED), ("w-past-1", Signal.HELD)]
