"""When a channel is told: quiet hours, digests, grouping, hourly limit, days of meetings. Pure; knows no event."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.alerts.settings import Rules
from monitor.config import seconds

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
ASKED_FOR: Final = timedelta(days=7)
"""A question this long overdue is not asked any more: it would be history."""
MONDAY: Final = 0


def span(text: str) -> timedelta | None:
    """A duration such as `2m`; None for `off`."""
    return None if text == "off" else timedelta(seconds=seconds(text))


def is_quiet(rules: Rules, at: datetime) -> bool:
    """Whether an instant lies in the channel's quiet hours, by the wall clock of its zone."""
    hours = rules.quiet_hours()
    return hours is not None and _within(hours, at.astimezone(ZoneInfo(rules.zone)).time())


def _within(hours: tuple[time, time], clock: time) -> bool:
    start, end = hours
    return start <= clock < end if start < end else clock >= start or clock < end


def after_quiet(rules: Rules, at: datetime) -> datetime:
    """The first instant from `at` on outside the quiet hours; by minutes, for clocks are put forward and back."""
    hours, zone = rules.quiet_hours(), ZoneInfo(rules.zone)
    while hours is not None and _within(hours, at.astimezone(zone).time()):
        at = at.replace(second=0, microsecond=0) + MINUTE
    return at


def next_digest(rules: Rules, at: datetime) -> datetime:
    """The first time of the digest after an instant."""
    zone = ZoneInfo(rules.zone)
    day = at.astimezone(zone).date()
    while True:
        moment = _local(day, rules)
        if moment > at and (rules.digest == "daily" or day.weekday() == MONDAY):
            return moment
        day += timedelta(days=1)


def release(rules: Rules, at: datetime) -> datetime:
    """When something that is known at `at` may be told."""
    if rules.digest != "off":
        return after_quiet(rules, next_digest(rules, at))
    return after_quiet(rules, at + (span(rules.group) or timedelta()))


def free_again(rules: Rules, sent: Sequence[datetime], now: datetime) -> datetime:
    """When the hourly limit lets the next message through. `sent`: when messages left, oldest first."""
    recent = [at for at in sent if now - HOUR < at <= now]
    return now if len(recent) < rules.hourly else recent[-rules.hourly] + HOUR


def date_alert(rules: Rules, day: date, known_since: datetime, now: datetime) -> str | None:
    """`reminder` before the day of an agreed meeting, `question` after it, None when neither is due.

    What became known only after its moment is not recalled: the news itself has just been told.
    """
    before, after = span(rules.reminder), span(rules.question)
    at = _local(day, rules)
    over = _local(day + timedelta(days=1), rules)
    if before is not None and known_since < at - before <= now < over:
        return "reminder"
    if after is not None and known_since < at + after <= now < at + after + ASKED_FOR:
        return "question"
    return None


def _local(day: date, rules: Rules) -> datetime:
    """The digest's hour of a day in the channel's zone, in UTC."""
    return datetime.combine(day, rules.digest_hour(), ZoneInfo(rules.zone)).astimezone(UTC)
