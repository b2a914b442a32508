"""Who is meant in each sentence: the principals, both of them, or somebody else. Says nothing of meetings."""

from enum import StrEnum

import msgspec

from monitor.reading.sentences import Sentence


class Kind(StrEnum):
    """What sort of words a mention is made of."""

    NAME = "name"
    OFFICE = "office"
    """`the Russian president`, `his US counterpart`, `the president`."""
    PRONOUN = "pronoun"
    PAIR = "pair"
    """`the two leaders`, `each other`, `US-Russia summit`."""
    SIDE = "side"
    """A principal's name that only tells whose man is meant: `Trump` in `Trump's envoy`."""
    COUNTRY = "country"
    """A country, a capital or a seat of government that may stand for a principal."""


class Mention(msgspec.Struct, frozen=True):
    """Words of one sentence that stand for persons."""

    start: int
    end: int
    kind: Kind
    who: tuple[int, ...] = ()
    """Numbers of the principals meant; empty for somebody else."""
    other: str | None = None
    """Somebody else: the name or office in plain spelling."""
    leader: bool = False
    """Whether somebody else is one who has summits: then `the two leaders` may be about them."""


class Line(msgspec.Struct, frozen=True):
    """A sentence with its plain spelling and its mentions, in order."""

    sentence: Sentence
    plain: str
    mentions: tuple[Mention, ...]

    @property
    def named(self) -> frozenset[int]:
        """The principals who appear in person in the sentence, also through pronouns and pairs."""
        return frozenset(n for m in self.mentions if m.kind not in (Kind.SIDE, Kind.COUNTRY) for n in m.who)

    @property
    def strangers(self) -> tuple[Mention, ...]:
        """Other people in the sentence."""
        return tuple(m for m in self.mentions if not m.who and m.other is not None)
