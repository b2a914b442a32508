"""Reads from a rewritten sentence what it says of the meeting, by the cues of data/predicates.toml. Knows no dates."""

import re
import tomllib
from functools import cache
from importlib import resources

import msgspec

from monitor.statuses import Signal

_WORD = re.compile(
    r"\b(?!(?:Alpha|Beta|Both|Gamma|Others|Staff|Side|UNITE[SD]?|UNITING|OURS|EVENT|FOREIGN"
    r"|VISIT|ASSEMBLY|LONGAGO|LATELY|TODAY|AHEAD|SAID|PLACE|ATALPHA|ATBETA)\b)\w+"
)
"""Everything that is no token of scene.py, so that the patterns may be in lower case."""


class Cue(msgspec.Struct, frozen=True):
    """One kind of wording and what it speaks for."""

    name: str
    status: Signal
    weight: float
    patterns: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """A cue that a sentence has."""

    name: str
    status: Signal
    weight: float
    words: str
    """The rewritten words that fitted."""


class _Lexicon(msgspec.Struct, frozen=True):
    macros: dict[str, str]
    cue: tuple[Cue, ...]


@cache
def _patterns() -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    text = resources.files("monitor.reading").joinpath("data", "predicates.toml").read_text(encoding="utf-8")
    lexicon = msgspec.convert(tomllib.loads(text), _Lexicon)
    return tuple((cue, _compiled(cue, lexicon.macros)) for cue in lexicon.cue)


def _compiled(cue: Cue, macros: dict[str, str]) -> re.Pattern[str]:
    pattern = "|".join(cue.patterns)
    while expanded := re.search(r"\{([a-zA-Z_]+)\}", pattern):
        pattern = pattern.replace(expanded[0], macros[expanded[1]])
    return re.compile(pattern)


def cues(text: str) -> tuple[Found, ...]:
    """Every cue of a rewritten sentence, the heaviest first."""
    text = _WORD.sub(lambda word: word[0].lower(), text)
    found = [
        Found(cue.name, cue.status, cue.weight, hit[0]) for cue, pattern in _patterns() if (hit := pattern.search(text))
    ]
    return tuple(sorted(found, key=lambda cue: -cue.weight))
