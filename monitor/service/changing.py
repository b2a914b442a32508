"""What a revision changed in an article, sentence by sentence. Reads the log; judges nothing."""

from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise

import msgspec

from monitor.projections.archive import versions
from monitor.reading.sentences import pieces
from monitor.service.assembly import Parts


class Change(msgspec.Struct, frozen=True):
    """Sentences that took each other's place; one of the two may be empty."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


class Revision(msgspec.Struct, frozen=True):
    """What changed when an article came in again with other words."""

    position: int
    recorded_at: datetime
    changes: tuple[Change, ...] | None
    """In the order of the text, the title first; None where the words before or after were removed."""


def changes(before: str, after: str) -> tuple[Change, ...]:
    """The sentences that `after` lacks and has more than `before`, both title, blank line, paragraphs."""
    old, new = list(_sentences(before)), list(_sentences(after))
    steps = SequenceMatcher(None, old, new).get_opcodes()
    return tuple(Change(tuple(old[a:b]), tuple(new[c:d])) for step, a, b, c, d in steps if step != "equal")


def revisions(parts: Parts, identity: str) -> list[Revision]:
    """Every revision of an article, the first one first."""
    return [
        Revision(later.position, later.recorded_at, changes(earlier.words, later.words))
        if earlier.words is not None and later.words is not None
        else Revision(later.position, later.recorded_at, None)
        for earlier, later in pairwise(versions(parts.database.connection, identity))
    ]


def _sentences(words: str) -> Iterator[str]:
    for paragraph in words.split("\n\n"):
        for start, end in pieces(paragraph):
            yield " ".join(paragraph[start:end].split())
