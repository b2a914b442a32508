"""Finds earlier meetings that an article mentions: their place and day. Says nothing of the current one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from monitor.reading.claims import Told
from monitor.reading.model import PastMeeting
from monitor.reading.time_rules import Grain
from monitor.reading.times import When
from monitor.reading.venues import Gazetteer, Spot
from monitor.statuses import Signal

Belief = Mapping[str, float]
"""What a learned classifier thinks of one sentence: a probability for each label."""
_MET = (
    r"\bUNITED\b(?:(?!AHEAD|;).){{0,90}}\b{then}\b|\b{then}\b(?:(?!AHEAD|;).){{0,90}}\bUNITED\b"
    r"|\b(?:last|previous|previously|earlier|already) (?:\w+ ){{0,2}}(?:UNITED|OURS|EVENT)\b"
    r"|\b(?:since|after|following) (?:\w+ ){{0,4}}(?:OURS|EVENT) (?:in|at) (?:PLACE|ATALPHA|ATBETA)"
    r"|\bBoth (?:\w+ ){{0,3}}(?:talked|spoke|conversed|sat|stood|negotiated|shook hands"
    r"|were together) .{{0,40}}(?:PLACE|ATALPHA|ATBETA|{then})"
)
_MEETING = r"\b(?:OURS|EVENT)\b(?:(?!AHEAD|;).){{0,90}}\b{then}\b|\b{then}\b(?:(?!AHEAD|;).){{0,90}}\b(?:OURS|EVENT)\b"
_MEDIUM = r"(?:PLACE|ATALPHA|ATBETA)\b[^;]{{0,60}}\b{then}|\b{then}\b[^;]{{0,60}}(?:PLACE|ATALPHA|ATBETA)\b"
_PATTERNS = {
    held: tuple(
        re.compile(p.format(then="LONGAGO" if held else "(?:LONGAGO|LATELY)")) for p in (_MET, _MEETING, _MEDIUM)
    )
    for held in (True, False)
}
"""Where the article reports a meeting as held, what was lately is that one; else it is an earlier one."""
_ACCEPTED = 0.5
_PLAIN = 0.8
"""A strength by rules that needs little belief."""


class Earlier(msgspec.Struct, frozen=True):
    """A candidate, with how surely it is an earlier meeting of the principals."""

    meeting: PastMeeting
    strength: float


def background(
    told: Sequence[Told],
    published: date | None,
    places: Gazetteer,
    held: bool,
    beliefs: Sequence[Belief] | None = None,
) -> tuple[PastMeeting, ...]:
    """The earlier meetings that the article mentions, each once, the best founded first.

    `held` says whether the article reports the current meeting as held; `beliefs` are a learned classifier's, one
    for each sentence; without them only clear wording counts.
    """
    found: list[Earlier] = []
    for number in range(len(told)):
        strength = _strength(told, number, held)
        if beliefs is not None:
            strength = _joint(strength, beliefs[number].get("background", 0.0))
        if strength >= _ACCEPTED:
            about = told[number].scene.both or told[number].scene.pair
            found += (Earlier(m, strength) for m in _meetings(told, number, published) if m.venue or about)
    return _once(sorted(found, key=lambda earlier: -earlier.strength), places)


def _joint(rules: float, belief: float) -> float:
    """Rules and classifier together: either can do alone, but plain wording that is not believed at all counts less."""
    return max(0.3 * rules + 1.1 * belief, rules if rules >= _PLAIN and belief > 0.05 else 0.0)


def _strength(told: Sequence[Told], number: int, held: bool) -> float:
    """How clearly one sentence tells of an earlier meeting of the principals, 0 to 1."""
    here, text = told[number], told[number].scene.text
    about = here.scene.pair or here.scene.both
    strangers = "Others" in text or "FOREIGN" in text or ("Gamma" in text and not here.scene.both)
    before = told[max(0, number - 2) : number]
    spoken_of = any(t.scene.both or t.scene.pair for t in before)
    if here.scene.call or not (about or (spoken_of and not strangers)):
        return 0.0
    if here.past and here.sure:
        return 0.9
    met, meeting, medium = _PATTERNS[held]
    planned = here.cue is not None and here.cue.weight >= 3 and here.cue.status is not Signal.HELD
    if met.search(text) or (meeting.search(text) and not planned):
        return 0.8 if about else 0.6
    if planned:
        return 0.0
    if medium.search(text) and not strangers:
        return 0.6 if about else 0.5 if before and before[-1].scene.pair else 0.3
    return 0.4 if here.past else 0.0


def _meetings(told: Sequence[Told], number: int, published: date | None) -> Iterable[PastMeeting]:
    """Places and times of the sentence, the nearest paired; a sentence that has none borrows from its neighbours."""
    here = told[number]
    evidence = here.line.sentence.span()
    spots, whens = _spots(here, _past_whens(here, published)), _past_whens(here, published)
    if not spots and not whens:
        spots, whens = _borrowed(told, number, published)
    left = list(spots)
    for when in whens:
        spot = min(left, key=lambda s: _apart(s, when), default=None)
        if spot is not None:
            left.remove(spot)
        yield PastMeeting(spot.name if spot else None, when.iso, evidence)
    if not whens:
        yield from (PastMeeting(spot.name, None, evidence) for spot in left)


def _apart(spot: Spot, when: When) -> int:
    return max(spot.start - when.end, when.start - spot.end)


def _spots(told: Told, whens: Sequence[When]) -> list[Spot]:
    """Places where something happens, and those that stand beside a past date."""
    return [s for s in told.spots if s.weight >= 0.5 or any(_apart(s, when) <= 25 for when in whens)]


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
            whens = _past_whens(told[near], published)
            if whens:
                return _spots(told[near], whens), whens
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
