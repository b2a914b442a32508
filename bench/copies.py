"""Measures how well copies of a dispatch are told from follow-up stories on the same matter.

    python -m bench.copies [STREAMS]

The texts are the project's own streams (training/data/streams: our words on real histories). A copy is made as
outlets make them: headline and caption changed, a local paragraph added, the end cut, paragraphs joined or split, words
of the house style put in. A follow-up is another article of the same stream, and the harder kind: a new article that
repeats up to a third of an earlier one word for word as its background, as agencies do.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path

from scrapers.article import read_article
from scrapers.copies import is_copy, sketch

STREAMS = Path(__file__).parent.parent / "training" / "data" / "streams"
HOUSE_STYLE = (("President", "Pres."), ("percent", "per cent"), ("United States", "US"), ("told reporters", "said"))
REWORDED = 0.07
"""Share of words that an outlet's editor changes in a copy."""
LEAST_WORDS = 90
"""Shorter articles are left out: outlets do not cut a brief any further."""

Text = tuple[str, ...]


def stories(folder: Path) -> Iterator[list[Text]]:
    """The articles of each stream, in order, as paragraphs."""
    for stream in sorted(folder.iterdir()):
        texts = [
            read_article(path.read_bytes(), path.name).paragraphs
            for path in sorted((stream / "articles").glob("*.txt"))
        ]
        yield [text for text in texts if len(" ".join(text).split()) >= LEAST_WORDS]


def captioned(text: Text, other: Text, _: random.Random) -> Text:
    return (f"The two leaders in an earlier year. {other[0][:60]}", *text)


def localised(text: Text, other: Text, chance: random.Random) -> Text:
    at = chance.randrange(1, len(text) + 1)
    return (*text[:at], other[-1], *text[at:])


def cut(text: Text, _: Text, __: random.Random) -> Text:
    return text[: max(2, round(len(text) * 0.55))]


def joined(text: Text, _: Text, __: random.Random) -> Text:
    return tuple(" ".join(text[at : at + 2]) for at in range(0, len(text), 2))


def restyled(text: Text, _: Text, chance: random.Random) -> Text:
    def paragraph(words: str) -> str:
        for ours, theirs in HOUSE_STYLE:
            words = words.replace(ours, theirs)
        parts = words.split()
        for at in range(len(parts)):
            if chance.random() < REWORDED:
                parts[at] = "reportedly"
        return " ".join(parts)

    return tuple(map(paragraph, text))


def reworked(text: Text, other: Text, chance: random.Random) -> Text:
    return localised(restyled(cut(text, other, chance), other, chance), other, chance)


EDITS: tuple[Callable[[Text, Text, random.Random], Text], ...] = (captioned, localised, cut, joined, restyled, reworked)


def copies(streams: Sequence[list[Text]], chance: random.Random) -> Iterator[tuple[str, Text, Text]]:
    """Every article with each kind of copy of it."""
    for stream in streams:
        for text, other in pairwise(stream):
            for edit in EDITS:
                yield edit.__name__, text, edit(text, other, chance)


def follow_ups(streams: Sequence[list[Text]]) -> Iterator[tuple[str, Text, Text]]:
    """Pairs of different articles on one matter, and articles that repeat background of an earlier one."""
    for stream in streams:
        for one, other in combinations(stream, 2):
            yield "same matter", one, other
        for earlier, later in pairwise(stream):
            yield "with background", earlier, (*later, *_background(earlier, len(" ".join(later).split()) // 2))


def _background(text: Text, words: int) -> Text:
    """The last paragraphs of `text`, up to `words` words."""
    taken: list[str] = []
    for paragraph in reversed(text[1:]):
        if sum(len(part.split()) for part in (*taken, paragraph)) > words:
            break
        taken.insert(0, paragraph)
    return tuple(taken)


def main(folder: Path) -> None:
    """Prints for each kind how many of the pairs are taken for copies."""
    streams = list(stories(folder))
    for name, pairs in (
        ("copies found", list(copies(streams, random.Random(7)))),
        ("follow-ups taken for copies", list(follow_ups(streams))),
    ):
        taken = [(kind, is_copy(sketch(one), sketch(other))) for kind, one, other in pairs]
        print(
            f"{name}: {sum(hit for _, hit in taken)} of {len(taken)} ({sum(hit for _, hit in taken) / len(taken):.2%})"
        )
        for kind in dict.fromkeys(kind for kind, _ in taken):
            hits = [hit for which, hit in taken if which == kind]
            print(f"    {kind:16}{sum(hits):6} of {len(hits):6} ({sum(hits) / len(hits):.2%})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else STREAMS)
