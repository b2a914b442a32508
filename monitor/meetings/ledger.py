"""The meetings of the past that articles mention in passing. Never moves a track."""

from collections.abc import Iterable
from typing import Final

import msgspec

from monitor.meetings.days import days_of, gap, sharper
from monitor.meetings.model import Meeting
from monitor.meetings.places import Places
from monitor.meetings.tracks import NEAR_DAYS
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal

_AT_MOST: Final = 1_000
"""Past meetings kept for one watch; more are noise."""


class Noted(msgspec.Struct, frozen=True):
    """A mention not heard before."""

    said: PastMeeting
    """As the article had it, without its evidence."""
    number: int | None
    """The past meeting it speaks of, from 0 on; None where it was one too many."""
    known: PastMeeting
    """What is known of that meeting with it."""


class Ledger:
    """Past meetings by venue and date, each once."""

    def __init__(self, watch: str, places: Places) -> None:
        self._watch = watch
        self._places = places
        self._past: list[PastMeeting] = []
        self._seen: set[tuple[str | None, str | None]] = set()

    def note(self, mention: PastMeeting, day: int) -> Noted | None:
        """Take in one mention, made on `day`; one with neither venue nor date, or of a day to come, says nothing."""
        key = (mention.venue, mention.date)
        span = days_of(mention.date)
        if key in self._seen or not (mention.venue or span) or (span and span[0] > day):
            return None
        noted = self._placed(PastMeeting(mention.venue, mention.date))
        self.recall(noted)
        return noted

    def recall(self, noted: Noted) -> None:
        """Take in what was noted before, in the same order."""
        self._seen.add((noted.said.venue, noted.said.date))
        if noted.number == len(self._past):
            self._past.append(noted.known)
        elif noted.number is not None:
            self._past[noted.number] = noted.known

    def _placed(self, said: PastMeeting) -> Noted:
        for n, known in enumerate(self._past):
            if self._one_meeting(known.venue, known.date, said):
                venue, date = self._places.sharper(said.venue, known.venue), sharper(said.date, known.date)
                return Noted(said, n, PastMeeting(venue, date))
        return Noted(said, len(self._past) if len(self._past) < _AT_MOST else None, said)

    def meetings(self, confirmed: Iterable[Meeting]) -> list[Meeting]:
        """The past meetings that are none of the confirmed ones, by date; those without one first."""
        met = [m for m in confirmed if m.status is Signal.HELD]
        rest = [past for past in self._past if not any(self._one_meeting(m.venue, m.date, past) for m in met)]
        rest.sort(key=lambda past: (past.date or "", past.venue or ""))
        return [
            Meeting(f"{self._watch}-past-{n}", Signal.HELD, past.venue, past.date, background=True)
            for n, past in enumerate(rest, start=1)
        ]

    def _one_meeting(self, venue: str | None, date: str | None, mention: PastMeeting) -> bool:
        """Same place and time as far as both are known; a place alone, or a time alone, will do."""
        same = self._places.same(venue, mention.venue)
        known, told = days_of(date), days_of(mention.date)
        if known is None or told is None:
            return same is True
        if gap(known, told) > NEAR_DAYS:
            return False
        exact = known[0] == known[1] and told[0] == told[1]
        return same is not False or exact
