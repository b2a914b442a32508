"""The state follows from the articles, not from how they came in; and what holds of every state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import decode, encode
from msgspec.structs import replace

from monitor.meetings.fold import NOTHING, STEPS, Folding, Memory, Stepper, fold, in_order
from monitor.meetings.history import History
from monitor.meetings.ledger import Ledger, Noted
from monitor.meetings.model import Observation, Policy, Report, WatchState
from monitor.meetings.places import Places
from monitor.reading.model import PastMeeting
from monitor.reading.venues import gazetteer
from monitor.statuses import Signal, Speaker
from tests.meetings.telling import story, told

START = datetime(2018, 1, 1, tzinfo=UTC)
POLICIES = (Policy(), Policy(voices=1, least_certainty=0.7), Policy(voices=3, proposed_voices=2, least_confidence=0.5))

dates = st.none() | st.dates(START.date(), (START + timedelta(days=500)).date()).map(str)
dates = dates | dates.map(lambda day: day and day[:7])
venues = st.none() | st.sampled_from(["Vienna", "Sochi", "Russia", "Moscow", "Helsinki", "Geneva"])
reports = st.builds(
    Report,
    st.sampled_from(Signal),
    venues,
    dates,
    st.none(),
    st.sampled_from(Speaker),
    st.floats(0, 1),
)


@st.composite
def articles(draw: st.DrawFn) -> list[Observation]:
    days = draw(st.lists(st.integers(0, 400), max_size=15))
    return [
        Observation(
            article=f"a{n:03}",
            published=START + timedelta(days=day),
            voice=draw(st.sampled_from("abcde")),
            main=draw(reports),
            also=tuple(draw(st.lists(reports, max_size=2))),
            background=tuple(draw(st.lists(st.builds(PastMeeting, venues, dates), max_size=2))),
            corrected=draw(st.integers(0, 9)) == 0,
        )
        for n, day in enumerate(days)
    ]


policies = st.sampled_from(POLICIES)


def folded(seen: Sequence[Observation], policy: Policy) -> WatchState:
    return fold("w", seen, policy)


@given(articles(), policies, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_state(seen: list[Observation], policy: Policy, chance) -> None:  # type: ignore[no-untyped-def] # hypothesis names no public type
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert folded(shuffled, policy) == folded(seen, policy)


@given(articles(), policies)
def test_duplicates_change_nothing(seen: list[Observation], policy: Policy) -> None:
    assert folded([*seen, *seen[::2]], policy) == folded(seen, policy)


@given(articles(), policies, st.integers(0, 400))
def test_an_article_that_says_nothing_changes_no_meeting(seen: list[Observation], policy: Policy, day: int) -> None:
    nothing = Observation("b", START + timedelta(days=day), "z", Report(Signal.NONE))
    before, after = folded(seen, policy), folded([*seen, nothing], policy)
    assert (after.meetings, after.changes, after.current) == (before.meetings, before.changes, before.current)


@given(articles(), policies)
def test_adding_at_the_end_is_folding_anew(seen: list[Observation], policy: Policy) -> None:
    folding = Folding("w", policy)
    for each in sorted(seen, key=lambda s: (s.published, s.article)):
        folding.add(each)
    assert folding.state() == folded(seen, policy)


@given(articles(), policies, st.integers(1, 5))
def test_a_fold_goes_on_from_its_memory_as_if_it_had_never_stopped(
    seen: list[Observation], policy: Policy, every: int
) -> None:
    places, ordered = Places(gazetteer()), in_order(seen)
    history, noted, memory, ledger = History("w"), list[Noted](), encode(NOTHING), Ledger("w", places)
    for start in range(0, len(ordered), every):
        ledger = Ledger("w", places)
        for note in noted:
            ledger.recall(note)
        stepper = Stepper("w", policy, places, ledger, decode(memory, type=Memory))
        for each in ordered[start : start + every]:
            step = stepper.step(each)
            noted += step.noted
            history.add(step)
        memory = encode(stepper.memory())
    assert history.state(ledger) == folded(seen, policy)


@given(articles(), policies)
def test_every_change_rests_on_articles_that_exist(seen: list[Observation], policy: Policy) -> None:
    state, known = folded(seen, policy), {s.article: s for s in seen}
    for change in (*state.changes, *filter(None, [state.unconfirmed])):
        assert change.at == known[change.article].published
        assert change.supporters[-1] == change.article
        assert set(change.supporters) <= known.keys()
        assert change.voices == len({known[a].voice for a in change.supporters})
        assert 0 <= change.confidence <= 1
    assert len(state.verdicts) == len(seen)


@given(articles(), policies)
def test_statuses_move_legally(seen: list[Observation], policy: Policy) -> None:
    state = folded(seen, policy)
    for meeting in state.meetings:
        status = Signal.NONE
        for change in meeting.changes:
            assert change.previous is status
            assert change.status in STEPS[status]
            assert change.meeting == meeting.id
            status = change.status
        assert meeting.background or meeting.status is status
    assert sorted(c.at for c in state.changes) == [c.at for c in state.changes]
    assert len({m.id for m in state.meetings}) == len(state.meetings)


@given(articles(), policies)
def test_the_past_is_not_touched_by_what_comes_later(seen: list[Observation], policy: Policy) -> None:
    ordered = sorted(seen, key=lambda s: (s.published, s.article))
    early = folded(ordered[: len(ordered) // 2], policy)
    assert folded(ordered, policy).changes[: len(early.changes)] == early.changes


@dataclass
class Late:
    """A story as it came in, the last line late, and the changes with it in its place."""

    lines: str
    changes: list[str]


LATE = {
    "the agreement was reported earlier": Late(
        "2018-06-20 proposed\n2018-06-28 agreed Helsinki 2018-07-16\n2018-06-27 agreed Helsinki",
        ["1 proposed 1", "3 agreed 1"],
    ),
    "the proposal before the agreement": Late("2018-06-28 agreed\n2018-06-20 proposed", ["2 proposed 1", "1 agreed 1"]),
    "a meeting before the next proposal": Late(
        "2018-03-01 proposed Moscow\n2018-09-01 proposed Moscow\n2018-04-01 held Moscow 2018-04-01",
        ["1 proposed 1", "3 held 1", "2 proposed 2"],
    ),
    "an old repeat": Late(
        "2018-06-27 agreed\n2018-07-16 held Vienna 2018-07-16\n2018-07-01 agreed", ["1 agreed 1", "2 held 1"]
    ),
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_an_article_that_comes_late_is_put_in_its_place(late: Late) -> None:
    assert told(fold("w", story(late.lines), Policy())) == late.changes


def test_a_late_article_is_not_added_at_the_end() -> None:
    late, first = story("2018-06-27 agreed\n2018-06-28 agreed")
    folding = Folding("w", Policy())
    folding.add(first)
    with pytest.raises(ValueError, match="001 is not later than 002: fold anew"):
        folding.add(late)


def test_a_correction_replaces_the_reading_of_its_article() -> None:
    (read,) = story("2018-06-27 agreed")
    corrected = replace(read, main=replace(read.main, signal=Signal.PROPOSED), corrected=True)
    for seen in ([read, corrected], [corrected, read]):
        assert told(folded(seen, Policy())) == ["1 proposed 1"]


def test_as_of_is_the_fold_of_what_was_published_by_then() -> None:
    seen = story("2018-06-20 proposed\n2018-06-27 agreed\n2018-07-16 held")
    by_june = [s for s in seen if s.published < datetime(2018, 7, 1, tzinfo=UTC)]
    assert told(folded(by_june, Policy())) == ["1 proposed 1", "2 agreed 1"]
