"""A watch that is followed for years folds at once, and takes one more article in no time."""

from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

import pytest

from monitor.meetings.fold import Folding, fold, in_order
from monitor.meetings.model import Observation, Policy, Report
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal

ARTICLES = 20_000
LIFE = [Signal.PROPOSED] * 6 + [Signal.AGREED] * 8 + [Signal.HELD] * 4
"""What is said of one meeting, in order, by every second article."""


def years_of_news() -> list[Observation]:
    chance = Random(7)
    return [_article(n, chance) for n in range(ARTICLES)]


def _article(n: int, chance: Random) -> Observation:
    published = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n)
    at = n // 4 % (4 * len(LIFE))
    signal = LIFE[at // 4] if chance.random() < 0.5 else Signal.NONE
    if chance.random() < 0.1:
        signal = chance.choice(list(Signal))
    day = published + timedelta(days=(4 * len(LIFE) - at) // 2)
    report = Report(signal, chance.choice(["Vienna", None]), day.date().isoformat(), confidence=chance.random())
    past = PastMeeting(chance.choice(["Geneva", "Rome"]), str(chance.randint(1980, 2009)))
    return Observation(f"a{n}", published, chance.choice("abcdefgh"), report, background=(past,))


@pytest.mark.slow
@pytest.mark.parametrize("policy", [Policy(), Policy(voices=1, least_certainty=0.8)], ids=["voices", "certainty"])
def test_twenty_thousand_articles_fold_within_a_second(policy: Policy) -> None:
    seen = years_of_news()
    began = process_time()
    state = fold("w", seen, policy)
    took = process_time() - began
    assert len(state.verdicts) == ARTICLES
    assert len(state.changes) > 100
    assert took < 1


@pytest.mark.slow
def test_one_more_article_costs_what_it_costs_and_not_the_whole_past() -> None:
    *past, last = in_order(years_of_news())
    folding = Folding("w", Policy())
    for seen in past:
        folding.add(seen)
    began = process_time()
    folding.add(last)
    assert process_time() - began < 0.01
