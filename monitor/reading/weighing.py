"""Weighs what the encoder and the rules found into one signal with a confidence. Loads nothing."""

import math
from collections.abc import Mapping, Sequence

from monitor.reading.encoder import LABELS, SIGNALS, Opinion
from monitor.statuses import Signal

_NOTHING = (LABELS.index("none"), LABELS.index("background"), LABELS.index("other-future"))
_FLOOR = 0.005
"""Probabilities are not let nearer to 0 or 1: one sure sentence must not outweigh all the others."""

Finding = Mapping[str, float]
"""What speaks for one signal, by name: the names are those of the fitted weights."""


Weights = Mapping[str, float]
"""How much each finding counts, for whichever signal it speaks; fitted by `training.stack`."""


def findings(opinion: Opinion, rules: Mapping[str, float]) -> dict[Signal, Finding]:
    """For each signal what speaks for it; `rules` is what `compose.features` gives."""
    return {signal: _for_signal(signal, number, opinion, rules) for number, signal in enumerate(SIGNALS)}


def _for_signal(signal: Signal, number: int, opinion: Opinion, rules: Mapping[str, float]) -> Finding:
    said = [_said(signal, number, sentence) for sentence in opinion.sentences]
    nothing = signal is Signal.NONE
    rule_sum = sum(value for name, value in rules.items() if name.startswith("rules-"))
    return {
        "article": math.log(max(opinion.article[number], _FLOOR)),
        "strongest": _log_odds(min(said) if nothing else max(said)),
        "rules": math.exp(-rule_sum) if nothing else min(2.0, rules.get(f"rules-{signal.value}", 0.0)),
    }


def _said(signal: Signal, number: int, sentence: Sequence[float]) -> float:
    return sum(sentence[i] for i in _NOTHING) if signal is Signal.NONE else sentence[number]


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _FLOOR), 1 - _FLOOR)
    return math.log(kept / (1 - kept))


def settle(found: Mapping[Signal, Finding], weights: Weights) -> dict[Signal, float]:
    """The probability of each signal; they add up to 1."""
    scores = {s: sum(weights[name] * value for name, value in finding.items()) for s, finding in found.items()}
    top = max(scores.values())
    raised = {signal: math.exp(score - top) for signal, score in scores.items()}
    total = sum(raised.values())
    return {signal: value / total for signal, value in raised.items()}
