"""The terminal's timeline: lanes under years, plain when piped."""

from datetime import UTC, datetime

import pytest

from monitor.cli.drawing import draw_timeline
from monitor.meetings.fold import fold
from monitor.meetings.model import Observation, Policy, Report
from monitor.statuses import Signal, Speaker


def told(day: str, signal: Signal, venue: str | None = None, date: str | None = None) -> Observation:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Observation(day, at, day, Report(signal, venue, date, "They said so.", Speaker.OFFICIAL))


STORY = [
    told("2018-04-02", Signal.PROPOSED, "Washington"),
    told("2018-06-28", Signal.AGREED, "Helsinki", "2018-07-16"),
    told("2018-07-16", Signal.HELD, "Helsinki", "2018-07-16"),
]


def test_a_meeting_is_a_lane_from_its_proposal_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    draw_timeline([fold("ada-bela", STORY, Policy())], datetime(2019, 1, 1, tzinfo=UTC))
    (lane,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Helsinki, 2018-07-16")]
    drawn = lane.removeprefix("Helsinki, 2018-07-16").strip()
    assert drawn.startswith("┄")
    assert "┄━" in drawn
    assert drawn.endswith("━●")
    assert drawn.count("┄") > drawn.count("━") > drawn.count("●")


def test_what_is_piped_holds_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    draw_timeline([fold("ada-bela", STORY, Policy())], datetime(2019, 1, 1, tzinfo=UTC))
    assert "\x1b" not in capsys.readouterr().out


def test_a_watch_without_a_meeting_has_no_picture(capsys: pytest.CaptureFixture[str]) -> None:
    draw_timeline([fold("no-news", [], Policy())], datetime(2019, 1, 1, tzinfo=UTC))
    assert "2019" not in capsys.readouterr().out
