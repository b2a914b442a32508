"""What a reader is given and what it answers: frozen data and the port. Holds no rules."""

from datetime import datetime
from typing import Protocol

import msgspec

from monitor.statuses import PartialDate, Signal, Speaker

TITLE = -1
"""The paragraph number that stands for the title in a `Span`."""


class Principal(msgspec.Struct, frozen=True):
    """A person whose meetings are watched."""

    name: str
    aliases: tuple[str, ...] = ()


class Watch(msgspec.Struct, frozen=True):
    """Two or more principals whose meetings with each other are followed."""

    name: str
    principals: tuple[Principal, ...]


class Document(msgspec.Struct, frozen=True):
    """The article as a reader sees it: own words only, boilerplate already cut."""

    title: str
    paragraphs: tuple[str, ...]
    published: datetime | None = None
    """UTC; None where unknown."""
    source: str | None = None
    url: str | None = None
    language: str | None = None


class Span(msgspec.Struct, frozen=True):
    """A literal part of a document. `text == paragraphs[paragraph][start:end]`; paragraph TITLE is the title."""

    paragraph: int
    start: int
    end: int
    text: str


class PastMeeting(msgspec.Struct, frozen=True):
    """An earlier meeting of the principals that the article mentions as having taken place."""

    venue: str | None = None
    date: PartialDate | None = None
    evidence: Span | None = None


class Claim(msgspec.Struct, frozen=True):
    """One thing an article says of one meeting, and on what it rests."""

    signal: Signal
    evidence: Span
    venue: str | None = None
    date: PartialDate | None = None
    speaker: Speaker = Speaker.OUTLET
    confidence: float = 0.0
    """0 to 1: how likely the claim is read rightly."""
    why: tuple[str, ...] = ()
    """One line for each layer that had a say, for `explain`."""


class Reading(msgspec.Struct, frozen=True):
    """What one article says of one watch."""

    signal: Signal
    reader: str
    """Name, version and, where a model is used, its hash: `rules-1` or `model-1:ab12cd34`."""
    venue: str | None = None
    date: PartialDate | None = None
    evidence: Span | None = None
    speaker: Speaker = Speaker.NOBODY
    confidence: float = 0.0
    """0 to 1, calibrated where the reader can: how likely `signal` is right."""
    background: tuple[PastMeeting, ...] = ()
    also: tuple[Claim, ...] = ()
    """Claims about further meetings of the same principals (a second one in the future, one just held)."""
    claims: tuple[Claim, ...] = ()
    """Every claim that was weighed, also those that lost; for `explain`."""


class Reader(Protocol):
    """The port of this room. Deterministic: same document, watch and version, same reading."""

    @property
    def version(self) -> str:
        """Recorded in every reading."""

    def read(self, document: Document, watch: Watch) -> Reading:
        """Read one article for one watch. Never raises on any text."""
