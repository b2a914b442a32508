"""What the fold is given and what it answers: frozen data. Holds no rules."""

from datetime import datetime

import msgspec

from monitor.reading.model import PastMeeting
from monitor.statuses import PartialDate, Signal, Speaker


class Report(msgspec.Struct, frozen=True):
    """One thing that one article says of one meeting, as the fold sees it."""

    signal: Signal
    venue: str | None = None
    date: PartialDate | None = None
    evidence: str | None = None
    speaker: Speaker = Speaker.NOBODY
    confidence: float = 1.0


class Observation(msgspec.Struct, frozen=True):
    """One article's reading, placed in time, with the voice it counts as."""

    article: str
    published: datetime
    """UTC: the instant that orders the article (declared, else worked out, else first seen)."""
    voice: str
    """Outlet, or the group of copies the article belongs to: articles with one voice count once."""
    main: Report
    also: tuple[Report, ...] = ()
    background: tuple[PastMeeting, ...] = ()
    corrected: bool = False
    """A person said so: counts as official and is never outvoted by a reader."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many voices a change needs, and how sure the reading must be. Set for each watch in the configuration.

    The figures behind the defaults: docs/policy.md.
    """

    voices: int = 2
    """Independent outlets that agreed, held, postponed and cancelled need when no official says so."""
    proposed_voices: int = 1
    official_suffices: bool = True
    least_confidence: float = 0.0
    """Reports below it are shown but not counted (0 to 1)."""
    sure_confidence: float = 0.8
    """One report whose weighed certainty is at or above it counts as enough by itself; above 1 none does."""
    least_certainty: float = 0.6
    """The certainty (0 to 1) that the reports of a change must reach together, what is surprising weighed down."""
    revival_days: int = 45
    """A meeting put off or called off and agreed again within so many days is the same meeting (codebook)."""


class Change(msgspec.Struct, frozen=True):
    """A meeting moved to another status, at the article that tipped it."""

    meeting: str
    status: Signal
    previous: Signal
    """NONE where the meeting is new."""
    article: str
    at: datetime
    """Publication instant of the article that tipped it."""
    venue: str | None
    date: PartialDate | None
    evidence: str | None
    supporters: tuple[str, ...]
    """Articles that the change rests on, the tipping one last."""
    voices: int
    """Independent voices among them."""
    official: bool
    confidence: float
    confirmed: bool = True
    why: str = ""
    """The rule that let it through, in one sentence for people."""


class Meeting(msgspec.Struct, frozen=True):
    """One meeting (track) with its history."""

    id: str
    """`<watch>-<n>`, numbered in order of the first report by publication."""
    status: Signal
    venue: str | None
    date: PartialDate | None
    changes: tuple[Change, ...] = ()
    background: bool = False
    """True where it is known only from mentions of the past."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of one article in the fold, for people who ask why."""

    article: str
    meeting: str | None
    counted: bool
    reason: str


class WatchState(msgspec.Struct, frozen=True):
    """Everything that follows from a watch's observations under a policy."""

    watch: str
    meetings: tuple[Meeting, ...] = ()
    changes: tuple[Change, ...] = ()
    """Confirmed changes of all meetings in order."""
    current: Change | None = None
    """The change that the watch's present status rests on."""
    unconfirmed: Change | None = None
    """A later change that still lacks voices."""
    verdicts: tuple[Verdict, ...] = ()
