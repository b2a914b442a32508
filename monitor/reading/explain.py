"""Says why an article was read as it was, as data and as text. Reads it again without each claim; decides nothing."""

import msgspec

from monitor.reading.model import TITLE, Claim, Document, PastMeeting, Reader, Reading, Span, Watch
from monitor.statuses import Signal

_MOST = 6
"""Claims that are left out one at a time, the strongest first: each costs one more reading."""


class Without(msgspec.Struct, frozen=True):
    """What the article would have said without one sentence."""

    sentence: Span
    signal: Signal
    confidence: float


class Explanation(msgspec.Struct, frozen=True):
    """Why an article was read as it was."""

    reading: Reading
    for_it: tuple[Claim, ...]
    """The claims that say what the reading says, the strongest first."""
    against_it: tuple[Claim, ...]
    """The claims that say something else about a current meeting."""
    changes: tuple[Without, ...]
    """The sentences without which the signal would have been another one."""


def explain(document: Document, watch: Watch, reader: Reader) -> Explanation:
    """Read an article and say what spoke for the result, what against it, and what would have changed it."""
    reading = reader.read(document, watch)
    claims = sorted(reading.claims, key=lambda claim: -claim.confidence)
    changes = []
    for claim in claims[:_MOST]:
        again = reader.read(without(document, claim.evidence), watch)
        if again.signal is not reading.signal:
            changes.append(Without(claim.evidence, again.signal, again.confidence))
    return Explanation(
        reading,
        for_it=tuple(claim for claim in claims if claim.signal is reading.signal),
        against_it=tuple(claim for claim in claims if claim.signal is not reading.signal),
        changes=tuple(changes),
    )


def without(document: Document, span: Span) -> Document:
    """The document with one sentence cut out; the numbers of the paragraphs stay."""
    if span.paragraph == TITLE:
        title = document.title[: span.start] + document.title[span.end :]
        return msgspec.structs.replace(document, title=title)
    paragraphs = list(document.paragraphs)
    text = paragraphs[span.paragraph]
    paragraphs[span.paragraph] = text[: span.start] + text[span.end :]
    return msgspec.structs.replace(document, paragraphs=tuple(paragraphs))


def as_text(explanation: Explanation) -> str:
    """The explanation for a person at a terminal."""
    reading = explanation.reading
    lines = [
        f"signal      {reading.signal.value} ({reading.confidence:.2f}, {reading.reader})",
        f"venue       {reading.venue or 'unknown'}",
        f"date        {reading.date or 'unknown'}",
        f"said by     {reading.speaker.value}",
    ]
    if reading.evidence:
        lines.append(f"rests on    {_where(reading.evidence)}: {reading.evidence.text}")
    lines += [f"earlier     {_past(past)}" for past in reading.background]
    lines += [f"also        {claim.signal.value}: {claim.evidence.text}" for claim in reading.also]
    for heading, claims in (("speaks for it", explanation.for_it), ("speaks against it", explanation.against_it)):
        if claims:
            lines += ["", heading, *(line for claim in claims for line in _claim(claim))]
    if explanation.changes:
        lines += ["", "would have changed it"]
        lines += [f"  without {_where(c.sentence)}: {c.signal.value} ({c.confidence:.2f})" for c in explanation.changes]
    return "\n".join(lines) + "\n"


def _claim(claim: Claim) -> list[str]:
    head = f"  {claim.signal.value} {claim.confidence:.2f}, {_where(claim.evidence)}: {claim.evidence.text}"
    return [head, *(f"      {line}" for line in claim.why)]


def _where(span: Span) -> str:
    return "title" if span.paragraph == TITLE else f"paragraph {span.paragraph + 1}"


def _past(past: PastMeeting) -> str:
    return f"{past.venue or 'somewhere'}, {past.date or 'some time ago'}"
