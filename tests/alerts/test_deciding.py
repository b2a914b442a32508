"""What each rule of a channel says to each event, and why; what is told together."""

from datetime import UTC, datetime

import msgspec
import pytest

from monitor.alerts.deciding import Case, queued, together, verdict
from monitor.alerts.settings import Rules
from monitor.events import (
    AlertAbandoned,
    AlertFailed,
    AlertQueued,
    AlertSent,
    CaughtUp,
    ChangeReported,
    ChangeWithdrawn,
    Event,
    Mode,
    Recorded,
    SourceFailing,
    SourceMoved,
    SourceRecovered,
    SourceSilent,
    StatusChanged,
)
from monitor.meetings.model import Change
from monitor.projections.outbox import Queued
from monitor.statuses import Signal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGE = Change(
    meeting="ada-bela-1",
    status=Signal.AGREED,
    previous=Signal.PROPOSED,
    article="a1",
    at=NOW,
    venue="Oslo",
    date="2026-04-01",
    evidence="They will meet.",
    supporters=("a1",),
    voices=1,
    official=True,
    confidence=0.8,
)
CHANGED = StatusChanged(watch="ada-bela", change=CHANGE, mode=Mode.LIVE)
REPORTED = ChangeReported(watch="ada-bela", change=CHANGE, mode=Mode.LIVE)
WITHDRAWN = ChangeWithdrawn(watch="ada-bela", change=CHANGE, standing=None, mode=Mode.CORRECTION)
FAILING = SourceFailing(feed="kremlin", reason="status 503", failures=3.0)
OPERATOR = Rules(operator=True, news=False)


def recorded(data: Event, position: int = 7) -> Recorded:
    return Recorded(position, "key", "stream", 1, type(data).__name__, 1, NOW, data, {}, "")


def mode(data: StatusChanged, mode: Mode) -> StatusChanged:
    return msgspec.structs.replace(data, mode=mode)


@pytest.mark.parametrize(
    ("rules", "data", "kind"),
    [
        (Rules(), CHANGED, "change"),
        (Rules(), mode(CHANGED, Mode.CORRECTION), "change"),
        (Rules(), mode(CHANGED, Mode.IMPORT), None),
        (Rules(), mode(CHANGED, Mode.LATE), None),
        (Rules(), mode(CHANGED, Mode.CATCH_UP), None),
        (Rules(watches=("ada-bela",)), CHANGED, "change"),
        (Rules(watches=("other",)), CHANGED, None),
        (Rules(statuses=("agreed",)), CHANGED, "change"),
        (Rules(statuses=("held", "cancelled")), CHANGED, None),
        (Rules(least_confidence=0.8), CHANGED, "change"),
        (Rules(least_confidence=0.81), CHANGED, None),
        (Rules(news=False), CHANGED, None),
        (Rules(), REPORTED, None),
        (Rules(unconfirmed=True), REPORTED, "unconfirmed"),
        (Rules(), CaughtUp(watch="ada-bela"), "summary"),
        (Rules(watches=("other",)), CaughtUp(watch="ada-bela"), None),
        (OPERATOR, CaughtUp(watch="ada-bela"), None),
        (Rules(), FAILING, None),
        (OPERATOR, FAILING, "operator"),
        (OPERATOR, SourceRecovered(feed="kremlin"), "operator"),
        (OPERATOR, SourceSilent(feed="kremlin", last_new=None, expected_days=2.0), "operator"),
        (OPERATOR, SourceMoved(feed="kremlin", to=None), "operator"),
        (OPERATOR, AlertAbandoned(alert="desk/change/1", channel="desk", reason="550"), "operator"),
        (OPERATOR, AlertAbandoned(alert="ops/change/1", channel="ops", reason="550"), None),
        (OPERATOR, AlertSent(alert="desk/change/1", channel="desk"), None),
        (OPERATOR, AlertSent(alert="desk/change/1", channel="desk", refused=("bob: 550",)), "operator"),
        (OPERATOR, AlertFailed(alert="d", channel="desk", reason="r", attempt=1, retry_at=NOW), None),
        (OPERATOR, AlertFailed(alert="d", channel="desk", reason="r", attempt=5, retry_at=NOW), "operator"),
        (OPERATOR, AlertFailed(alert="d", channel="desk", reason="r", attempt=6, retry_at=NOW), None),
    ],
)
def test_what_a_channel_is_told(rules: Rules, data: Event, kind: str | None) -> None:
    found = verdict("ops", rules, Case(recorded(data)))
    assert found.kind == kind
    assert found.why


def test_what_is_taken_back_is_told_only_to_those_who_were_told() -> None:
    assert verdict("desk", Rules(), Case(recorded(WITHDRAWN))).kind is None
    assert verdict("desk", Rules(statuses=("held",)), Case(recorded(WITHDRAWN), was_told=True)).kind == "withdrawn"


def test_the_fate_of_operator_messages_is_not_told() -> None:
    gone = AlertAbandoned(alert="desk/operator/1", channel="desk", reason="550")
    assert verdict("ops", OPERATOR, Case(recorded(gone), about_operator_alert=True)).kind is None


def test_the_same_event_gives_the_same_alert_whenever_it_is_decided() -> None:
    case = Case(recorded(CHANGED), thread="t")
    found = verdict("desk", Rules(), case)
    first = queued("desk", Rules(), case, found, NOW)
    later = queued("desk", Rules(group="5m"), case, found, NOW.replace(hour=15))
    assert first is not None
    assert later is not None
    assert first.key == later.key
    assert isinstance(first.data, AlertQueued)
    assert first.data.why == "desk is told of every change of every watch"


def waiting(number: int, kind: str = "change", thread: str | None = "t", attempts: int = 0) -> Queued:
    return Queued(
        f"desk/{kind}/{number}", "desk", kind, "ada-bela", thread, NOW, NOW, attempts, 0, (), (number,), "w", None
    )


@pytest.mark.parametrize(
    ("rules", "alerts", "kinds"),
    [
        (Rules(), [waiting(1)], []),
        (Rules(), [waiting(1), waiting(2)], ["together"]),
        (Rules(), [waiting(1), waiting(2, attempts=1)], []),
        (Rules(), [waiting(1), waiting(2, "operator")], []),
        (Rules(), [waiting(1, "operator"), waiting(2, "operator"), waiting(3), waiting(4)], ["together", "operator"]),
        (Rules(), [waiting(1, "summary"), waiting(2, "summary")], ["summary"]),
        (Rules(digest="daily"), [waiting(1)], ["digest"]),
        (Rules(digest="daily"), [waiting(1, "digest")], []),
    ],
    ids=[
        "one alone", "two", "one already tried", "news and operator", "two of each", "two summaries", "a digest of one",
        "a digest as it is",
    ],
)  # fmt: skip
def test_what_is_told_together(rules: Rules, alerts: list[Queued], kinds: list[str]) -> None:
    joined = [event.data for event in together("desk", rules, alerts)]
    assert [data.kind for data in joined] == kinds  # type: ignore[attr-defined]  # they are AlertQueued


def test_one_message_of_two_meetings_has_no_thread() -> None:
    (same,) = together("desk", Rules(), [waiting(1), waiting(2)])
    (other,) = together("desk", Rules(), [waiting(1), waiting(2, thread="u")])
    assert isinstance(same.data, AlertQueued)
    assert isinstance(other.data, AlertQueued)
    assert (same.data.thread, other.data.thread) == ("t", None)
    assert same.data.causes == (1, 2)
