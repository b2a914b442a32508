"""Quiet hours, digests, limits and days of meetings, also when clocks are put forward or back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.rules import after_quiet, date_alert, free_again, is_quiet, next_digest, release
from monitor.alerts.settings import Rules

VIENNA = "Europe/Vienna"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "told"),
    [
        ("22:00-07:00", "2026-01-10T20:59", "2026-01-10T20:59"),
        ("22:00-07:00", "2026-01-10T21:00", "2026-01-11T06:00"),
        ("22:00-07:00", "2026-07-10T20:00", "2026-07-11T05:00"),
        ("22:00-07:00", "2026-07-10T05:00", "2026-07-10T05:00"),
        ("12:00-13:00", "2026-01-10T11:30", "2026-01-10T12:00"),
        ("22:00-07:00", "2026-03-28T23:00", "2026-03-29T05:00"),
        ("22:00-02:30", "2026-03-28T23:00", "2026-03-29T01:00"),
        ("22:00-07:00", "2026-10-24T23:00", "2026-10-25T06:00"),
        ("22:00-02:30", "2026-10-24T23:00", "2026-10-25T00:30"),
        ("02:15-02:45", "2026-10-25T01:20", "2026-10-25T01:45"),
        ("", "2026-01-10T03:00", "2026-01-10T03:00"),
    ],
    ids=[
        "a minute before", "at their start", "in summer", "at their end", "within a day", "the night clocks go forward",
        "an end that the night does not have", "the night clocks go back", "an end that the night has twice",
        "the second time of an hour that comes twice", "no quiet hours",
    ],
)  # fmt: skip
def test_quiet_hours_follow_the_wall_clock(quiet: str, at: str, told: str) -> None:
    assert after_quiet(Rules(quiet=quiet, zone=VIENNA), utc(at)) == utc(told)


ZONES = st.sampled_from(
    ["UTC", VIENNA, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
)
CLOCKS = st.times().map(lambda t: t.strftime("%H:%M"))
INSTANTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda m: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=m))


@settings(deadline=None)
@given(ZONES, CLOCKS, CLOCKS, INSTANTS)
def test_what_is_held_back_is_told_within_a_day_and_never_in_quiet_hours(
    zone: str, start: str, end: str, at: datetime
) -> None:
    if start == end:
        return
    rules = Rules(zone=zone, quiet=f"{start}-{end}")
    told = after_quiet(rules, at)
    assert not is_quiet(rules, told)
    assert at <= told <= at + timedelta(hours=26)
    assert told == at or is_quiet(rules, told - timedelta(seconds=1))


@settings(deadline=None)
@given(ZONES, CLOCKS, INSTANTS, st.sampled_from(["daily", "weekly"]))
def test_the_next_digest_lies_ahead_and_within_its_period(zone: str, hour: str, at: datetime, digest: str) -> None:
    rules = Rules(zone=zone, digest=digest, digest_at=hour)  # type: ignore[arg-type]  # one of the two
    ahead = next_digest(rules, at) - at
    assert timedelta(0) < ahead <= timedelta(days=1 if digest == "daily" else 7, hours=2)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (Rules(), "2026-01-10T21:30"),
        (Rules(group="5m"), "2026-01-10T21:35"),
        (Rules(group="5m", quiet="21:32-23:00"), "2026-01-10T23:00"),
        (Rules(digest="daily"), "2026-01-11T08:00"),
        (Rules(digest="weekly"), "2026-01-12T08:00"),
        (Rules(digest="daily", digest_at="07:00", zone=VIENNA), "2026-01-11T06:00"),
    ],
    ids=["at once", "grouped", "grouped into quiet hours", "daily", "on Monday", "in its zone"],
)
def test_when_news_is_told(rules: Rules, told: str) -> None:
    assert release(rules, utc("2026-01-10T21:30")) == utc(told)


def test_the_hourly_limit_counts_the_last_sixty_minutes() -> None:
    now = utc("2026-01-10T12:00")
    sent = [now - timedelta(minutes=m) for m in (70, 50, 40, 10)]
    assert free_again(Rules(hourly=4), sent, now) == now
    assert free_again(Rules(hourly=3), sent, now) == now + timedelta(minutes=10)
    assert free_again(Rules(hourly=2), sent, now) == now + timedelta(minutes=20)


@given(st.integers(1, 10), st.lists(st.integers(0, 300), max_size=60))
def test_no_hour_holds_more_than_the_limit(hourly: int, gaps: list[int]) -> None:
    rules, now, sent = Rules(hourly=hourly), utc("2026-01-10T12:00"), []
    for gap in gaps:
        now = max(now + timedelta(seconds=gap), free_again(rules, sent, now))
        sent.append(now)
    for at in sent:
        assert sum(at <= other < at + timedelta(hours=1) for other in sent) <= hourly


@pytest.mark.parametrize(
    ("now", "known", "kind"),
    [
        ("2026-05-08T08:00", "2026-05-01", None),
        ("2026-05-09T07:59", "2026-05-01", None),
        ("2026-05-09T08:00", "2026-05-01", "reminder"),
        ("2026-05-10T20:00", "2026-05-01", "reminder"),
        ("2026-05-10T20:00", "2026-05-09T12:00", None),
        ("2026-05-11T08:00", "2026-05-01", "question"),
        ("2026-05-11T08:00", "2026-05-09T12:00", "question"),
        ("2026-05-11T08:00", "2026-05-11T08:00", None),
        ("2026-05-30T08:00", "2026-05-01", None),
    ],
    ids=[
        "two days before", "a minute before", "the day before", "on the day, if we were down", "just agreed",
        "the day after", "agreed late", "learnt only now", "history",
    ],
)  # fmt: skip
def test_days_of_agreed_meetings(now: str, known: str, kind: str | None) -> None:
    assert date_alert(Rules(), date(2026, 5, 10), utc(known), utc(now)) == kind


def test_reminders_and_questions_can_be_turned_off() -> None:
    rules = Rules(reminder="off", question="off")
    for now in ("2026-05-09T12:00", "2026-05-12T12:00"):
        assert date_alert(rules, date(2026, 5, 10), utc("2026-05-01"), utc(now)) is None
