"""Reads the state tables into what the meetings' fold takes. Writes nothing."""

import sqlite3
from datetime import datetime
from typing import Final

import msgspec

from monitor.events import SignalCorrected
from monitor.meetings.model import Observation, Report
from monitor.projections.moments import BEFORE_ALL, Place
from monitor.reading.model import Claim, Reading
from monitor.statuses import Signal, Speaker

QUERY = """
SELECT r.article, r.at, a.outlet, a.copies, a.official IS NOT NULL OR a.origin = 'seed', r.reading, r.correction,
       EXISTS (SELECT 1 FROM articles c WHERE c.copies = a.copies AND c.article <> a.article)
FROM readings r JOIN articles a ON a.article = r.article
WHERE r.watch = ? AND (r.at, r.article) > (?, ?) AND (r.says OR r.correction IS NOT NULL)
"""
_DECODE_READING: Final = msgspec.json.Decoder(Reading).decode


def load_observations(connection: sqlite3.Connection, watch: str, after: Place = BEFORE_ALL) -> list[Observation]:
    """Every dated article that says something for a watch and stands after a place; in no order."""
    return [_observation(*row) for row in connection.execute(QUERY, (watch, *after))]


def _observation(
    article: str,
    at: str,
    outlet: str,
    copies: str,
    vouched: bool,
    reading_text: str,
    correction_text: str | None,
    copied: bool,
) -> Observation:
    reading = _DECODE_READING(reading_text)
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
        f"copies:{copies}" if copied else outlet,
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
