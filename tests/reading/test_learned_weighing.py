"""How the encoder's votes become probabilities, and how they are weighed with the rules' findings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.encoder import LABELS, SIGNALS, Opinion, opinion
from monitor.reading.weighing import findings, settle
from monitor.statuses import Signal

OUTPUTS = len(LABELS) + len(SIGNALS) + 2
WEIGHTS = {"article": 1.0, "strongest": 0.3, "rules": 1.0}


def one_hot(label: str, sure: float = 0.93) -> tuple[float, ...]:
    rest = (1 - sure) / (len(LABELS) - 1)
    return tuple(sure if name == label else rest for name in LABELS)


def said(article: Signal, *sentences: str) -> Opinion:
    signals = tuple(0.8 if s is article else 0.04 for s in SIGNALS)
    return Opinion(signals, tuple(map(one_hot, sentences)), (1 / len(sentences),) * len(sentences))


ARTICLES = {
    "all agree": (said(Signal.AGREED, "agreed", "agreed", "none"), {}, Signal.AGREED),
    "nothing of theirs": (said(Signal.NONE, "none", "background", "none"), {}, Signal.NONE),
    "late paragraph": (
        said(Signal.PROPOSED, "none", "none", "none", "proposed"),
        {"rules-proposed": 0.6},
        Signal.PROPOSED,
    ),
    "sentences outvote a doubtful article": (
        Opinion((0.3, 0.3, 0.32, 0.03, 0.03, 0.02), (one_hot("proposed"), one_hot("proposed")), (0.5, 0.5)),
        {},
        Signal.PROPOSED,
    ),
    "rules decide between two": (
        Opinion((0.02, 0.45, 0.45, 0.04, 0.02, 0.02), (one_hot("none", 0.3), one_hot("none", 0.3)), (0.5, 0.5)),
        {"rules-agreed": 1.5, "rules-proposed": 0.0, "pair": 2.0},
        Signal.AGREED,
    ),
}


@pytest.mark.parametrize(("heard", "rules", "signal"), ARTICLES.values(), ids=ARTICLES.keys())
def test_the_article_says_what_its_sentences_say(heard: Opinion, rules: dict[str, float], signal: Signal) -> None:
    settled = settle(findings(heard, rules), WEIGHTS)
    assert max(settled, key=lambda s: settled[s]) is signal
    assert sum(settled.values()) == pytest.approx(1.0)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_votes_become_probabilities(lengths: list[int], seed: int) -> None:
    generator = np.random.default_rng(seed)
    judged = [generator.normal(0, 4, (n, OUTPUTS)).astype(np.float32) for n in lengths]
    found = opinion(judged, temperature=1.0)
    assert len(found.sentences) == len(found.shares) == len(lengths)
    for probabilities in (found.article, found.shares, *found.sentences):
        assert sum(probabilities) == pytest.approx(1.0, abs=0.002)
        assert min(probabilities) >= 0.0


def test_a_higher_temperature_makes_the_article_less_sure() -> None:
    votes = [np.zeros((3, OUTPUTS), dtype=np.float32)]
    votes[0][:, len(LABELS) + 1] = 4.0
    assert max(opinion(votes, 2.0).article) < max(opinion(votes, 1.0).article)


def test_a_token_with_weight_speaks_for_its_sentence() -> None:
    votes = np.zeros((2, OUTPUTS), dtype=np.float32)
    votes[0, LABELS.index("held")] = votes[1, LABELS.index("agreed")] = 5.0
    votes[1, len(LABELS)] = 8.0
    (sentence,) = opinion([votes], 1.0).sentences
    assert LABELS[int(np.argmax(sentence))] == "agreed"


def test_a_sentence_without_tokens_says_nothing() -> None:
    votes = np.ones((2, OUTPUTS), dtype=np.float32)
    found = opinion([votes[:0], votes], 1.0)
    assert found.sentences[0] == one_hot("none", 1.0)
    assert found.shares == (0.0, 1.0)
