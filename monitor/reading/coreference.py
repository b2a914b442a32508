"""Settles whom `he`, `the president`, `the two leaders` mean by what stood before. Reads no predicates."""

import re
from collections.abc import Sequence

import msgspec

from monitor.reading.mentions import Kind, Line, Mention
from monitor.reading.model import TITLE
from monitor.reading.plain import plain
from monitor.reading.sentences import Sentence
from monitor.reading.spotting import Spotter

_REACH = 3
"""Sentences back in which the two people meant by `the two leaders` are looked for."""
_PLURAL = re.compile(r"they|them|their", re.IGNORECASE)
_COUNTERPART = re.compile(r"counterpart|colleague|opposite number", re.IGNORECASE)

Person = int | str
"""A principal's number, or somebody else's name."""


class Heard(msgspec.Struct, frozen=True):
    """Somebody of whom the article has spoken."""

    person: Person
    leader: bool
    single: bool
    """Whether `he` can mean them: a name or a head's office, not `aides`."""


def lines(sentences: Sequence[Sentence], spotter: Spotter) -> tuple[Line, ...]:
    """Every sentence with its mentions, those by pronoun, office and number settled."""
    story = _Story(spotter)
    introduced: set[str] = set()
    done = []
    for sentence in sentences:
        text = plain(sentence.text)
        raw = spotter.spot(text, sentence.paragraph == TITLE, introduced)
        done.append(Line(sentence, text, story.settle(text, raw)))
    return tuple(done)


class _Story:
    """The people of an article as far as it has been read."""

    def __init__(self, spotter: Spotter) -> None:
        self._roles = {role.number: role for role in spotter.roles}
        self._all = tuple(self._roles)
        self._heard: list[list[Heard]] = []
        """For each sentence so far the people in it."""

    def settle(self, text: str, raw: Sequence[Mention]) -> tuple[Mention, ...]:
        here: list[Heard] = []
        self._heard.append(here)
        settled = []
        for mention in raw:
            meant = self._meant(text, mention, here, raw)
            settled.append(meant)
            if meant.kind is Kind.SIDE or text[mention.start : mention.end].lower() == "their":
                continue
            here += [Heard(number, True, len(meant.who) == 1) for number in meant.who]
            if meant.other is not None:
                here.append(Heard(meant.other, meant.leader, meant.leader or meant.kind is not Kind.OFFICE))
        return tuple(settled)

    def _meant(self, text: str, mention: Mention, here: list[Heard], raw: Sequence[Mention]) -> Mention:
        words = text[mention.start : mention.end]
        if mention.kind is Kind.OFFICE and mention.who and _COUNTERPART.search(words):
            return self._counterpart(mention, here, words)
        if mention.who or mention.other is not None:
            return mention
        if mention.kind is Kind.PAIR or _PLURAL.match(words):
            return self._both(mention, words)
        person = self._holder(words, here, raw) if mention.kind is Kind.OFFICE else self._single(words, here)
        if isinstance(person, int):
            return msgspec.structs.replace(mention, who=(person,))
        return msgspec.structs.replace(mention, other=person) if person else mention

    def _counterpart(self, mention: Mention, here: list[Heard], words: str) -> Mention:
        """A minister's counterpart is a minister: the nearest person before tells."""
        if here and isinstance(here[-1].person, str) and not here[-1].leader:
            return msgspec.structs.replace(mention, who=(), other=words)
        return mention

    def _single(self, words: str, here: list[Heard]) -> Person | None:
        """The first fitting person of this sentence, else the first of the last sentence that has any."""
        woman = words.lower().startswith(("she", "her"))
        for people in (here, *reversed(self._heard[-1 - _REACH : -1])):
            for heard in people:
                if heard.single and self._fits(heard.person, woman):
                    return heard.person
        return None

    def _fits(self, person: Person, woman: bool) -> bool:
        return isinstance(person, str) or self._roles[person].woman in (woman, None)

    def _holder(self, words: str, here: list[Heard], raw: Sequence[Mention]) -> Person | None:
        """The last leader who can hold the office: of the principals those whose office it is.

        Where nobody has been heard of, it is the one whom the sentence does not name.
        """
        office = words.split(" ", 1)[1].lower().removeprefix("visiting ").replace("pontiff", "pope")
        able = {number for number, role in self._roles.items() if office in role.offices}
        for people in (here, *reversed(self._heard[:-1])):
            for heard in people:
                if heard.person in able or (isinstance(heard.person, str) and heard.leader):
                    return heard.person
        unnamed = able - {number for mention in raw for number in mention.who}
        return min(unnamed or able, default=None)

    def _both(self, mention: Mention, words: str) -> Mention:
        """The two leaders heard of last; for `they`, the two people."""
        leaders_only = not _PLURAL.match(words)
        met: list[Person] = []
        for people in reversed(self._heard[-1 - _REACH :]):
            for heard in reversed(people):
                if (heard.leader or (heard.single and not leaders_only)) and heard.person not in met:
                    met.append(heard.person)
            if len(met) >= 2:
                break
        numbers = tuple(sorted(p for p in met[:2] if isinstance(p, int)))
        if len(numbers) == len(met[:2]) and (numbers or leaders_only):
            return msgspec.structs.replace(mention, who=numbers if len(numbers) == 2 else self._all[:2])
        return msgspec.structs.replace(mention, other=words, leader=leaders_only) if met else mention
