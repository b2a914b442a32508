"""From sentences to claims: what each says of a meeting of the principals, when and where. Weighs nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from monitor.reading.mentions import Line
from monitor.reading.model import TITLE
from monitor.reading.predicates import Found, cues
from monitor.reading.scene import Scene, scene
from monitor.reading.speakers import Speakers
from monitor.reading.tense import of_saying
from monitor.reading.times import Grain, When, find
from monitor.reading.venues import Gazetteer, Spot
from monitor.statuses import Signal, Speaker

FRESH = timedelta(days=8)
"""A meeting this many days before publication is still news; an older one is background."""


class Statement(msgspec.Struct, frozen=True):
    """What one sentence says of a meeting of the principals."""

    line: Line
    scene: Scene
    cue: Found
    signal: Signal
    past: bool
    """An earlier meeting, as background."""
    sure: bool
    """Whether the sentence itself says that the meeting is theirs; else the sentences before it do."""
    whens: tuple[When, ...]
    """Time expressions that can be the meeting's."""
    spots: tuple[Spot, ...]
    speaker: Speaker
    against: tuple[Found, ...]
    """Weaker cues for other statuses."""


_BACKGROUND = re.compile(
    r"\b(?:last (?:met|saw|time|meeting|summit|encounter|face|sat|held|spoke)|(?:previous|prior|earlier|past) (?:\w+ ){0,2}(?:meeting|summit|encounter|talks)s?|(?:first|second|third|fourth) (?:met|meeting was)|met (?:\w+ ){0,4}(?:before|previously|once|twice|several times|times)|have met|had met|had (?:last|previously|earlier|already)|since (?:their|the|his)|(?:years?|months) ago|last year|at the time|years? after|anniversary|predecessor|back in|in the past|history of|not since|first since|since (?:19|20)\d\d)\b",
    re.IGNORECASE,
)


class Reader:
    """Reads the statements of one article; holds what the sentences before said."""

    def __init__(self, lines: Sequence[Line], speakers: Speakers, places: Gazetteer, published: date | None) -> None:
        self._lines, self._speakers, self._places, self._published = lines, speakers, places, published
        self._ours: bool | None = None
        """Whether the meeting spoken of last was theirs."""

    def statements(self) -> Iterable[Statement]:
        """Every statement, in the order of the article."""
        for line in self._lines:
            seen = scene(line)
            text, sure = self._claimed(line, seen)
            if text is not None and (statement := self._statement(line, seen, text, sure)):
                yield statement
            if seen.pair:
                self._ours = True
            elif seen.foreign:
                self._ours = False

    def _claimed(self, line: Line, seen: Scene) -> tuple[str | None, bool]:
        """The rewritten sentence with a meeting that may be theirs settled; None where there is none."""
        if seen.pair:
            return re.sub(r"\bEVENT\b", "OURS", seen.text), True
        strangers = "Gamma" in seen.text or "Others" in seen.text or seen.foreign
        if seen.event and not strangers and (seen.both or self._ours):
            return re.sub(r"\bEVENT\b", "OURS", seen.text), seen.both
        if seen.both:
            return seen.text, True
        if "VISIT" in seen.text and self._ours and not strangers:
            return seen.text, False
        return None, False

    def _statement(self, line: Line, seen: Scene, text: str, sure: bool) -> Statement | None:
        found = cues(text)
        if not found or (
            seen.call and not re.search(r"in person|face[- ]to[- ]face|\bmeeting\b|\bsummit\b|\bmeet\b", line.plain)
        ):
            return None
        cue = found[0]
        whens = tuple(w for w in find(line.plain, self._published) if not of_saying(line.plain, w.start))
        past = cue.status in (Signal.HELD, Signal.AGREED) and self._is_past(cue, line, whens)
        if seen.call and cue.status is Signal.HELD and not past:
            return None
        return Statement(
            line=line,
            scene=seen,
            cue=cue,
            signal=Signal.HELD if past else cue.status,
            past=past,
            sure=sure,
            whens=whens,
            spots=self._places.spots(line.plain),
            speaker=self._speakers.of(line),
            against=tuple(other for other in found[1:] if other.status is not cue.status),
        )

    def _is_past(self, cue: Found, line: Line, whens: Sequence[When]) -> bool:
        """Whether the meeting spoken of lies too far back to be news, or is told as an earlier one."""
        on = self._published
        if on and whens:
            exact = [w for w in whens if w.grain <= Grain.DAYS]
            near = [w for w in whens if w.last >= on - FRESH]
            if exact and not any(w.last >= on - FRESH for w in exact):
                return True
            if not near:
                return True
            if exact:
                return False
        return cue.status is Signal.HELD and bool(_BACKGROUND.search(line.plain)) and line.sentence.paragraph != TITLE
