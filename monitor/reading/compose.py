"""From what the sentences say to the article's reading: signal, venue, date, background, evidence.

Works on the rules' findings alone or together with a learned classifier's probabilities; loads no model.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from monitor.reading.background import Belief, background
from monitor.reading.claims import Told
from monitor.reading.mentions import Kind, Line
from monitor.reading.model import TITLE, Claim, PastMeeting, Reading, Span
from monitor.reading.scene import MULTILATERAL
from monitor.reading.time_rules import Grain
from monitor.reading.times import When
from monitor.reading.venues import Gazetteer, Spot
from monitor.statuses import PartialDate, Signal, Speaker

_POSITION = {TITLE: 1.0, 0: 1.0, 1: 0.95, 2: 0.85, 3: 0.75}
_LATE = 0.65
_FURTHEST = (Signal.HELD, Signal.CANCELLED, Signal.POSTPONED, Signal.AGREED, Signal.PROPOSED)
_GRAIN = {Grain.DAY: 1.0, Grain.DAYS: 0.9, Grain.MONTH: 0.6, Grain.SEASON: 0.4, Grain.YEAR: 0.3}
_RECENT = timedelta(days=12)
"""A meeting read as held lies at most so far back."""
_REPEATED = 0.5
"""How much each further mention of a place counts beside its best one."""
_MEETING_WORD = re.compile(
    r"\b(?:meet\w*|met|summits?|talks|sit|sat|see|saw|host\w*|receiv\w+|encounter|visit\w*"
    r"|invit\w+|face-to-face|bilateral|dinner|lunch)\b",
    re.IGNORECASE,
)
_SIDELINES = re.compile(
    r"\b(?:sidelines?|margins?|fringes?|edges?|during|at|attend\w*|for) (?:of )?(?:the )?[\w' -]{0,20}$", re.IGNORECASE
)


_NOISE = re.compile(
    r"\W*(?:FILE|File photo|Related|Read (?:more|also|next)|See also|More|Watch|Also|Photo"
    r"|Image|Caption|Comments?|Advertisement|Recommended|Trending|Most read|Sign up)\b[ :/-]"
    r"|[\w.-]{3,20}: [a-z]|.* \| .* \| "
)
"""How captions, links to other stories and readers' comments begin."""
_ENCOUNTER = re.compile(r"UNIT|OURS|EVENT")
_ASKS = re.compile(r"\?[\"'\s]*$")
_SHORT = 45
"""Characters below which a sentence seldom says who did what."""
_LONGEST_QUOTE = 420
_SUBORDINATE = re.compile(
    r"\b(?:when|since|after|as|where|while|before) (?:(?:Alpha|Beta|Both|they|last"
    r"|first) )+UNITED|(?:after|since|following) [^,]{0,40}OURS"
)


def strength(told: Told) -> float:
    """How much a sentence counts by rules, 0 to 1: its cue, its place in the article, whether it is surely theirs."""
    if told.cue is None or told.speaker is Speaker.OUTSIDER:
        return 0.0
    place = _LATE / 3 if _NOISE.match(told.line.plain) else _POSITION.get(told.line.sentence.paragraph, _LATE)
    return min(1.0, told.cue.weight / 4) * place * (1.0 if told.sure else 0.6)


def votes(told: Sequence[Told]) -> dict[Signal, float]:
    """The sum of the rules' strengths for each signal."""
    sums = dict.fromkeys(_FURTHEST, 0.0)
    for sentence in told:
        if sentence.signal is not Signal.NONE:
            sums[sentence.signal] += strength(sentence)
    return sums


def verdict(told: Sequence[Told]) -> tuple[Signal, float]:
    """The signal by rules alone, with a confidence: the furthest status asserted strongly beside the others."""
    sums = votes(told)
    top = max(sums.values())
    if top == 0:
        return Signal.NONE, 0.6
    if _told_as_news(told) < 0.5 and top > sums[Signal.HELD]:
        sums[Signal.HELD] = 0.0
    signal = next(s for s in _FURTHEST if sums[s] >= max(min(0.3, top), 0.6 * top))
    if signal in (Signal.AGREED, Signal.PROPOSED) and (denied := _denied(told)) > top:
        signal = Signal.CANCELLED if sums[Signal.AGREED] > 0.5 else Signal.NONE
        return signal, round(0.35 + 0.5 * denied / (denied + top), 3)
    return signal, round(0.35 + 0.5 * sums[signal] / sum(sums.values()), 3)


def _told_as_news(told: Sequence[Told]) -> float:
    """How strongly the first lines say that the two have met: a meeting told only further down is background."""
    return sum(
        strength(t) * (0.4 if _SUBORDINATE.search(t.scene.text) else 1.0)
        for t in told
        if t.signal is Signal.HELD and (t.line.sentence.paragraph <= 1 or re.search("TODAY|LATELY", t.scene.text))
    )


def _denied(told: Sequence[Told]) -> float:
    """How strongly the first lines say that there is no meeting."""
    return sum(strength(t) for t in told if t.cue and t.cue.status is Signal.NONE and t.line.sentence.paragraph <= 1)


def compose(
    told: Sequence[Told],
    published: date | None,
    places: Gazetteer,
    reader: str,
    judged: tuple[Signal, float] | None = None,
    beliefs: Sequence[Belief] | None = None,
) -> Reading:
    """The reading of one article.

    `judged` is the signal with its confidence when a learned reader has settled it, else the rules settle it;
    `beliefs` are its probabilities for each sentence, by label: the signals, `background` and `other-future`.
    """
    signal, confidence = judged or verdict(told)
    weights = [_support(told[i], signal, beliefs[i] if beliefs else None) for i in range(len(told))]
    earlier = background(told, published, places, signal is Signal.HELD, beliefs)
    claims = _claims(told, published, beliefs)
    if signal is Signal.NONE or not told:
        return Reading(signal, reader, confidence=confidence, background=earlier, claims=claims)
    proof = max(range(len(told)), key=lambda i: _convincing(told[i], weights[i]))
    current = _without_earlier(told, weights, earlier)
    venue, day = _venue(current, weights, signal, places), _date(current, weights, signal, published)
    return Reading(
        signal,
        reader,
        venue=venue,
        date=day,
        evidence=_quoted(told, proof),
        speaker=told[proof].speaker,
        confidence=confidence,
        background=tuple(past for past in earlier if not _is_current(past, signal, venue, day, places)),
        also=_also(told, signal, published, beliefs),
        claims=claims,
    )


def _without_earlier(
    told: Sequence[Told], weights: Sequence[float], earlier: Sequence[PastMeeting]
) -> tuple[Told, ...]:
    """The sentences, those marked as past that tell of an earlier meeting and hardly of the current one."""
    spans = {past.evidence for past in earlier}
    return tuple(
        msgspec.structs.replace(sentence, past=True)
        if weight < 0.3 and sentence.line.sentence.span() in spans
        else sentence
        for sentence, weight in zip(told, weights, strict=True)
    )


def _support(told: Told, signal: Signal, belief: Belief | None) -> float:
    """How far a sentence stands behind the signal, 0 to 1."""
    rules = strength(told) if told.signal is signal else 0.0
    return rules if belief is None else 0.8 * belief.get(signal.value, 0.0) + 0.2 * rules


def _convincing(told: Told, weight: float) -> float:
    """How well the sentence alone would convince: it says the status, names both who meet, and is no question."""
    pair = _names_both(told.line)
    factor = 1 + 0.35 * pair + 0.3 * bool(pair and _ENCOUNTER.search(told.scene.text))
    factor *= 0.5 if _ASKS.search(told.line.plain) else 1.0
    factor *= 0.8 if told.line.sentence.paragraph == TITLE else 1.0
    return weight * factor * (0.8 if len(told.line.plain) < _SHORT else 1.0)


def _quoted(told: Sequence[Told], number: int) -> Span:
    """The sentence, together with the one before it where only that one says who is meant."""
    here, span = told[number].line, told[number].line.sentence.span()
    if number == 0 or _names_both(here):
        return span
    line = told[number - 1].line
    before = line.sentence.span()
    joined = _names_both(line) and before.paragraph == span.paragraph and span.end - before.start <= _LONGEST_QUOTE
    return here.sentence.since(before) if joined else span


def _names_both(line: Line) -> bool:
    """Whether two principals are named, by whatever words but a pronoun."""
    return len({n for m in line.mentions if m.kind in (Kind.NAME, Kind.OFFICE, Kind.PAIR) for n in m.who}) > 1


def _fit(told: Told, start: int) -> float:
    """How closely a time or place stands to the meeting: near a word of meeting, and not to another conference."""
    text = told.line.plain
    near = min((abs(hit.start() - start) for hit in _MEETING_WORD.finditer(text)), default=120)
    fit = 1.0 - min(near, 120) / 300
    for hit in MULTILATERAL.finditer(text):
        if 0 <= start - hit.end() <= 25 and not _SIDELINES.search(text[: hit.start()]):
            fit *= 0.4
    return fit


def _around(told: Sequence[Told], weights: Sequence[float], number: int) -> float:
    """The weight of a sentence for when and where: its own, or a part of its neighbours'."""
    sentence = told[number]
    if sentence.past:
        return weights[number]
    own = max(
        weights[number], 0.15 if sentence.scene.pair and not sentence.past else 0.0, 0.1 if sentence.scene.both else 0.0
    )
    beside = [weights[i] for i in (number - 1, number + 1) if 0 <= i < len(told)]
    return max(own, 0.35 * max(beside, default=0.0))


def _possible(when: When, signal: Signal, published: date | None) -> bool:
    if published is None:
        return True
    if signal is Signal.HELD:
        return when.last >= published - _RECENT and when.first <= published + timedelta(days=1)
    said_today = when.grain is Grain.DAY and when.first == published and signal is not Signal.AGREED
    return when.last >= published and not said_today


def _nearness(when: When, signal: Signal, published: date | None) -> float:
    """How likely the day is by its distance alone: what was held was held lately, what is settled is not for today."""
    if published is None:
        return 1.0
    if signal is Signal.HELD:
        return 1 / (1 + max(0, (published - when.first).days) / 6)
    return 0.4 if when.first == published else 1.0


def _date(told: Sequence[Told], weights: Sequence[float], signal: Signal, published: date | None) -> PartialDate | None:
    """The day that fits best, over all sentences; one named twice counts more."""
    scores: dict[PartialDate, float] = {}
    for number, sentence in enumerate(told):
        for when in sentence.whens:
            if _possible(when, signal, published):
                score = _around(told, weights, number) * _GRAIN[when.grain] * _fit(sentence, when.start)
                scores[when.iso] = scores.get(when.iso, 0.0) + score * _nearness(when, signal, published)
    best = max(scores, key=lambda iso: scores[iso], default=None)
    sure = best is not None and scores[best] >= 0.05
    if signal is Signal.HELD and published and not (sure and best and len(best) >= 7):
        return f"{published:%Y-%m}"
    return best if sure else None


def _venue(told: Sequence[Told], weights: Sequence[float], signal: Signal, places: Gazetteer) -> str | None:
    """The place that fits best; a city beats its country, and what contains another candidate adds to it."""
    named: dict[str, list[float]] = {}
    for number, sentence in enumerate(told):
        for spot in sentence.spots:
            score = _around(told, weights, number) * spot.weight * (0.5 if spot.home else 1.0)
            score = score * _fit(sentence, spot.start) + _standing(sentence, spot)
            named.setdefault(spot.name, []).append(score * (0.75 if spot.country else 1.0))
        if signal is Signal.HELD and (place := places.dateline(sentence.line.sentence.text)):
            here = re.search(r"\bhere\b", sentence.line.plain) and weights[number] > 0.3
            named.setdefault(place, []).append(0.6 if here else 0.2)
    scores = {name: max(values) + _REPEATED * (sum(values) - max(values)) for name, values in named.items()}
    for name in list(scores):
        if not places.is_country(name):
            scores[name] += sum(scores.get(larger, 0.0) for larger in places.chain(name) - {name})
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] >= 0.12 else None


def _standing(told: Told, spot: Spot) -> float:
    """What a place has by being named at all: in the headline much, a principal's own capital nothing."""
    if spot.weight < 0.5 or spot.home or told.past:
        return 0.0
    return 0.15 if told.line.sentence.paragraph == TITLE else 0.06


def _claims(told: Sequence[Told], published: date | None, beliefs: Sequence[Belief] | None) -> tuple[Claim, ...]:
    """Every sentence that was weighed, for the record and for `explain`."""
    claims = []
    for number, sentence in enumerate(told):
        belief = beliefs[number] if beliefs else {}
        if (sentence.cue and not sentence.past) or _label(belief) is not None:
            claims.append(_claim(sentence, published, belief))
    return tuple(claims)


def _label(belief: Belief) -> str | None:
    """The label other than `none` that is believed, if one is believed enough to be told."""
    label = max(belief, key=lambda name: belief[name] * (name != "none"), default="none")
    return label if label != "none" and belief[label] >= 0.3 else None


def _claim(told: Told, published: date | None, belief: Belief) -> Claim:
    label = _label(belief)
    signal = Signal(label) if label in frozenset(Signal) else told.signal
    whens = [when for when in told.whens if _possible(when, signal, published)]
    when = min(whens, key=lambda w: w.grain, default=None)
    spots = [spot for spot in told.spots if spot.weight >= 0.5]
    spot = max(spots, key=lambda s: (s.weight, not s.country), default=None)
    return Claim(
        signal,
        told.line.sentence.span(),
        venue=spot.name if spot else None,
        date=when.iso if when else None,
        speaker=told.speaker,
        confidence=round(belief.get(signal.value, 0.0) if belief else strength(told), 3),
        why=_why(told, belief),
    )


def _why(told: Told, belief: Belief) -> tuple[str, ...]:
    """One line for each layer that had a say."""
    believed = sorted(((p, name) for name, p in belief.items() if p >= 0.05), reverse=True)[:3]
    learned = (f"learned: {', '.join(f'{name} {p:.2f}' for p, name in believed)}",) if believed else ()
    cue = (f"cue: {told.cue.name} → {told.cue.status.value} ({told.cue.words})",) if told.cue else ()
    against = tuple(f"against: {other.name} → {other.status.value} ({other.words})" for other in told.against[:2])
    past = ("time: too far back to be news, or told as an earlier meeting",) if told.past else ()
    return (f"rewritten: {told.scene.text}", *learned, *cue, *past, *against, f"speaker: {told.speaker.value}")


def _is_current(
    past: PastMeeting, signal: Signal, venue: str | None, day: PartialDate | None, places: Gazetteer
) -> bool:
    """Whether a mention of an earlier meeting is of the very meeting that the article reports as held."""
    if signal is not Signal.HELD:
        return False
    apart = past.venue and venue and not places.same(past.venue, venue)
    if past.date is None or day is None:
        return not apart
    return not apart and (past.date.startswith(day) or day.startswith(past.date))


def _also(
    told: Sequence[Told], signal: Signal, published: date | None, beliefs: Sequence[Belief] | None
) -> tuple[Claim, ...]:
    """A further meeting beside the current one: after a meeting held, the next that is wished or settled."""
    further: list[tuple[float, Claim]] = []
    for number, sentence in enumerate(told):
        believed = beliefs[number].get("other-future", 0.0) if beliefs else 0.0
        wished = signal is Signal.HELD and sentence.sure and sentence.signal in (Signal.PROPOSED, Signal.AGREED)
        if believed >= 0.5 or (wished and beliefs is None):
            claim = _claim(sentence, published, {})
            settled = claim.signal is Signal.AGREED or (claim.signal is not Signal.PROPOSED and claim.date is not None)
            status = Signal.AGREED if settled else Signal.PROPOSED
            weight = max(believed, strength(sentence))
            further.append((weight, msgspec.structs.replace(claim, signal=status, confidence=round(weight, 3))))
    return (max(further, key=lambda pair: pair[0])[1],) if further else ()


def features(told: Sequence[Told]) -> Mapping[str, float]:
    """What the rules found, as numbers for a learned reader that settles the signal."""
    sums = votes(told)
    title = next((t.signal for t in told if t.line.sentence.paragraph == TITLE), Signal.NONE)
    return {
        **{f"rules-{signal.value}": value for signal, value in sums.items()},
        **{f"title-{signal.value}": float(title is signal) for signal in _FURTHEST},
        "denied": sum(t.cue.weight for t in told if t.cue and t.cue.status is Signal.NONE),
        "past": float(sum(t.past for t in told)),
        "pair": float(sum(t.scene.pair for t in told)),
        "both": float(sum(t.scene.both for t in told)),
        "foreign": float(sum(t.scene.foreign for t in told)),
        "call": float(sum(t.scene.call for t in told)),
        "ahead": float(sum("AHEAD" in t.scene.text and t.scene.pair for t in told)),
        "lately": float(sum("LATELY" in t.scene.text and t.scene.pair for t in told)),
    }
