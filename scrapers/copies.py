"""Tells copies of one text from follow-up stories on the same matter, by sketches of their bodies. Keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

SIZE: Final = 128
"""Hashes in a sketch."""
SHINGLE: Final = 3
"""Words in a shingle."""
COPY: Final = 0.55
"""Share of the shorter text that must stand in the longer one. Chosen on bench/copies.py."""
HASH_BYTES: Final = 6
"""48 bits: exact in JSON numbers everywhere, and no two shingles of a million articles are likely to meet."""
_WORD = re.compile(r"\w+")


def sketch(paragraphs: Iterable[str]) -> tuple[int, ...]:
    """The `SIZE` smallest hashes of the body's shingles, ascending: the same text gives the same sketch anywhere.

    Breaks between paragraphs do not count, nor do case and punctuation.
    """
    words = _WORD.findall(" ".join(paragraphs).casefold())
    shingles = (
        {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))} if words else set()
    )
    hashes = {int.from_bytes(blake2b(text.encode(), digest_size=HASH_BYTES).digest()) for text in shingles}
    return tuple(sorted(hashes)[:SIZE])


def is_copy(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two sketches are of copies of one text: most of the shorter stands in the longer.

    Copies change the headline, captions and local paragraphs, and cut from the end, so it is not likeness as a whole
    that counts but how much of the shorter is in the longer; a follow-up story repeats its background, seldom half.
    """
    if not one or not other:
        return False
    return contained(one, other) >= COPY


def contained(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The estimated share of the smaller text's shingles that the larger one has, 0 to 1."""
    both = sorted({*one, *other})
    # below the smaller of the two ends both sketches are complete
    end = min(_end(one), _end(other))
    seen = [value for value in both if value <= end]
    a, b = sum(value <= end for value in one), sum(value <= end for value in other)
    common = a + b - len(seen)
    return common / min(a, b) if min(a, b) else 0.0


def _end(sketch_: tuple[int, ...]) -> int:
    return sketch_[-1] if len(sketch_) >= SIZE else 2 ** (8 * HASH_BYTES)
