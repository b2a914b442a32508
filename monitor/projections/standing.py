"""The status of one watch with what it rests on, at a place in its history. Reads only."""

import sqlite3
from datetime import datetime

import msgspec

from monitor.meetings.history import Course
from monitor.meetings.model import Change
from monitor.projections import moments
from monitor.projections.moments import Place
from monitor.statuses import PartialDate, Signal


class MeetingPlace(msgspec.Struct, frozen=True):
    """A meeting with what is known of its place and time."""

    id: str
    venue: str | None
    date: PartialDate | None


class Evidence(msgspec.Struct, frozen=True):
    """The sentence that a status rests on, and who printed it."""

    text: str | None
    article: str
    source: str | None
    url: str | None
    published: datetime | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A status with its reasons."""

    status: Signal = Signal.NONE
    since: datetime | None = None
    """Publication of the article that tipped it (UTC)."""
    meeting: MeetingPlace | None = None
    confidence: float | None = None
    """0 to 1."""
    voices: int = 0
    official: bool = False
    why: str = ""
    """The rule that let the change through."""
    evidence: Evidence | None = None


def standing(connection: sqlite3.Connection, watch: str, until: Place) -> Standing:
    """The status of a watch and what it rests on; NONE where nothing is confirmed."""
    change = moments.current(connection, watch, until)
    if change is None:
        return Standing()
    return _standing(connection, change, moments.course(connection, watch, change.meeting, until) or change)


def unconfirmed(connection: sqlite3.Connection, watch: str, until: Place) -> Standing | None:
    """The later change that still lacks voices, with the place and time that it names."""
    change = moments.unconfirmed(connection, watch, until)
    return _standing(connection, change, change) if change else None


def _standing(connection: sqlite3.Connection, change: Change, known: Change | Course) -> Standing:
    """`known`: what tells the meeting's place and time."""
    row = connection.execute(
        "SELECT outlet, url, published FROM articles WHERE article = ?", (change.article,)
    ).fetchone()
    outlet, url, published = row or (None, None, None)
    return Standing(
        status=change.status,
        since=change.at,
        meeting=MeetingPlace(change.meeting, known.venue, known.date),
        confidence=round(change.confidence, 3),
        voices=change.voices,
        official=change.official,
        why=change.why,
        evidence=Evidence(
            change.evidence, change.article, outlet, url, datetime.fromisoformat(published) if published else None
        ),
    )
