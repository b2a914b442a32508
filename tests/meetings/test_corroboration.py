"""How many voices, how sure, and who: when a report becomes a change, and what is shown until then."""

import pytest

from monitor.meetings.fold import fold
from monitor.meetings.model import Policy, WatchState
from monitor.statuses import Signal, Speaker
from tests.meetings.telling import story, told

PLAN = "2018-06-01 agreed Vienna 2018-06-12 !"
STRICT = Policy(voices=2, proposed_voices=1, official_suffices=True, sure_confidence=1.1, least_certainty=0.0)
WEIGHED = Policy(voices=1, least_certainty=0.8)


def fold_press(lines: str, policy: Policy, speaker: Speaker = Speaker.OUTLET) -> WatchState:
    return fold("w", story(lines, speaker), policy)


CASES = {
    "one outlet is not enough": ("2018-06-27 agreed", STRICT, []),
    "two outlets are, at the second": ("2018-06-27 agreed\n2018-06-28 agreed", STRICT, ["2 agreed 1"]),
    "copies of one dispatch are one voice": ("2018-06-27 agreed @wire\n2018-06-28 agreed @wire", STRICT, []),
    "a proposal needs one": ("2018-06-27 proposed", STRICT, ["1 proposed 1"]),
    "two outlets a month and more apart do not add up": ("2018-06-01 agreed\n2018-07-20 agreed", STRICT, []),
    "two outlets on two different steps do not add up": (
        f"{PLAN}\n2018-06-02 cancelled\n2018-06-03 postponed",
        STRICT,
        ["1 agreed 1"],
    ),
    "a person needs no second voice": ("2018-06-27 agreed =0.1 !", STRICT, ["1 agreed 1"]),
    "a person is not outvoted": (
        f"{PLAN}\n2018-06-02 agreed\n2018-06-03 agreed\n2018-06-04 cancelled !",
        WEIGHED,
        ["1 agreed 1", "4 cancelled 1"],
    ),
    "a person may say that an old date is news": ("2018-09-01 held Vienna 2018-06-12 !", STRICT, ["1 held 1"]),
    "a person may say that it is nothing": (f"{PLAN}\n2018-06-02 none !", STRICT, ["1 agreed 1"]),
    "an unsure reading is not enough": ("2018-06-27 agreed Vienna =0.7", WEIGHED, []),
    "a sure one is": ("2018-06-27 agreed Vienna =0.95", WEIGHED, ["1 agreed 1"]),
    "two unsure ones together are": (
        "2018-06-27 agreed Vienna =0.75\n2018-06-28 agreed Vienna =0.75",
        WEIGHED,
        ["2 agreed 1"],
    ),
    "two unsure ones with one voice are not": (
        "2018-06-27 agreed Vienna =0.75 @wire\n2018-06-28 agreed Vienna =0.75 @wire",
        WEIGHED,
        [],
    ),
    "a meeting on the day agreed for is no surprise": (
        f"{PLAN}\n2018-06-12 held =0.6",
        WEIGHED,
        ["1 agreed 1", "2 held 1"],
    ),
    "a meeting before that day is": (f"{PLAN}\n2018-06-03 held =0.6", WEIGHED, ["1 agreed 1"]),
    "a meeting out of the blue is": ("2018-06-12 held =0.8", WEIGHED, []),
    "what repeats the standing status speaks against a step": (
        f"{PLAN}\n2018-06-02 cancelled =0.7\n2018-06-03 agreed =0.9\n2018-06-04 cancelled =0.7",
        WEIGHED,
        ["1 agreed 1"],
    ),
    "without it, two unsure voices suffice": (
        f"{PLAN}\n2018-06-02 cancelled =0.7\n2018-06-04 cancelled =0.7",
        WEIGHED,
        ["1 agreed 1", "3 cancelled 1"],
    ),
    "below the least confidence nothing counts": (
        "2018-06-27 proposed =0.3\n2018-06-28 proposed =0.3",
        Policy(least_confidence=0.4, least_certainty=0.0),
        [],
    ),
    "great certainty may stand for the second voice": (
        "2018-06-27 agreed Vienna =0.97",
        Policy(voices=2, sure_confidence=0.9),
        ["1 agreed 1"],
    ),
}


@pytest.mark.parametrize(("lines", "policy", "changes"), CASES.values(), ids=CASES)
def test_change_needs_its_voices(lines: str, policy: Policy, changes: list[str]) -> None:
    assert told(fold_press(lines, policy)) == changes


@pytest.mark.parametrize("step", ["agreed", "held", "postponed", "cancelled"])
def test_one_official_suffices_for_every_step(step: str) -> None:
    lines = f"2018-06-01 proposed Vienna\n2018-06-12 {step} Vienna"
    assert told(fold_press(lines, STRICT, Speaker.OFFICIAL)) == ["1 proposed 1", f"2 {step} 1"]
    assert told(fold_press(lines, STRICT)) == ["1 proposed 1"]


@pytest.mark.parametrize("speaker", [s for s in Speaker if s is not Speaker.OFFICIAL])
def test_who_is_not_official_of_either_side_needs_company(speaker: Speaker) -> None:
    assert told(fold_press("2018-06-27 agreed", STRICT, speaker)) == []


def test_a_watch_may_do_without_officials() -> None:
    policy = Policy(official_suffices=False, sure_confidence=1.1)
    assert told(fold_press("2018-06-27 agreed", policy, Speaker.OFFICIAL)) == []


DEFAULT = {
    "an outlet read with some doubt waits": ("2018-06-27 agreed Vienna =0.75", []),
    "an outlet read with little doubt does not": ("2018-06-27 agreed Vienna =0.85", ["1 agreed 1"]),
    "a second outlet ends the waiting": (
        "2018-06-27 agreed Vienna =0.7\n2018-06-28 agreed Vienna =0.7",
        ["2 agreed 1"],
    ),
    "two guesses are no knowledge": ("2018-06-27 agreed Vienna =0.45\n2018-06-28 agreed Vienna =0.5", []),
    "a proposal needs one fair reading": ("2018-06-27 proposed =0.65", ["1 proposed 1"]),
    "and not a poor one": ("2018-06-27 proposed =0.55", []),
}


@pytest.mark.parametrize(("lines", "changes"), DEFAULT.values(), ids=DEFAULT)
def test_the_default_policy(lines: str, changes: list[str]) -> None:
    assert told(fold_press(lines, Policy())) == changes


def test_a_change_is_dated_at_the_article_that_tipped_it_and_names_its_supporters() -> None:
    (change,) = fold_press("2018-06-27 agreed\n2018-06-27 none\n2018-06-29 agreed Vienna", STRICT).changes
    assert change.article == "003"
    assert change.at.isoformat() == "2018-06-29T00:00:00+00:00"
    assert change.supporters == ("001", "003")
    assert (change.voices, change.official, change.confirmed) == (2, False, True)
    assert change.evidence == "agreed Vienna"
    assert change.why == "2 independent voices, as many as needed."


def test_a_change_that_lacks_voices_is_shown_as_unconfirmed_until_they_come() -> None:
    waiting = fold_press("2018-06-20 proposed\n2018-06-27 agreed Vienna", STRICT)
    assert waiting.current is not None
    assert waiting.current.status is Signal.PROPOSED
    assert waiting.unconfirmed is not None
    assert (waiting.unconfirmed.status, waiting.unconfirmed.confirmed) == (Signal.AGREED, False)
    assert waiting.unconfirmed.why == "2 independent voices are needed."
    assert waiting.verdicts[1].reason == "Not yet a change. 2 independent voices are needed."
    confirmed = fold_press("2018-06-20 proposed\n2018-06-27 agreed Vienna\n2018-06-28 agreed", STRICT)
    assert confirmed.unconfirmed is None
    assert told(confirmed) == ["1 proposed 1", "3 agreed 1"]


@pytest.mark.parametrize(
    "later",
    ["2018-06-03 agreed =0.95\n2018-06-04 agreed =0.95", "2018-08-01 none"],
    ids=["the standing status is told again and again", "a month goes by"],
)
def test_an_unconfirmed_change_does_not_linger(later: str) -> None:
    rumour = f"{PLAN}\n2018-06-02 cancelled =0.7"
    assert fold_press(rumour, STRICT).unconfirmed is not None
    assert fold_press(f"{rumour}\n{later}", STRICT).unconfirmed is None


def test_the_current_status_is_that_of_the_main_claim() -> None:
    lines = "2018-06-12 held Vienna 2018-06-12 + proposed Moscow"
    current = fold_press(lines, STRICT, Speaker.OFFICIAL).current
    assert current is not None
    assert current.status is Signal.HELD
