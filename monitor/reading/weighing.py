"""Weighs what the encoder and the rules found into one signal with a confidence. Loads nothing."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from monitor.reading.encoder import LABELS, SIGNALS, Opinion
from monitor.reading.model import TITLE
from monitor.statuses import Signal

_NOTHING = (LABELS.index("none"), LABELS.index("background"), LABELS.index("other-future"))
_FLOOR = 0.005
"""Probabilities are not let nearer to 0 or 1: one sure sentence must not outweigh all the others."""

Finding = Mapping[str, float]
"""What speaks for one signal, by name: the names are those of the fitted weights."""


class Weights(msgspec.Struct, frozen=True):
    """Fitted by `training.stack` on articles that the encoder had not seen."""

    findings: Mapping[str, float]
    """How much each finding counts, for whichever signal it speaks."""
    bias: Mapping[str, float]
    """What is added for each signal."""


def findings(opinion: Opinion, paragraphs: Sequence[int], rules: Mapping[str, float]) -> dict[Signal, Finding]:
    """For each signal what speaks for it.

    `paragraphs[i]` is the paragraph of sentence `i`; `rules` is what `compose.features` gives.
    """
    return {signal: _for_signal(signal, number, opinion, paragraphs, rules) for number, signal in enumerate(SIGNALS)}


def _for_signal(
    signal: Signal, number: int, opinion: Opinion, paragraphs: Sequence[int], rules: Mapping[str, float]
) -> Finding:
    said = [_said(signal, number, sentence) for sentence in opinion.sentences]
    first = [p for p, paragraph in zip(said, paragraphs, strict=False) if paragraph <= 1]
    title = [p for p, paragraph in zip(said, paragraphs, strict=False) if paragraph == TITLE]
    nothing = signal is Signal.NONE
    most = min if nothing else max
    rule_sum = sum(value for name, value in rules.items() if name.startswith("rules-"))
    return {
        "article": math.log(max(opinion.article[number], _FLOOR)),
        "weighed": _log_odds(sum(p * share for p, share in zip(said, opinion.shares, strict=True))),
        "strongest": _log_odds(most(said)),
        "first lines": _log_odds(most(first)) if first else 0.0,
        "title": _log_odds(title[0]) if title else 0.0,
        "rules": math.exp(-rule_sum) if nothing else min(2.0, rules.get(f"rules-{signal.value}", 0.0)),
    }


def _said(signal: Signal, number: int, sentence: Sequence[float]) -> float:
    return sum(sentence[i] for i in _NOTHING) if signal is Signal.NONE else sentence[number]


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _FLOOR), 1 - _FLOOR)
    return math.log(kept / (1 - kept))


def settle(found: Mapping[Signal, Finding], weights: Weights) -> dict[Signal, float]:
    """The probability of each signal; they add up to 1."""
    scores = {
        signal: weights.bias[signal.value] + sum(weights.findings[name] * value for name, value in finding.items())
        for signal, finding in found.items()
    }
    top = max(scores.values())
    raised = {signal: math.exp(score - top) for signal, score in scores.items()}
    total = sum(raised.values())
    return {signal: value / total for signal, value in raised.items()}
