"""Lays a framed article into pieces of token ids that fit the encoder, and says where each sentence stands."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

ROOM = 448
"""Tokens in one piece. The encoders take 512; nine articles of ten fit into one piece of this size."""
MOST_PIECES = 12
"""What is beyond this many pieces, some 5,000 tokens, is not read: a page of that length is a live blog or a list."""
_LONGEST_UNIT = 160


class Piece(msgspec.Struct, frozen=True):
    """Token ids for one run of the encoder."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int, int], ...]
    """(unit, first token, token after the last) for each unit to be judged here; repeated context has none."""


class Encoding(Protocol):
    """What `tokenizers` gives for one text."""

    @property
    def ids(self) -> list[int]: ...


class Tokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` that is used."""

    def encode(self, sequence: str, *, add_special_tokens: bool = True) -> Encoding: ...

    def token_to_id(self, token: str) -> int | None: ...


def lay(
    front: str, units: Sequence[str], paragraphs: Sequence[int], tokenizer: Tokenizer, room: int = ROOM
) -> tuple[Piece, ...]:
    """Pieces of consecutive sentences, each behind the front; a later piece repeats the first and the last sentence.

    `paragraphs[i]` is the paragraph of `units[i]`; a separator stands where it changes.
    """
    opening, separator = _marks(tokenizer)
    head = [opening, *_encode(tokenizer, front), separator]
    encoded = [_encode(tokenizer, unit)[:_LONGEST_UNIT] for unit in units]
    pieces: list[Piece] = []
    ids, spans = list(head), list[tuple[int, int, int]]()
    for number, tokens in enumerate(encoded):
        if spans and len(ids) + len(tokens) + 2 > room:
            pieces.append(Piece((*ids, separator), tuple(spans)))
            if len(pieces) == MOST_PIECES:
                return tuple(pieces)
            ids, spans = [*head, *encoded[0], separator, *encoded[number - 1]], []
        if number and paragraphs[number] != paragraphs[number - 1]:
            ids.append(separator)
        spans.append((number, len(ids), len(ids) + len(tokens)))
        ids += tokens
    if spans:
        pieces.append(Piece((*ids, separator), tuple(spans)))
    return tuple(pieces)


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


def _marks(tokenizer: Tokenizer) -> tuple[int, int]:
    for opening, separator in (("<s>", "</s>"), ("[CLS]", "[SEP]")):
        first, last = tokenizer.token_to_id(opening), tokenizer.token_to_id(separator)
        if first is not None and last is not None:
            return first, last
    raise ValueError("the tokenizer has neither <s> and </s> nor [CLS] and [SEP]")
