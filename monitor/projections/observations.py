"""Reads the state tables into what the meetings' fold takes. Writes nothing."""

import sqlite3
from datetime import datetime

import msgspec

from monitor.events import SignalCorrected
from monitor.log.codec import iso
from monitor.meetings.model import Observation, Report
from monitor.reading.model import Claim, Reading
from monitor.statuses import Signal, Speaker

QUERY = """
SELECT r.article, a.counted_at, a.outlet, a.copies, a.official IS NOT NULL OR a.origin = 'seed', r.reading,
       r.correction,
       (SELECT count(*) FROM articles c WHERE c.copies = a.copies)
FROM readings r JOIN articles a ON a.article = r.article
WHERE r.watch = ? AND a.counted_at IS NOT NULL AND a.counted_at <= ?
  AND (r.says OR r.correction IS NOT NULL)
"""
END_OF_TIME = "9999"


def load_observations(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> list[Observation]:
    """Every article that says something for a watch, published at or before `as_of` (UTC; None: all)."""
    rows = connection.execute(QUERY, (watch, iso(as_of) if as_of else END_OF_TIME)).fetchall()
    return [_observation(*row) for row in rows]


def _observation(
    article: str,
    at: str,
    outlet: str,
    copies: str,
    vouched: bool,
    reading_text: str,
    correction_text: str | None,
    group_size: int,
) -> Observation:
    reading = msgspec.json.decode(reading_text, type=Reading)
    main = Report(
        reading.signal,
        reading.venue,
        reading.date,
        reading.evidence.text if reading.evidence else None,
        _speaker(reading.speaker, vouched),
        reading.confidence,
    )
    also = tuple(_report(claim, vouched) for claim in reading.also)
    if correction_text is not None:
        correction = msgspec.json.decode(correction_text, type=SignalCorrected)
        main, also = _corrected(main, correction), ()
    return Observation(
        article,
        datetime.fromisoformat(at),
        f"copies:{copies}" if group_size > 1 else outlet,
        main,
        also,
        reading.background,
        correction_text is not None,
    )


def _speaker(speaker: Speaker, vouched: bool) -> Speaker:
    """What a side's own site says in its own voice is said on the record; what the chronicle of the seeds says was
    checked against more than one source before it was written."""
    return Speaker.OFFICIAL if vouched and speaker is Speaker.OUTLET else speaker


def _report(claim: Claim, vouched: bool) -> Report:
    return Report(
        claim.signal,
        claim.venue,
        claim.date,
        claim.evidence.text,
        _speaker(claim.speaker, vouched),
        claim.confidence,
    )


def corrected(seen: Observation, correction: SignalCorrected) -> Observation:
    """An article as a person says that it reads: what it says of further meetings no longer counts."""
    return msgspec.structs.replace(seen, main=_corrected(seen.main, correction), also=(), corrected=True)


def _corrected(main: Report, correction: SignalCorrected) -> Report:
    """What a person said, with venue and date of the reading where the person gave none and the signal stands."""
    keep = correction.signal is not Signal.NONE
    return Report(
        correction.signal,
        correction.venue or (main.venue if keep else None),
        correction.date or (main.date if keep else None),
        main.evidence if keep else None,
        Speaker.OFFICIAL,
        1.0,
    )
