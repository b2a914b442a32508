"""Names of time zones as newsrooms write them, with their offsets. Does not parse dates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

HOURS: Final[dict[str, float]] = {
    "UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1,
    "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "MSK": 3, "MSD": 4, "TRT": 3,
    "IDT": 3, "GST": 4, "AZT": 4, "AMT": 4, "GET": 4, "SAMT": 4, "IRST": 3.5, "IRDT": 4.5, "AFT": 4.5,
    "PKT": 5, "UZT": 5, "YEKT": 5, "IST": 5.5, "NPT": 5.75, "OMST": 6, "ALMT": 6, "KRAT": 7, "WIB": 7,
    "ICT": 7, "IRKT": 8, "SGT": 8, "HKT": 8, "PHT": 8, "MYT": 8, "AWST": 8, "JST": 9, "KST": 9, "YAKT": 9,
    "ACST": 9.5, "VLAT": 10, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5,
    "NDT": -2.5, "ADT": -3, "BRT": -3, "ART": -3, "CLT": -4, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Hours east of UTC. Where a name has several uses, the one most found in English news counts: BST is British
Summer Time, IST India, CST North America, AMT Armenia. Source: the IANA time zone database (2026)."""
SEASONAL: Final = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "MOSCOW TIME": "Europe/Moscow",
    "KYIV TIME": "Europe/Kyiv",
    "KIEV TIME": "Europe/Kyiv",
    "UK TIME": "Europe/London",
    "LONDON TIME": "Europe/London",
    "BEIJING TIME": "Asia/Shanghai",
    "EASTERN TIME": "America/New_York",
}
"""Names that mean the local time of a place, whatever the season."""
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-−])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)")
_NAME = re.compile(
    r"\s*\(?\s*(" + "|".join(sorted((*SEASONAL, *HOURS), key=len, reverse=True)) + r")\b\s*\)?", re.IGNORECASE
)


def with_zone(local: datetime, after: str) -> datetime | None:
    """`local` (naive) in the zone that `after`, the text behind the time, starts with; None if it names none.

    An offset counts before a name, so that "UTC+3 MSK" is +03:00.
    """
    rest = after.lstrip(" ,\t(")
    if offset := _OFFSET.match(rest):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        sign = 1 if offset[1] == "+" else -1
        return local.replace(tzinfo=timezone(sign * timedelta(hours=hours, minutes=minutes)))
    if name := _NAME.match(rest):
        zone = name[1].upper()
        if zone in SEASONAL:
            return local.replace(tzinfo=ZoneInfo(SEASONAL[zone]))
        return local.replace(tzinfo=timezone(timedelta(hours=HOURS[zone])))
    return None
