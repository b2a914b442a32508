"""Reads the log and the state tables into the content of one alert. Writes nothing, sends nothing."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.alerts.message import Item, Message, Source, Standing, place
from monitor.events import (
    AlertAbandoned,
    AlertFailed,
    AlertSent,
    ChangeReported,
    ChangeWithdrawn,
    Event,
    SourceFailing,
    SourceMoved,
    SourceRecovered,
    SourceSilent,
    StatusChanged,
)
from monitor.log.port import Log
from monitor.meetings.model import Change
from monitor.projections.outbox import Queued, told_together
from monitor.projections.watches import watch_names, watch_state
from monitor.reading.model import Principal
from monitor.statuses import Signal

TROUBLE = 5
"""Failed attempts at one alert after which the operator is told; with the back-off, some five minutes."""
SENTENCE = 600
"""Characters of evidence that are quoted; a longer sentence is cut."""


class Gathering:
    """Makes messages out of queued alerts."""

    def __init__(self, connection: sqlite3.Connection, log: Log, page: str | None) -> None:
        self._connection = connection
        self._log = log
        self._page = page

    def message(self, alert: Queued) -> Message:
        """The content of an alert as the log has it: the same for every attempt while the log stands."""
        items: list[Item] = []
        notes: list[str] = []
        summed_up: list[str] = []
        for leaf in self._leaves(alert):
            if leaf.text is not None:
                notes.append(leaf.text)
            if leaf.kind == "summary" and leaf.watch is not None:
                summed_up.append(leaf.watch)
            for event in self._events(leaf.causes):
                item = self._item(leaf.kind, event)
                note = operator_note(event)
                items += [item] if item else []
                notes += [note] if note else []
        return Message(
            alert=alert.alert,
            channel=alert.channel,
            kind=alert.kind,
            queued_at=alert.queued_at,
            items=tuple(items),
            standings=self.standings(None if alert.kind == "digest" else summed_up),
            notes=tuple(notes),
            why=alert.why,
            thread=alert.thread,
            page=self._page,
        )

    def _leaves(self, alert: Queued) -> list[Queued]:
        """The alerts that one message tells of; itself where it replaces none."""
        parts = told_together(self._connection, alert.alert)
        return [leaf for part in parts for leaf in self._leaves(part)] or [alert]

    def _events(self, causes: Sequence[int]) -> list[Event]:
        return [event.data for cause in causes for event in self._log.read(cause - 1, until=cause)]

    def _item(self, kind: str, event: Event) -> Item | None:
        match event:
            case StatusChanged() | ChangeReported():
                return self.item(kind, event.watch, event.change)
            case ChangeWithdrawn():
                item = self.item(kind, event.watch, event.change)
                standing = _clause(event.standing) if event.standing else ""
                return msgspec.structs.replace(item, standing=standing)
            case _:
                return None

    def item(self, kind: str, watch: str, change: Change) -> Item:
        """One change with its sources."""
        others = tuple(source for source in self._sources(change.supporters) if source.article != change.article)
        return Item(
            kind=kind,
            watch=watch,
            people=self._people(watch),
            meeting=change.meeting,
            status=change.status,
            previous=change.previous,
            venue=change.venue,
            date=change.date,
            evidence=_cut(change.evidence),
            source=next(iter(self._sources([change.article])), None),
            others=others,
            voices=change.voices,
            official=change.official,
            confidence=change.confidence,
            policy=change.why,
            before=self._before(watch, change),
        )

    def _before(self, watch: str, change: Change) -> str:
        row = self._connection.execute(
            "SELECT change FROM told WHERE watch = ? AND type = 'StatusChanged' AND json_extract(change, '$.at') < ? "
            "ORDER BY json_extract(change, '$.at') DESC, position DESC LIMIT 1",
            (watch, msgspec.to_builtins(change.at)),
        ).fetchone()
        return _clause(msgspec.json.decode(row[0], type=Change)) if row else "nothing was known of a meeting"

    def _sources(self, articles: Sequence[str]) -> list[Source]:
        found = []
        for article in articles:
            row = self._connection.execute(
                "SELECT article, outlet, title, url, published FROM articles WHERE article = ?", (article,)
            ).fetchone()
            if row is not None:
                name, outlet, title, url, published = row
                found.append(Source(name, outlet, title, url, datetime.fromisoformat(published) if published else None))
        return found

    def _people(self, watch: str) -> str:
        row = self._connection.execute("SELECT principals FROM watches WHERE watch = ?", (watch,)).fetchone()
        if row is None:
            return watch
        names = [principal.name for principal in msgspec.json.decode(row[0], type=tuple[Principal, ...])]
        return f"{', '.join(names[:-1])} and {names[-1]}"

    def standings(self, watches: Sequence[str] | None = None) -> tuple[Standing, ...]:
        """Where these watches stand now; all of them for None."""
        names = watch_names(self._connection)
        return tuple(self._standing(watch) for watch in names if watches is None or watch in watches)

    def _standing(self, watch: str) -> Standing:
        state = watch_state(self._connection, watch)
        change = state.current
        meeting = next((m for m in state.meetings if change and m.id == change.meeting), None)
        source = self._sources([change.article]) if change else []
        return Standing(
            watch=watch,
            people=self._people(watch),
            status=change.status if change else Signal.NONE,
            venue=meeting.venue if meeting else None,
            date=meeting.date if meeting else None,
            since=change.at if change else None,
            evidence=_cut(change.evidence) if change else None,
            source=source[0] if source else None,
        )


def operator_note(event: Event) -> str | None:
    """What an operator is told of an event, in one sentence with the mend; None for news."""
    match event:
        case SourceFailing():
            return f"Source {event.feed} fails: {event.reason}. It is tried again; `summitwatch check` shows it now."
        case SourceRecovered():
            return f"Source {event.feed} gives articles again."
        case SourceSilent():
            last = f"since {event.last_new:%Y-%m-%d}" if event.last_new else "ever"
            return (
                f"Source {event.feed} answers but has had nothing new {last}, though something new is usual within "
                f"{event.expected_days:g} days; look whether its address or form has changed."
            )
        case SourceMoved():
            where = f"has moved to {event.to}; change its url" if event.to else "is gone for good; take it out"
            return f"Source {event.feed} {where} in the configuration."
        case AlertAbandoned():
            return (
                f"Channel {event.channel} could not deliver an alert and has set it aside: {event.reason}. "
                f"Mend the cause, then: summitwatch alert resend {event.alert}"
            )
        case AlertSent() | AlertFailed() if event.refused:
            return f"Channel {event.channel} cannot deliver to: {'; '.join(event.refused)}. Take them out or mend them."
        case AlertFailed() if event.attempt == TROUBLE:
            return (
                f"Channel {event.channel} has failed {TROUBLE} times in a row: {event.reason}. It is tried again; "
                "`summitwatch check` shows whether it can be reached."
            )
        case _:
            return None


def _clause(change: Change) -> str:
    return f"{change.status} ({place(change.venue, change.date)}) stands since {change.at:%Y-%m-%d}"


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= SENTENCE else text[: SENTENCE - 1].rstrip() + "…"
