"""From statements to the article's reading: signal, venue, date, background, evidence. Reads no text."""

from collections.abc import Sequence
from datetime import date, timedelta

from monitor.reading.claims import Statement
from monitor.reading.model import TITLE, Claim, PastMeeting, Reading
from monitor.reading.times import When
from monitor.statuses import Signal, Speaker

_POSITION = {TITLE: 1.0, 0: 1.0, 1: 0.95, 2: 0.85, 3: 0.75}
_LATE = 0.65
_FURTHEST = (Signal.HELD, Signal.CANCELLED, Signal.POSTPONED, Signal.AGREED, Signal.PROPOSED)


def strength(statement: Statement) -> float:
    """How much a statement counts, 0 to 1: its cue, its place in the article, whether it is surely about them."""
    place = _POSITION.get(statement.line.sentence.paragraph, _LATE)
    cue = min(1.0, statement.cue.weight / 4)
    return cue * place * (1.0 if statement.sure else 0.6)


def compose(statements: Sequence[Statement], published: date | None, reader: str) -> Reading:
    """The reading of one article by rules alone."""
    current = [
        s for s in statements if not s.past and s.signal is not Signal.NONE and s.speaker is not Speaker.OUTSIDER
    ]
    signal, votes = _signal(current)
    claims = tuple(_claim(s, published) for s in statements if not s.past)
    background = _background(statements)
    if signal is Signal.NONE:
        return Reading(Signal.NONE, reader, confidence=0.6, background=background, claims=claims)
    best = [s for s in current if s.signal is signal]
    proof = max(best, key=lambda s: strength(s) + 0.25 * s.scene.both + 0.1 * (s.line.sentence.paragraph != TITLE))
    total = sum(votes.values())
    return Reading(
        signal,
        reader,
        venue=_venue(proof, current),
        date=_date(proof, current, published),
        evidence=proof.line.sentence.span(),
        speaker=proof.speaker,
        confidence=round(0.35 + 0.5 * votes[signal] / total, 3),
        background=background,
        claims=claims,
    )


def _signal(current: Sequence[Statement]) -> tuple[Signal, dict[Signal, float]]:
    """The furthest status that is asserted strongly enough beside the others."""
    votes: dict[Signal, float] = {}
    for statement in current:
        votes[statement.signal] = votes.get(statement.signal, 0.0) + strength(statement)
    if not votes:
        return Signal.NONE, votes
    top = max(votes.values())
    for signal in _FURTHEST:
        if votes.get(signal, 0.0) >= max(0.3, 0.6 * top):
            return signal, votes
    return max(votes, key=lambda signal: votes[signal]), votes


def _claim(statement: Statement, published: date | None) -> Claim:
    when = _when(statement, published)
    return Claim(
        statement.signal,
        statement.line.sentence.span(),
        venue=_place(statement),
        date=when.iso if when else None,
        speaker=statement.speaker,
        confidence=round(strength(statement), 3),
        why=(f"cue: {statement.cue.name} ({statement.cue.words})", f"rewritten: {statement.scene.text}"),
    )


def _place(statement: Statement) -> str | None:
    spots = [s for s in statement.spots if s.weight >= 0.5]
    best = max(spots, key=lambda s: (s.weight, not s.country), default=None)
    return best.name if best else None


def _when(statement: Statement, published: date | None) -> When | None:
    whens = statement.whens
    if published and not statement.past:
        if statement.signal is Signal.HELD:
            whens = tuple(w for w in whens if published - timedelta(days=10) <= w.last and w.first <= published)
        else:
            whens = tuple(w for w in whens if w.last >= published)
    return min(whens, key=lambda w: w.grain, default=None)


def _venue(proof: Statement, others: Sequence[Statement]) -> str | None:
    for statement in (proof, *sorted(others, key=lambda s: (s.signal is not proof.signal, -strength(s)))):
        if place := _place(statement):
            return place
    return None


def _date(proof: Statement, others: Sequence[Statement], published: date | None) -> str | None:
    ordered = (proof, *sorted(others, key=lambda s: (s.signal is not proof.signal, -strength(s))))
    whens = [w for s in ordered if s.signal is proof.signal and (w := _when(s, published))]
    best = min(whens, key=lambda w: w.grain, default=None)
    if best is None and proof.signal is Signal.HELD and published:
        return f"{published:%Y-%m}"
    return best.iso if best else None


def _background(statements: Sequence[Statement]) -> tuple[PastMeeting, ...]:
    found: list[PastMeeting] = []
    for statement in statements:
        if not statement.past:
            continue
        when = min(statement.whens, key=lambda w: w.grain, default=None)
        past = PastMeeting(_place(statement), when.iso if when else None, statement.line.sentence.span())
        if past.venue or past.date:
            found.append(past)
    return tuple(found)
