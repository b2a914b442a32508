"""Tells who stands behind a sentence: an official of either side, a host, the unnamed, an outsider, the outlet."""

import re
from collections.abc import Sequence

from monitor.reading.cast import Role
from monitor.reading.mentions import Kind, Line
from monitor.reading.plain import plain
from monitor.reading.tables import Tables
from monitor.statuses import Speaker

_SAYS = (
    r"(?:said|says|say|told|tells|announc\w+|confirm\w+|stat(?:ed|es|ement)|declar\w+|added"
    r"|wrote|tweeted|posted|insist\w+|den(?:ied|ies)|repl(?:ied|ies)|answered"
    r"|informed|noted|revealed|disclosed|let it be known|spokes(?:man|woman|person)"
    r"|according to|quoted|stressed|explained|acknowledg\w+|promis\w+|invit\w+|offer\w+"
    r"|agreed)"
)
_ANONYMOUS = re.compile(
    r"\b(?:sources?|people (?:familiar|with knowledge|briefed|close)|person (?:familiar|close)"
    r"|unnamed|anonym\w+|(?:on|under the) condition|who asked not to be|not authori[sz]ed"
    r"|insiders?"
    r"|(?:an?|one|senior|several|two|three|some|\w+) (?:\w+ )?(?:officials?|diplomats?"
    r"|aides?) (?:said|says|say|told|with|who|familiar)|reportedly|reports? (?:that|say|said"
    r"|suggest)|media reports?|newspaper|it (?:is|was) (?:reported|learned|rumou?red)"
    r"|citing)\b",
    re.IGNORECASE,
)
_OUTSIDER = re.compile(
    r"\b(?:analysts?|experts?|professors?|scholars?|columnists?|editorial|commentators?"
    r"|observers?|critics?|think[- ]tanks?|pundits?|historians?|researchers?|fellow at"
    r"|institute|institution|university|former (?:\w+ ){0,3}(?:ambassadors?|advis[eo]rs?"
    r"|officials?|ministers?|secretar\w+|diplomats?|presidents?|chancellors?|generals?)|ex-\w+"
    r"|opposition|senators?|congress(?:man|woman|men)|lawmakers?|brokers?|strategists?"
    r"|pollsters?|cardinal|lobby\w*|campaigners|activists?|op-ed|opinion)\b",
    re.IGNORECASE,
)
_OFFICES = (
    r"foreign ministry|ministry of foreign affairs|foreign ministers?|foreign office"
    r"|state department|press secretar(?:y|ies)|spokes(?:man|woman|person|people)"
    r"|presidential (?:aide|administration|office|palace|adviser)"
    r"|national security (?:adviser|advisor|council)|secretary of state|chief of staff"
    r"|the presidency|presidency|government|embassy|ambassador|prime minister's office"
    r"|president's office|chancellery|administration|both (?:sides|governments|capitals)"
    r"|joint statement|official statement|state media|state news agency"
)
_OFFICIAL = re.compile(rf"\b(?:{_OFFICES})\b", re.IGNORECASE)


class Speakers:
    """Knows the seats and offices of both sides of one watch."""

    def __init__(self, roles: Sequence[Role], tables: Tables) -> None:
        own = [tables.countries[role.country] for role in roles if role.country in tables.countries]
        words = [plain(w) for c in own for w in (c.name, c.capital, *c.seats, *c.also, *c.people) if w]
        self._own = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})\b") if words else None
        )
        foreign = [plain(w) for c in tables.countries.values() if c not in own for w in (c.name, *c.people)]
        self._foreign = re.compile(
            rf"\b(?:{'|'.join(map(re.escape, sorted(foreign, key=len, reverse=True)))})(?:'s)? (?:\w+ )?(?:{_OFFICES}"
            rf"|president|chancellor|prime minister|foreign minister|officials?)\b"
        )
        self._says = re.compile(rf"\b{_SAYS}\b", re.IGNORECASE)

    def of(self, line: Line) -> Speaker:
        """Who stands behind the sentence; the outlet where nobody is named as saying it."""
        text = line.plain
        if not self._says.search(text) and not _ANONYMOUS.search(text):
            return Speaker.OUTLET
        if _OUTSIDER.search(text):
            return Speaker.OUTSIDER
        own = self._own is not None and self._own.search(text)
        principal = re.search(rf"\b{_SAYS}\b", text) and self._principal_says(line)
        if principal or (own and _OFFICIAL.search(text)) or self._seat_says(text):
            return Speaker.OFFICIAL
        if _ANONYMOUS.search(text):
            return Speaker.ANONYMOUS
        if self._foreign.search(text):
            return Speaker.HOST
        return Speaker.OFFICIAL if own or _OFFICIAL.search(text) else Speaker.OUTLET

    def _seat_says(self, text: str) -> bool:
        return bool(
            self._own
            and any(
                re.match(rf"(?:'s \w+)? (?:has |have |had |also )?{_SAYS}", text[hit.end() :])
                for hit in self._own.finditer(text)
            )
        )

    def _principal_says(self, line: Line) -> bool:
        for mention in line.mentions:
            if (
                mention.who
                and mention.kind is not Kind.SIDE
                and re.match(rf" (?:has |have |had |also |later |himself )?{_SAYS}", line.plain[mention.end :])
            ):
                return True
            if (
                mention.who
                and mention.kind is not Kind.SIDE
                and re.search(r"\b(?:said|says|told|adds|added) (?:the )?$", line.plain[: mention.start])
            ):
                return True
        return False
