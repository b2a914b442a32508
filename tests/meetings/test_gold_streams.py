"""With a perfect reader, the fold gives every labelled change of the development streams and no other."""

from pathlib import Path

import pytest

from monitor.meetings.fold import fold
from monitor.meetings.model import Policy, WatchState
from monitor.statuses import Signal
from training.gold_streams import Stream, observations, read_stream, tally

DEV = Path(__file__).parents[2] / "training" / "data" / "dev"


def folded(stream: Stream) -> WatchState:
    return fold(stream.watch, observations(stream), Policy())


@pytest.fixture(params=sorted(folder.name for folder in DEV.iterdir()))
def stream(request: pytest.FixtureRequest) -> Stream:
    return read_stream(DEV / request.param)


def test_every_labelled_change_is_raised_at_its_article_and_no_other(stream: Stream) -> None:
    changes = [(c.article, c.status) for c in folded(stream).changes]
    assert sorted(changes) == sorted(stream.transitions)
    assert tally(stream, changes).f1 == 1


def test_held_meetings_have_the_labelled_dates(stream: Stream) -> None:
    held = {m["date"] for m in stream.gold["meetings"] if m["final"] == "held" and m.get("date")}
    background = {m["date"] for m in stream.gold["meetings"] if m.get("background")}
    meetings = folded(stream).meetings
    found = {m.date for m in meetings if m.status is Signal.HELD and not m.background}
    assert found == held - background


def test_past_meetings_stand_in_the_ledger_and_moved_nothing(stream: Stream) -> None:
    labels = {m["id"]: m for m in stream.gold["meetings"]}
    mentioned = {past for a in stream.gold["articles"].values() for past in a.get("background", ())}
    placed = {labels[past].get("date") for past in mentioned} - {None}
    in_state = {m.date for m in folded(stream).meetings if m.status is Signal.HELD}
    assert placed <= in_state
    assert all(not m.changes for m in folded(stream).meetings if m.background)


def test_there_are_five_streams() -> None:
    assert len(list(DEV.iterdir())) == 5
