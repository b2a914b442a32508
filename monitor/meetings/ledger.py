"""The meetings of the past that articles mention in passing. Never moves a track."""

from collections.abc import Iterable
from typing import Final

from monitor.meetings.days import days_of, gap, sharper
from monitor.meetings.model import Meeting
from monitor.meetings.places import Places
from monitor.meetings.tracks import NEAR_DAYS, Track
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal

_AT_MOST: Final = 1_000
"""Past meetings kept for one watch; more are noise."""


class Ledger:
    """Past meetings by venue and date, each once."""

    def __init__(self, watch: str, places: Places) -> None:
        self._watch = watch
        self._places = places
        self._past: list[PastMeeting] = []
        self._seen: set[tuple[str | None, str | None]] = set()

    def note(self, mention: PastMeeting, day: int) -> None:
        """Take in one mention, made on `day`; one with neither venue nor date, or of a day to come, says nothing."""
        key = (mention.venue, mention.date)
        span = days_of(mention.date)
        if key in self._seen or not (mention.venue or span) or (span and span[0] > day):
            return
        self._seen.add(key)
        for n, known in enumerate(self._past):
            if self._one_meeting(known.venue, known.date, mention):
                self._past[n] = PastMeeting(
                    self._places.sharper(mention.venue, known.venue), sharper(mention.date, known.date)
                )
                return
        if len(self._past) < _AT_MOST:
            self._past.append(PastMeeting(mention.venue, mention.date))

    def meetings(self, tracks: Iterable[Track]) -> list[Meeting]:
        """The past meetings that are none of the tracks, by date; those without one first."""
        met = [t for t in tracks if t.status is Signal.HELD]
        rest = [past for past in self._past if not any(self._one_meeting(t.venue, t.date, past) for t in met)]
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
