"""Finds earlier meetings that an article mentions: their place and day. Says nothing of the current one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from monitor.reading.claims import Told
from monitor.reading.model import PastMeeting
from monitor.reading.times import Grain, When
from monitor.reading.venues import Gazetteer, Spot

Belief = Mapping[str, float]
"""What a learned classifier thinks of one sentence: a probability for each label."""
_STRONG = re.compile(
    r"\b(?:UNITED|OURS|EVENT)\b(?:(?!AHEAD|;).){0,110}\b(?:LONGAGO)\b|\bLONGAGO\b(?:(?!AHEAD|;).){0,110}\b(?:UNITED|OURS|EVENT)\b"
    r"|\b(?:last|previous|previously|earlier|first|only|second|third|already) (?:\w+ ){0,2}(?:UNITED|OURS|EVENT|time)\b"
    r"|\b(?:since|after) (?:\w+ ){0,4}(?:OURS|EVENT) (?:in|at) (?:PLACE|ATALPHA|ATBETA)"
)
_MEDIUM = re.compile(r"(?:PLACE|ATALPHA|ATBETA)\b[^;]{0,60}\bLONGAGO|\bLONGAGO\b[^;]{0,60}(?:PLACE|ATALPHA|ATBETA)\b")
_ACCEPTED = 0.5


class Earlier(msgspec.Struct, frozen=True):
    """A candidate, with how surely it is an earlier meeting of the principals."""

    meeting: PastMeeting
    strength: float


def background(
    told: Sequence[Told],
    published: date | None,
    places: Gazetteer,
    beliefs: Sequence[Belief] | None = None,
) -> tuple[PastMeeting, ...]:
    """The earlier meetings that the article mentions, each once, the best founded first.

    `beliefs` are a learned classifier's, one for each sentence; without them only clear wording counts.
    """
    found: list[Earlier] = []
    for number, sentence in enumerate(told):
        strength = _strength(sentence, _spoken_of(told, number))
        if beliefs is not None:
            belief = beliefs[number].get("background", 0.0)
            strength = 0.45 * strength + 0.75 * belief
        if strength >= _ACCEPTED:
            found += (Earlier(meeting, strength) for meeting in _meetings(told, number, published))
    return _once(sorted(found, key=lambda earlier: -earlier.strength), places)


def _spoken_of(told: Sequence[Told], number: int) -> bool:
    """Whether the sentence or one of the two before it names both principals or their meeting."""
    return any(t.scene.both or t.scene.pair for t in told[max(0, number - 2) : number + 1])


def _strength(told: Told, spoken_of: bool) -> float:
    text = told.scene.text
    about = told.scene.pair or told.scene.both
    strangers = "Gamma" in text or "Others" in text or "FOREIGN" in text
    if told.past and told.sure:
        return 0.9
    if told.scene.call or not (about or (spoken_of and not strangers)):
        return 0.0
    if _STRONG.search(text):
        return 0.8 if about else 0.6
    if _MEDIUM.search(text):
        return 0.6 if about and not strangers else 0.3
    return 0.4 if told.past else 0.0


def _meetings(told: Sequence[Told], number: int, published: date | None) -> Iterable[PastMeeting]:
    """Places and times of the sentence, the nearest paired; a sentence that has none borrows from its neighbours."""
    here = told[number]
    evidence = here.line.sentence.span()
    spots, whens = _spots(here), _past_whens(here, published)
    if not spots and not whens:
        spots, whens = _borrowed(told, number, published)
    left = list(spots)
    for when in whens:
        spot = min(left, key=lambda s: abs(s.start - when.start), default=None)
        if spot is not None:
            left.remove(spot)
        yield PastMeeting(spot.name if spot else None, when.iso, evidence)
    if not whens:
        yield from (PastMeeting(spot.name, None, evidence) for spot in left)


def _spots(told: Told) -> list[Spot]:
    placed = [spot for spot in told.spots if spot.weight >= 0.5]
    return placed or [spot for spot in told.spots if spot.weight > 0][:1]


def _past_whens(told: Told, published: date | None) -> list[When]:
    if published is None:
        return list(told.whens)
    yesterday = published - timedelta(days=1)
    past = [
        when for when in told.whens if when.last < yesterday or (when.grain >= Grain.MONTH and when.first < yesterday)
    ]
    exact = [when for when in past if when.grain <= Grain.MONTH]
    return exact or past


def _borrowed(told: Sequence[Told], number: int, published: date | None) -> tuple[list[Spot], list[When]]:
    paragraph = told[number].line.sentence.paragraph
    for near in (number - 1, number + 1):
        if 0 <= near < len(told) and told[near].line.sentence.paragraph == paragraph:
            spots, whens = _spots(told[near]), _past_whens(told[near], published)
            if whens:
                return spots, whens
    return [], []


def _once(found: Iterable[Earlier], places: Gazetteer) -> tuple[PastMeeting, ...]:
    kept: list[PastMeeting] = []
    for earlier in found:
        same = next((old for old in kept if _same(old, earlier.meeting, places)), None)
        if same is None:
            kept.append(earlier.meeting)
        elif (same.venue is None) != (earlier.meeting.venue is None) or (same.date is None) != (
            earlier.meeting.date is None
        ):
            kept[kept.index(same)] = PastMeeting(
                same.venue or earlier.meeting.venue, same.date or earlier.meeting.date, same.evidence
            )
    return tuple(meeting for meeting in kept if meeting.venue or meeting.date)


def _same(one: PastMeeting, two: PastMeeting, places: Gazetteer) -> bool:
    """Whether two mentions can be of one meeting: neither place nor time speaks against it, and one of them for it."""
    where = None if not (one.venue and two.venue) else places.same(one.venue, two.venue)
    when = None if not (one.date and two.date) else one.date.startswith(two.date) or two.date.startswith(one.date)
    return False not in (where, when) and True in (where, when)
