"""From sentences to claims: what each says of a meeting of the principals, when and where. Weighs nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from monitor.reading.cast import Role
from monitor.reading.mentions import Line
from monitor.reading.model import TITLE
from monitor.reading.predicates import Found, cues
from monitor.reading.scene import Scene, Token, scene
from monitor.reading.speakers import Speakers
from monitor.reading.tense import of_saying
from monitor.reading.time_rules import Grain
from monitor.reading.times import When, find
from monitor.reading.venues import Gazetteer, Spot
from monitor.statuses import Signal, Speaker

FRESH = timedelta(days=8)
"""A meeting this many days before publication is still news; an older one is background."""


class Told(msgspec.Struct, frozen=True):
    """One sentence with all that the layers found in it."""

    line: Line
    scene: Scene
    whens: tuple[When, ...]
    """Time expressions that can be a meeting's; not those that say when something was said."""
    spots: tuple[Spot, ...]
    speaker: Speaker = Speaker.OUTLET
    cue: Found | None = None
    """The heaviest cue for what it says of a meeting of the principals; None where it says nothing."""
    past: bool = False
    """What it says is of an earlier meeting, as background."""
    sure: bool = False
    """Whether the sentence itself says that the meeting is theirs; else the sentences before it do."""
    against: tuple[Found, ...] = ()
    """Weaker cues for other statuses."""

    @property
    def signal(self) -> Signal:
        """What it says of the current meeting."""
        return Signal.NONE if self.cue is None or self.past else self.cue.status


_BACKGROUND = re.compile(
    r"\b(?:last (?:met|saw|time|meeting|summit|encounter|face|sat|held|spoke)"
    r"|(?:previous|prior|earlier|past) (?:\w+ ){0,2}(?:meeting|summit|encounter|talks)s?"
    r"|(?:first|second|third|fourth) (?:met|meeting was)|met (?:\w+ ){0,4}(?:before|previously"
    r"|once|twice|several times|times)"
    r"|have met|had met|had (?:last|previously|earlier|already)|since (?:their|the|his)|(?:years?|months) ago|last year"
    r"|at the time|years? after|anniversary|predecessor|back in|in the past|history of|not since|first since"
    r"|since (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_FACES = re.compile(r"in[- ]person|face[- ]to[- ]face|\bsummit\b|handshake|shook hands|sidelines", re.IGNORECASE)
_PLAIN = 3.0
"""The weight from which a cue's words are plain enough to stand in a sentence about a call."""
_IN_PERSON = re.compile(r"in person|face[- ]to[- ]face|\bmeeting\b|\bsummit\b|\bmeet\b", re.IGNORECASE)


class Listener:
    """Reads an article sentence by sentence; knows what the sentences before were about."""

    def __init__(self, roles: Sequence[Role], speakers: Speakers, places: Gazetteer, published: date | None) -> None:
        self._homes = {role.country: role.number for role in roles if role.country and role.number <= 2}
        self._speakers, self._places, self._published = speakers, places, published
        self._ours: bool | None = None
        """Whether the meeting spoken of last was theirs."""
        self._called = False
        """Whether the article has told of a call: then their `talks` may be that call."""

    def told(self, lines: Iterable[Line]) -> tuple[Told, ...]:
        """Every sentence with its findings, in the order of the article."""
        return tuple(self._told(line) for line in lines)

    def _told(self, line: Line) -> Told:
        times = find(line.plain, self._published)
        said = [when for when in times if of_saying(line.plain, when.start)]
        spots = tuple(map(self._owned, self._places.spots(line.plain)))
        seen = scene(line, [*(self._time(when, when in said) for when in times), *self._place_tokens(spots)])
        told = Told(line, seen, tuple(when for when in times if when not in said), spots)
        text, sure = self._about_them(seen)
        if seen.pair or seen.foreign:
            self._ours = seen.pair
        self._called = self._called or (seen.call and seen.both)
        return self._judged(told, text, sure) if text is not None else told

    def _time(self, when: When, said: bool) -> Token:
        on = self._published
        if said or on is None:
            word = "SAID" if said else "LONGAGO"
        elif when.last < on - FRESH:
            word = "LONGAGO"
        elif when.first > on:
            word = "AHEAD"
        elif when.last < on:
            word = "LATELY"
        else:
            word = "TODAY" if when.grain is Grain.DAY else "AHEAD"
        return Token(when.start, when.end, word)

    def _place_tokens(self, spots: Iterable[Spot]) -> Iterable[Token]:
        for spot in spots:
            if spot.weight >= 0.5:
                yield Token(spot.start, spot.end, ("PLACE", "ATALPHA", "ATBETA")[spot.home])

    def _owned(self, spot: Spot) -> Spot:
        home = self._homes.get(self._places.country(spot.name) or "", 0)
        return msgspec.structs.replace(spot, home=home) if home else spot

    def _about_them(self, seen: Scene) -> tuple[str | None, bool]:
        """The rewritten sentence with a meeting that may be theirs settled; None where it has none."""
        if seen.pair:
            return re.sub(r"\bEVENT\b", "OURS", seen.text), True
        strangers = "Gamma" in seen.text or "Others" in seen.text or seen.foreign
        if seen.event and not strangers and (seen.both or self._ours):
            return re.sub(r"\bEVENT\b", "OURS", seen.text), seen.both
        if seen.both:
            return seen.text, True
        if ("VISIT" in seen.text or re.search(r"Alpha.*ATBETA|Beta.*ATALPHA", seen.text)) and not strangers:
            return seen.text, False
        return None, False

    def _judged(self, told: Told, text: str, sure: bool) -> Told:
        found = cues(text)
        if not found:
            return told
        cue = found[0]
        if told.scene.call and cue.weight < _PLAIN and not _IN_PERSON.search(told.line.plain):
            return told
        past = cue.status in (Signal.HELD, Signal.AGREED) and self._is_past(cue, told)
        if self._called and cue.status is Signal.HELD and not past and not _FACES.search(told.line.plain):
            return told
        return msgspec.structs.replace(
            told,
            speaker=self._speakers.of(told.line),
            cue=cue,
            past=past,
            sure=sure,
            against=tuple(other for other in found[1:] if other.status is not cue.status),
        )

    def _is_past(self, cue: Found, told: Told) -> bool:
        """Whether the meeting spoken of lies too far back to be news, or is told as an earlier one."""
        on = self._published
        if on and told.whens:
            exact = [w for w in told.whens if w.grain <= Grain.DAYS]
            if not any(w.last >= on - FRESH for w in exact or told.whens):
                return True
            if exact:
                return False
        title = told.line.sentence.paragraph == TITLE
        return cue.status is Signal.HELD and bool(_BACKGROUND.search(told.line.plain)) and not title
