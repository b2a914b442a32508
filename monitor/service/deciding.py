"""Runs the rules of each channel over what is new in the log and over the calendar; appends what they decide."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from monitor.alerts.deciding import NEWS_TYPES, OPERATOR_TYPES, Case, queue_event, queued, verdict
from monitor.alerts.rules import date_alert, release
from monitor.alerts.settings import Rules
from monitor.config import AlertSection
from monitor.events import (
    AlertAbandoned,
    AlertFailed,
    AlertQueued,
    AlertSent,
    ChangeReported,
    ChangeWithdrawn,
    NewEvent,
    Recorded,
    StatusChanged,
)
from monitor.meetings.model import Change
from monitor.service.assembly import Clock, Parts
from monitor.service.outgoing import Outgoing
from monitor.statuses import Signal

WHOLE_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Decider:
    """Everything between an event in the log and an alert in a channel's outbox."""

    def __init__(self, sections: Sequence[AlertSection], parts: Parts, clock: Clock) -> None:
        self._sections = sections
        self._parts = parts
        self._clock = clock
        self._outgoing = Outgoing(parts.database)
        self._outgoing.register([section.name for section in sections], parts.log.head())

    def decide(self) -> None:
        """Bring the outbox level with the log and the calendar. Doing it again changes nothing."""
        self._parts.projector.catch_up()
        self._events()
        self._append(self._orphans())
        for section in self._sections:
            if section.rules.news:
                self._append(self._dates(section.name, section.rules))

    def _events(self) -> None:
        cursors = {section.name: self._outgoing.considered(section.name) for section in self._sections}
        head = self._parts.log.head()
        if not cursors or min(cursors.values()) >= head:
            return
        start = min(cursors.values())
        for event in self._parts.log.read(start, until=head, types=NEWS_TYPES + OPERATOR_TYPES):
            behind = [section for section in self._sections if cursors[section.name] < event.position]
            self._append([new for section in behind if (new := self._told(section, event))])
        self._outgoing.consider(list(cursors), head)

    def _told(self, section: AlertSection, event: Recorded) -> NewEvent | None:
        case = self.case(section.name, event)
        found = verdict(section.name, section.rules, case)
        return queued(section.name, section.rules, case, found, self._clock())

    def _append(self, events: Sequence[NewEvent]) -> None:
        """At once, for what follows must see which thread it belongs to."""
        if events:
            self._parts.log.append(events)
            self._parts.projector.catch_up()

    def case(self, channel: str, event: Recorded) -> Case:
        """An event with what the log knows around it, for one channel."""
        match event.data:
            case StatusChanged() | ChangeReported() as data:
                return Case(event, self.thread(channel, data.watch, data.change))
            case ChangeWithdrawn() as data:
                was_told = self._was_told(channel, data)
                return Case(event, self.thread(channel, data.watch, data.change), was_told)
            case AlertSent() | AlertFailed() | AlertAbandoned() as data:
                return Case(event, about_operator_alert=self._is_operator_alert(data.alert))
            case _:
                return Case(event)

    def thread(self, channel: str, watch: str, change: Change) -> str:
        """The thread in which the channel was told of this meeting, whatever number it had then; else a new one."""
        row = self._parts.database.connection.execute(
            "SELECT o.thread FROM outbox_causes o JOIN told t ON t.position = o.cause "
            "WHERE o.channel = ? AND t.watch = ? AND o.thread IS NOT NULL AND (t.article = ? OR t.article IN "
            "(SELECT article FROM verdicts WHERE watch = t.watch AND meeting = (SELECT meeting FROM verdicts "
            "WHERE watch = t.watch AND article = ?))) ORDER BY o.cause LIMIT 1",
            (channel, watch, change.article, change.article),
        ).fetchone()
        return str(row[0]) if row else f"{watch}/{change.meeting}/{change.article}"

    def _was_told(self, channel: str, data: ChangeWithdrawn) -> bool:
        row = self._parts.database.connection.execute(
            "SELECT 1 FROM outbox_causes o JOIN told t ON t.position = o.cause WHERE o.channel = ? AND t.watch = ? "
            "AND t.article = ? AND t.status = ? AND t.type = 'StatusChanged' LIMIT 1",
            (channel, data.watch, data.change.article, data.change.status),
        ).fetchone()
        return row is not None

    def _is_operator_alert(self, alert: str) -> bool:
        row = self._parts.database.connection.execute("SELECT kind FROM outbox WHERE alert = ?", (alert,)).fetchone()
        return row is not None and row[0] == "operator"

    def _orphans(self) -> list[NewEvent]:
        """Alerts of channels that are no longer in the configuration are set aside: nobody could ever send them."""
        channels = [section.name for section in self._sections]
        rows = self._parts.database.connection.execute(
            f"SELECT alert, channel FROM outbox WHERE state = 'queued' "
            f"AND channel NOT IN ({','.join('?' * len(channels))})",
            channels,
        ).fetchall()
        reason = "the channel was taken out of the configuration"
        return [
            NewEvent(
                f"alert/{alert}",
                AlertAbandoned(alert=alert, channel=channel, reason=reason),
                f"orphan:{alert}:{self._parts.log.head()}",
            )
            for alert, channel in rows
        ]

    def _dates(self, channel: str, rules: Rules) -> list[NewEvent]:
        """Reminders before agreed days, questions after them."""
        found = []
        for watch, change, day, cause, known_since in self._agreed_days():
            kind = date_alert(rules, day, known_since, self._clock())
            if kind is None or (rules.watches and watch not in rules.watches):
                continue
            alert = f"{channel}/{kind}/{watch}/{day}/{cause}"
            if self._parts.log.known(f"queued:{alert}") is None:
                data = AlertQueued(
                    alert=alert,
                    channel=channel,
                    kind=kind,
                    causes=(cause,),
                    watch=watch,
                    not_before=release(rules, self._clock()),
                    why=f"{channel} is told of the days of agreed meetings",
                    thread=self.thread(channel, watch, change),
                )
                found.append(queue_event(data, cause=cause))
        return found

    def _agreed_days(self) -> list[tuple[str, Change, date, int, datetime]]:
        """Watches whose present status is a meeting agreed for one day, with the event that told so."""
        connection = self._parts.database.connection
        rows = connection.execute(
            "SELECT s.watch, s.current, m.date FROM statuses s JOIN watches w ON w.watch = s.watch AND NOT w.removed "
            "JOIN meetings m ON m.watch = s.watch AND m.meeting = json_extract(s.current, '$.meeting') "
            "WHERE s.status = ? ORDER BY s.watch",
            (Signal.AGREED,),
        ).fetchall()
        found = []
        for watch, current, day in rows:
            change = msgspec.json.decode(current, type=Change)
            cause = connection.execute(
                "SELECT t.position, e.recorded_at FROM told t JOIN events e ON e.position = t.position "
                "WHERE t.watch = ? AND t.article = ? AND t.type = 'StatusChanged' ORDER BY t.position DESC LIMIT 1",
                (watch, change.article),
            ).fetchone()
            if cause is not None and day and WHOLE_DAY.fullmatch(day):
                told_at = datetime.fromisoformat(cause[1])
                found.append((watch, change, date.fromisoformat(day), int(cause[0]), told_at))
        return found
