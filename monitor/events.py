"""What can happen: every event type, frozen, versioned, documented. Does not store, fold or decide anything."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from monitor.meetings.model import Change, Policy
from monitor.reading.model import Principal, Reading, Span
from monitor.statuses import PartialDate, Signal


class Origin(StrEnum):
    """How an article came in. Only what was polled can raise an alert."""

    POLL = "poll"
    IMPORT = "import"
    SEED = "seed"


class Mode(StrEnum):
    """Why a change is in the log; only `live` changes are told to people one by one."""

    LIVE = "live"
    CATCH_UP = "catch-up"
    """Found before the watch had caught up with its sources for the first time."""
    IMPORT = "import"
    """The article that tipped it was imported or came with the seeds."""
    LATE = "late"
    """It changes history, not the present."""
    CORRECTION = "correction"
    """A person's correction brought it about."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all event data. `schema` rises when the fields change; `monitor.log.upcast` knows the old ones."""

    schema: ClassVar[int] = 1


class WatchConfigured(Event, frozen=True, kw_only=True):
    """A watch was added, or its principals or policy were changed; the fold uses the last one."""

    watch: str
    principals: tuple[Principal, ...]
    policy: Policy


class WatchRemoved(Event, frozen=True, kw_only=True):
    """A watch is no longer in the configuration; its history stays."""

    watch: str


class ArticleRecorded(Event, frozen=True, kw_only=True):
    """An article was seen for the first time. Its words are kept beside the log under `text` (SHA-256)."""

    article: str
    """Identity: first 16 hex digits of the SHA-256 of the canonical URL, or of title and text without one."""
    title: str
    text: str
    origin: Origin
    feed: str
    """Name of the configured source, or the file it was imported from."""
    first_seen: datetime
    published: datetime | None = None
    precision: str = "unknown"
    """How exactly `published` is known: second, minute, day, month, range or unknown."""
    updated: datetime | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    author: str | None = None
    official: str | None = None
    """The side this source speaks for on the record (`russia`), or None for press."""
    sketch: tuple[int, ...] = ()
    """Fingerprint of the body by which copies are recognised."""


class ArticleRevised(ArticleRecorded, frozen=True, kw_only=True):
    """A known article changed; `previous` is the SHA-256 of the words it had before."""

    previous: str


class ArticleRead(Event, frozen=True, kw_only=True):
    """What a reader made of one version of one article for one watch."""

    article: str
    text: str
    """SHA-256 of the words that were read."""
    watch: str
    reading: Reading


class ArticleDismissed(Event, frozen=True, kw_only=True):
    """An article was read and says nothing at all of these watches' principals meeting: one event for all of them."""

    article: str
    text: str
    """SHA-256 of the words that were read."""
    watches: tuple[str, ...]
    reader: str


class SecondReaderAnswered(Event, frozen=True, kw_only=True):
    """What an optional language model said; replay uses this record and never asks again."""

    article: str
    text: str
    """SHA-256 of the words that were judged."""
    watch: str
    asked: int
    """Position of the reading that was in doubt; the answer counts as long as that reading stands."""
    model: str
    """As the server names it."""
    prompt: str
    """Version of the question."""
    accepted: bool
    reason: str = ""
    """Why the answer was discarded."""
    signal: Signal | None = None
    """None where no usable answer came."""
    venue: str | None = None
    date: PartialDate | None = None
    evidence: Span | None = None


class SignalCorrected(Event, frozen=True, kw_only=True):
    """A person overruled a reading. Later readings of the same article never undo it."""

    article: str
    watch: str
    signal: Signal
    venue: str | None = None
    date: PartialDate | None = None
    note: str = ""


class ArticleLabelled(Event, frozen=True, kw_only=True):
    """A person said what an article signals, for training and evaluation; the last label of an article counts.

    The status follows only from a `SignalCorrected` beside it, where the label differs from the reading.
    """

    article: str
    text: str
    """SHA-256 of the words that were judged."""
    watch: str
    signal: Signal
    venue: str | None = None
    date: PartialDate | None = None
    evidence: Span | None = None
    """The words that say so; None for `none` where nothing misled the reader."""


class CaughtUp(Event, frozen=True, kw_only=True):
    """A watch has read everything its sources had when it was added; from here on changes are news."""

    watch: str


class StatusChanged(Event, frozen=True, kw_only=True):
    """A meeting moved to another status."""

    watch: str
    change: Change
    mode: Mode


class ChangeReported(Event, frozen=True, kw_only=True):
    """A change is reported but lacks voices: shown as unconfirmed."""

    watch: str
    change: Change
    mode: Mode


class ChangeWithdrawn(Event, frozen=True, kw_only=True):
    """A change that had been recorded no longer follows from what is known (a correction, a late article)."""

    watch: str
    change: Change
    standing: Change | None
    """What stands instead."""
    mode: Mode


class AlertQueued(Event, frozen=True, kw_only=True):
    """It was decided that a channel is told something. Decided once; delivered from the outbox."""

    alert: str
    """Key of alert and channel: one message, however often it is tried."""
    channel: str
    kind: str
    """change, unconfirmed, withdrawn, summary, digest, reminder, question or operator."""
    causes: tuple[int, ...]
    """Positions of the events it tells of."""
    watch: str | None = None
    not_before: datetime | None = None
    why: str = ""
    text: str | None = None
    """For operator messages: what is told."""
    thread: str | None = None
    """The conversation it belongs to: one for each meeting and channel."""
    replaces: tuple[str, ...] = ()
    """Alerts of this channel that are told together in this one message."""


class AlertSent(Event, frozen=True, kw_only=True):
    """The server accepted the message."""

    alert: str
    channel: str
    answer: str = ""
    reference: str | None = None
    """What later messages of the thread refer to (a Message-ID, a Slack `ts`)."""
    refused: tuple[str, ...] = ()
    """Recipients that the server turned away for good, each with its words."""
    to: tuple[str, ...] = ()
    """Recipients for whom the server took it."""


class AlertFailed(Event, frozen=True, kw_only=True):
    """An attempt failed and will be repeated at `retry_at`."""

    alert: str
    channel: str
    reason: str
    attempt: int
    retry_at: datetime
    unknown: bool = False
    """The message may have arrived: the line broke, or the service stopped, before the answer was recorded."""
    left: tuple[str, ...] = ()
    """Recipients that are still to get it; none named: all."""
    refused: tuple[str, ...] = ()
    """Recipients that the server turned away for good, each with its words."""


class AlertAbandoned(Event, frozen=True, kw_only=True):
    """It cannot be delivered; set aside with the reason until a person sends it again."""

    alert: str
    channel: str
    reason: str


class AlertResent(Event, frozen=True, kw_only=True):
    """A person put an abandoned alert back into the outbox."""

    alert: str
    channel: str


class ArticleSetAside(Event, frozen=True, kw_only=True):
    """Something fetched or imported was not an article, or could not be read; a person can release it."""

    item: str
    """URL or file."""
    feed: str
    reason: str
    text: str | None = None
    """SHA-256 of what was there, where it is kept."""


class ArticleReleased(Event, frozen=True, kw_only=True):
    """A person said that something set aside is an article after all."""

    item: str


class SourceFailing(Event, frozen=True, kw_only=True):
    """A source has failed often enough to say so."""

    feed: str
    reason: str
    failures: float


class SourceRecovered(Event, frozen=True, kw_only=True):
    """A source that was failing or silent gives articles again."""

    feed: str


class SourceSilent(Event, frozen=True, kw_only=True):
    """A source answers but has had nothing new for longer than its rhythm explains."""

    feed: str
    last_new: datetime | None
    expected_days: float


class SourceMoved(Event, frozen=True, kw_only=True):
    """A source answered with a permanent redirect (or is gone: `to` is None)."""

    feed: str
    to: str | None


class ConfigReloaded(Event, frozen=True, kw_only=True):
    """The configuration in use was replaced; `differences` are lines for people, without secrets."""

    differences: tuple[str, ...]


EVENT_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        WatchConfigured,
        WatchRemoved,
        ArticleRecorded,
        ArticleRevised,
        ArticleRead,
        ArticleDismissed,
        SecondReaderAnswered,
        SignalCorrected,
        ArticleLabelled,
        CaughtUp,
        StatusChanged,
        ChangeReported,
        ChangeWithdrawn,
        AlertQueued,
        AlertSent,
        AlertFailed,
        AlertAbandoned,
        AlertResent,
        ArticleSetAside,
        ArticleReleased,
        SourceFailing,
        SourceRecovered,
        SourceSilent,
        SourceMoved,
        ConfigReloaded,
    )
}


class NewEvent(msgspec.Struct, frozen=True):
    """An event on its way into the log."""

    stream: str
    """What it happened to: `article/<id>`, `watch/<name>`, `alert/<key>`, `source/<name>`."""
    data: Event
    key: str
    """Idempotency key: appending the same key again changes nothing."""
    actor: str = "service"
    cause: int | None = None
    """Position of the event that led to it."""
    words: str | None = None
    """Text to keep beside the log under its SHA-256 (an article's words)."""


class Recorded(msgspec.Struct, frozen=True):
    """An event as it stands in the log."""

    position: int
    id: str
    stream: str
    version: int
    type: str
    schema: int
    recorded_at: datetime
    data: Event
    meta: dict[str, Any]
    hash: str
