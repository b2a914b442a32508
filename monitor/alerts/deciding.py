"""Which event is told to which channel, and what is told together. Pure: events and rules in, events out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from monitor.alerts.gathering import operator_note
from monitor.alerts.message import digest
from monitor.alerts.rules import release
from monitor.alerts.settings import STATUSES, Rules
from monitor.events import (
    AlertAbandoned,
    AlertFailed,
    AlertQueued,
    AlertSent,
    CaughtUp,
    ChangeReported,
    ChangeWithdrawn,
    Mode,
    NewEvent,
    Recorded,
    SourceFailing,
    SourceMoved,
    SourceRecovered,
    SourceSilent,
    StatusChanged,
)
from monitor.projections.outbox import Queued

NEWS_TYPES: Final = ("CaughtUp", "StatusChanged", "ChangeReported", "ChangeWithdrawn")
OPERATOR_TYPES: Final = (
    "SourceFailing", "SourceRecovered", "SourceSilent", "SourceMoved", "AlertSent", "AlertFailed", "AlertAbandoned",
)  # fmt: skip
TOLD_MODES: Final = (Mode.LIVE, Mode.CORRECTION)
"""Imports, late articles and the first catch-up are history, and never told one by one."""


class Case(msgspec.Struct, frozen=True):
    """One event with what the log knows around it, for one channel."""

    event: Recorded
    thread: str | None = None
    """The channel's thread for the meeting it tells of."""
    was_told: bool = False
    """Whether the channel was told what is now taken back."""
    about_operator_alert: bool = False
    """Whether it is the fate of an operator message: telling that would never end."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether a channel is told of an event, and why or why not."""

    kind: str | None
    """Kind of alert; None: it is not told."""
    why: str


def verdict(channel: str, rules: Rules, case: Case) -> Verdict:
    """What the rules of a channel say to one event."""
    match case.event.data:
        case CaughtUp() as data:
            return _about_watch(rules, data.watch) or Verdict("summary", "one summary at the end of the first catch-up")
        case StatusChanged() | ChangeReported() | ChangeWithdrawn() as data:
            return _about_watch(rules, data.watch) or _change(channel, rules, data, case)
        case _:
            return _operator(channel, rules, case)


def _about_watch(rules: Rules, watch: str) -> Verdict | None:
    if not rules.news:
        return Verdict(None, "the channel takes no news")
    if rules.watches and watch not in rules.watches:
        return Verdict(None, f"the channel is not told of {watch}")
    return None


def _change(channel: str, rules: Rules, data: StatusChanged | ChangeReported | ChangeWithdrawn, case: Case) -> Verdict:
    if data.mode not in TOLD_MODES:
        return Verdict(None, f"mode {data.mode}: history is not told")
    if isinstance(data, ChangeWithdrawn):
        if case.was_told:
            return Verdict("withdrawn", f"{channel} was told what is now taken back")
        return Verdict(None, "the channel was not told what is now taken back")
    change = data.change
    if change.status not in rules.statuses:
        return Verdict(None, f"the channel is not told of {change.status}")
    if change.confidence < rules.least_confidence:
        return Verdict(None, f"confidence {change.confidence:.2f} is below the channel's {rules.least_confidence:.2f}")
    if isinstance(data, StatusChanged):
        return Verdict("change", _rule(channel, rules))
    if rules.unconfirmed:
        return Verdict("unconfirmed", f"{_rule(channel, rules)}, also unconfirmed")
    return Verdict(None, "the channel is told of confirmed changes only")


def _rule(channel: str, rules: Rules) -> str:
    watches = " and ".join(rules.watches) or "every watch"
    if set(rules.statuses) == set(STATUSES):
        return f"{channel} is told of every change of {watches}"
    return f"{channel} is told when {watches} turns {' or '.join(rules.statuses)}"


def _operator(channel: str, rules: Rules, case: Case) -> Verdict:
    data = case.event.data
    if not rules.operator:
        return Verdict(None, "the channel takes no operator messages")
    match data:
        case AlertSent() | AlertFailed() | AlertAbandoned():
            if data.channel == channel or case.about_operator_alert:
                return Verdict(None, "a channel is not told of itself")
        case SourceFailing() | SourceRecovered() | SourceSilent() | SourceMoved():
            pass
        case _:
            return Verdict(None, "not for operators")
    if operator_note(data) is None:
        return Verdict(None, "nothing that an operator has to do")
    return Verdict("operator", f"{channel} is told of troubles of sources and channels")


def queued(channel: str, rules: Rules, case: Case, found: Verdict, now: datetime) -> NewEvent | None:
    """The event by which a channel's outbox takes up an alert; None where the rules are against it."""
    if found.kind is None:
        return None
    position, data = case.event.position, case.event.data
    operator = found.kind == "operator"
    alert = f"{channel}/{found.kind}/{position}"
    return queue_event(
        AlertQueued(
            alert=alert,
            channel=channel,
            kind=found.kind,
            causes=(position,),
            watch=None if operator else getattr(data, "watch", None),
            not_before=release(rules, max(case.event.recorded_at, now)),
            why=found.why,
            thread=case.thread,
        ),
        cause=position,
    )


def together(channel: str, rules: Rules, waiting: Sequence[Queued]) -> list[NewEvent]:
    """One message in place of several that are due at the same time; news and operator messages stay apart."""
    fresh = [alert for alert in waiting if alert.attempts == 0]
    news = [alert for alert in fresh if alert.kind != "operator"]
    operator = [alert for alert in fresh if alert.kind == "operator"]
    digest_due = rules.digest != "off" and any(alert.kind != "digest" for alert in news)
    groups = [news] if len(news) > 1 or digest_due else []
    groups += [operator] if len(operator) > 1 else []
    return [_joined(channel, rules, group) for group in groups]


def _joined(channel: str, rules: Rules, group: Sequence[Queued]) -> NewEvent:
    keys = tuple(alert.alert for alert in group)
    kinds = {alert.kind for alert in group}
    threads = {alert.thread for alert in group}
    watches = {alert.watch for alert in group}
    kind = kinds.pop() if len(kinds) == 1 and kinds <= {"operator", "summary"} else "together"
    if rules.digest != "off" and kind != "operator":
        kind = "digest"
    return queue_event(
        AlertQueued(
            alert=f"{channel}/{kind}/{digest(' '.join(keys))[:16]}",
            channel=channel,
            kind=kind,
            causes=tuple(sorted({cause for alert in group for cause in alert.causes})),
            watch=watches.pop() if len(watches) == 1 else None,
            why="; ".join(dict.fromkeys(alert.why for alert in group)),
            thread=threads.pop() if len(threads) == 1 else None,
            replaces=keys,
        )
    )


def queue_event(data: AlertQueued, cause: int | None = None) -> NewEvent:
    """An alert on its way into the log, once for its key."""
    return NewEvent(f"alert/{data.alert}", data, f"queued:{data.alert}", cause=cause)
