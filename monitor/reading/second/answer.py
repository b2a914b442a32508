"""What of a language model's answer counts: only what is well-formed and quotes the article. Asks nothing."""

import re
from datetime import date
from typing import Annotated, Final

import msgspec

from monitor.reading.model import TITLE, Document, Span
from monitor.statuses import PartialDate, Signal

FEWEST_WORDS: Final = 3
"""A quotation of fewer words proves nothing: `the` stands in every article."""
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


class Discarded(ValueError):
    """The answer does not count; the text says why, for people."""


class Answer(msgspec.Struct, frozen=True):
    """What the model said, checked."""

    signal: Signal
    evidence: Span | None = None
    """A literal part of the article; None for `none`."""
    venue: str | None = None
    """As the article names it."""
    date: PartialDate | None = None


class _Said(msgspec.Struct, frozen=True):
    signal: Signal
    evidence: Annotated[str, msgspec.Meta(max_length=4000)] | None = None
    venue: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    date: Annotated[str, msgspec.Meta(max_length=40)] | None = None


def checked(content: str, document: Document) -> Answer:
    """The answer as far as the article bears it out.

    A venue that the article does not name and a date that is none are left out.

    Raises:
        Discarded: it is not the object that was asked for, or its evidence is not a literal part of the article.
    """
    try:
        said = msgspec.json.decode(content.encode(), type=_Said)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise Discarded(f"not the object that was asked for: {error}") from None
    if said.signal is Signal.NONE:
        return Answer(Signal.NONE)
    return Answer(said.signal, _quoted(said.evidence or "", document), _named(said.venue, document), _day(said.date))


def _quoted(evidence: str, document: Document) -> Span:
    words = evidence.strip()
    if len(words.split()) < FEWEST_WORDS:
        raise Discarded("it quotes no sentence")
    for number, text in enumerate((document.title, *document.paragraphs), start=TITLE):
        start = text.find(words)
        if start >= 0:
            return Span(number, start, start + len(words), words)
    raise Discarded("its evidence is not a literal part of the article")


def _named(venue: str | None, document: Document) -> str | None:
    name = (venue or "").strip()
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return name if name and any(map(pattern.search, (document.title, *document.paragraphs))) else None


def _day(text: str | None) -> PartialDate | None:
    if text is None or not _DATE.fullmatch(text):
        return None
    try:
        date.fromisoformat(text if len(text) == len("2018-07-16") else f"{text}-01")
    except ValueError:
        return None
    return text
