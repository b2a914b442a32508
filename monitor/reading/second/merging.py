"""One reading from two opinions: the reader's and a language model's. Pure; the same two give the same reading."""

from math import exp, log
from typing import Final

from msgspec.structs import replace

from monitor.reading.model import Claim, Reading, Span
from monitor.reading.second.answer import Answer
from monitor.statuses import Signal, Speaker

TRUST: Final = 0.8
"""How likely an accepted answer is right: an assumption, set below what careful large models reach and far above what
the smallest do. A first reading that is surer than this keeps its signal."""
_SUREST: Final = 0.995


def merged(first: Reading, answer: Answer, by: str) -> Reading:
    """The reading after the answer of `by` (model and prompt version) to the question what the article says.

    Two independent opinions: where they agree, their log odds add up; where they differ, the surer one stands with the
    difference. A first reading of less than one half speaks against nothing.
    """
    odds = max(_odds(first.confidence), 0.0)
    reader = f"{first.reader}+{by}"
    claims = (*first.claims, *_claim(first, answer, by))
    if answer.signal is first.signal:
        return replace(
            first,
            reader=reader,
            venue=first.venue or answer.venue,
            date=first.date or answer.date,
            evidence=first.evidence or answer.evidence,
            confidence=_probability(odds + _odds(TRUST)),
            claims=claims,
        )
    if odds > _odds(TRUST):
        return replace(first, reader=reader, confidence=_probability(odds - _odds(TRUST)), claims=claims)
    confidence = _probability(_odds(TRUST) - odds)
    if answer.evidence is None:
        return Reading(Signal.NONE, reader, confidence=confidence, background=first.background, claims=claims)
    return replace(
        first,
        signal=answer.signal,
        reader=reader,
        venue=answer.venue or first.venue,
        date=answer.date or first.date,
        evidence=answer.evidence,
        speaker=_speaker(first, answer.evidence),
        confidence=confidence,
        also=tuple(claim for claim in first.also if claim.signal is not answer.signal),
        claims=claims,
    )


def _claim(first: Reading, answer: Answer, by: str) -> tuple[Claim, ...]:
    if answer.evidence is None:
        return ()
    return (
        Claim(
            answer.signal,
            answer.evidence,
            answer.venue,
            answer.date,
            _speaker(first, answer.evidence),
            TRUST,
            (f"second reader: {by}",),
        ),
    )


def _speaker(first: Reading, evidence: Span) -> Speaker:
    """Who the first reader found to stand behind these words; a language model is not asked for it."""
    for claim in first.claims:
        if _overlap(claim.evidence, evidence):
            return claim.speaker
    if first.evidence is not None and _overlap(first.evidence, evidence):
        return first.speaker
    return Speaker.OUTLET


def _overlap(one: Span, other: Span) -> bool:
    return one.paragraph == other.paragraph and one.start < other.end and other.start < one.end


def _odds(probability: float) -> float:
    kept = min(max(probability, 1 - _SUREST), _SUREST)
    return log(kept / (1 - kept))


def _probability(odds: float) -> float:
    return round(1 / (1 + exp(-odds)), 3)
