"""Takes what is due from the outbox, sends it, records what came of it. Decides nothing about news."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from monitor.alerts.channel import Abandon, Channel, Context, Delivered, Outcome, Retry, Unreachable
from monitor.alerts.channels import open_channel
from monitor.alerts.deciding import queue_event, together
from monitor.alerts.gathering import Gathering
from monitor.alerts.message import Message
from monitor.alerts.rules import HOUR, free_again, is_quiet, release
from monitor.config import AlertSection, Config
from monitor.events import AlertAbandoned, AlertFailed, AlertQueued, AlertSent, Event, NewEvent
from monitor.log import LogError
from monitor.projections.outbox import Queued, is_held, queued_alert, sent_since, thread_reference, waiting
from monitor.service.assembly import Clock, Parts
from monitor.service.collecting import Row
from monitor.service.deciding import Decider
from monitor.service.outgoing import Flight, Outgoing
from monitor.service.worker import InWorker

logger = logging.getLogger(__name__)

PACE: Final = 1.0
"""Seconds between two messages of one channel: Slack takes one a second."""
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
UNKNOWN_WAIT: Final = timedelta(minutes=5)
"""Before a message that may have arrived is sent again."""
GIVE_UP: Final = timedelta(days=3)
GIVE_UP_ATTEMPTS: Final = 10
"""An alert that could not be delivered for so long, and was tried so often, is set aside."""

Pause = Callable[[float], Awaitable[None]]


class Sending(msgspec.Struct, frozen=True):
    """One attempt: what is sent, and where its outcome belongs."""

    alert: Queued
    flight: Flight
    message: Message
    context: Context


class Deliverer:
    """Everything between the log and the channels. One channel's trouble never delays another."""

    def __init__(
        self,
        config: Config,
        parts: Parts,
        clock: Clock,
        worker: InWorker,
        pause: Pause = asyncio.sleep,
        opened: Callable[[AlertSection], Channel] = open_channel,
    ) -> None:
        """Call in the worker's thread, or before it has work: it sets up its tables.

        Raises:
            ConfigError: a channel cannot be opened.
        """
        self._parts = parts
        self._clock = clock
        self._worker = worker
        self._pause = pause
        self._opened = opened
        self._outgoing = Outgoing(parts.database)
        self._running: dict[str, asyncio.Task[int]] = {}
        self._unrecorded: dict[str, tuple[Flight, NewEvent]] = {}
        self._recovered = False
        self.use(config)

    def use(self, config: Config) -> None:
        """Take another configuration's channels and rules; what is on its way goes on. Call in the worker's thread.

        Raises:
            ConfigError: a channel cannot be opened; those in use stay.
        """
        channels: dict[str, Channel] = {section.name: self._opened(section) for section in config.alert}
        self._decider = Decider(config.alert, self._parts, self._clock)
        self._gathering = Gathering(self._parts.database.connection, self._parts.log, config.web.public_url)
        self._sections: dict[str, AlertSection] = {section.name: section for section in config.alert}
        self._channels = channels

    def decide(self) -> None:
        """Queue alerts for what is new in the log. Call in the worker's thread."""
        self._recover()
        self._decider.decide()

    def operator(self, text: str, key: str) -> None:
        """Tell the operator's channels something, once for its key. Call in the worker's thread."""
        now = self._clock()
        events = [
            queue_event(
                AlertQueued(
                    alert=f"{section.name}/operator/{key}",
                    channel=section.name,
                    kind="operator",
                    causes=(),
                    not_before=release(section.rules, now),
                    why=f"{section.name} is told of troubles of the service",
                    text=text,
                )
            )
            for section in self._sections.values()
            if section.rules.operator
        ]
        if events:
            self._parts.log.append(events)
            self._parts.projector.catch_up()

    async def deliver_due(self, patience: float | None = None) -> int:
        """Send what is due, all channels at once. -> how many messages were accepted.

        With `patience` (seconds) it comes back then, and slow channels go on by themselves.
        """
        await self._worker(self._recover)
        for name in self._channels:
            if name not in self._running:
                self._running[name] = asyncio.create_task(self._deliver(name))
        if not self._running:
            return 0
        done, _ = await asyncio.wait(self._running.values(), timeout=patience)
        finished = [name for name, task in self._running.items() if task in done]
        return sum(self._running.pop(name).result() for name in finished)

    async def close(self, patience: float) -> None:
        """Let what is on its way arrive, for at most so many seconds; the rest is sent at the next start."""
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=patience)
            for task in late:
                task.cancel()

    async def _deliver(self, name: str) -> int:
        """One channel's messages, one after the other, until none is due. -> how many were accepted."""
        accepted = 0
        try:
            await self._worker(partial(self._record_late, name))
            while (channel := self._channels.get(name)) is not None:
                sending = await self._worker(partial(self._next, name))
                if sending is None:
                    break
                outcome = await _attempt(channel, sending)
                await self._worker(partial(self._record, sending, outcome))
                if isinstance(outcome, Delivered):
                    accepted += 1
                    await channel.follow_up(sending.message, sending.context)
                    await self._pause(PACE)
        except LogError as error:
            logger.error("%s: nothing is sent until the log can be written: %s", name, error)
        except Exception:
            logger.exception("%s: fault in delivering; it is tried again", name)
        return accepted

    def _next(self, name: str) -> Sending | None:
        """The next attempt of a channel, marked as begun; None while nothing is due or the channel has to wait."""
        now, connection = self._clock(), self._parts.database.connection
        if name not in self._sections:
            return None
        rules = self._sections[name].rules
        if is_quiet(rules, now) or is_held(connection, name, now):
            return None
        due = waiting(connection, name, now)
        if not due or free_again(rules, sent_since(connection, name, now - HOUR), now) > now:
            return None
        joined = together(name, rules, due)
        if joined:
            self._parts.log.append(joined)
            self._parts.projector.catch_up()
            due = waiting(connection, name, self._clock())
        return self._begun(due[0]) if due else None

    def _begun(self, alert: Queued) -> Sending:
        flight = Flight(alert.alert, alert.channel, f"outcome:{alert.alert}@{self._parts.log.head()}")
        message = self._gathering.message(alert)
        thread = alert.thread and thread_reference(self._parts.database.connection, alert.channel, alert.thread)
        self._outgoing.take_off(flight)
        return Sending(alert, flight, message, Context(thread, alert.left))

    def _record(self, sending: Sending, outcome: Outcome) -> None:
        alert = sending.alert
        event = NewEvent(f"alert/{alert.alert}", self._fate(alert, outcome), sending.flight.outcome)
        self._unrecorded[alert.channel] = (sending.flight, event)
        self._record_late(alert.channel)

    def _record_late(self, name: str) -> None:
        """Record the last outcome; it is kept in memory until the log takes it, and nothing else is sent before."""
        if name not in self._unrecorded:
            return
        flight, event = self._unrecorded[name]
        self._parts.log.append([event])
        self._parts.projector.catch_up()
        self._outgoing.land(flight)
        del self._unrecorded[name]
        _say(event.data)

    def _fate(self, alert: Queued, outcome: Outcome) -> Event:
        match outcome:
            case Delivered():
                return AlertSent(
                    alert=alert.alert,
                    channel=alert.channel,
                    answer=outcome.answer,
                    reference=outcome.reference,
                    refused=outcome.refused,
                    to=outcome.to,
                )
            case Abandon():
                return AlertAbandoned(alert=alert.alert, channel=alert.channel, reason=outcome.reason)
            case Retry():
                return self._again(alert, outcome)

    def _again(self, alert: Queued, outcome: Retry) -> Event:
        now, attempt = self._clock(), alert.attempts + 1
        repeats = self._channels[alert.channel].repeats if alert.channel in self._channels else 0
        wait = backed_off(attempt, unknown=outcome.unknown) if outcome.after is None else outcome.after
        retry_at = now + wait
        reason = None
        if outcome.unknown and alert.unknowns + 1 > repeats:
            reason = f"it may have arrived {alert.unknowns + 1} times; look, and send it again by hand if not"
        elif attempt >= GIVE_UP_ATTEMPTS and retry_at - alert.queued_at > GIVE_UP:
            reason = f"given up after {attempt} attempts"
        if reason is not None:
            return AlertAbandoned(alert=alert.alert, channel=alert.channel, reason=f"{reason} ({outcome.reason})")
        return AlertFailed(
            alert=alert.alert,
            channel=alert.channel,
            reason=outcome.reason,
            attempt=attempt,
            retry_at=retry_at,
            unknown=outcome.unknown,
            left=outcome.left,
            refused=outcome.refused,
        )

    def _recover(self) -> None:
        """After a start: attempts that the last process began and did not finish may have arrived."""
        if self._recovered:
            return
        self._parts.projector.catch_up()
        for flight in self._outgoing.flights():
            alert = queued_alert(self._parts.database.connection, flight.alert)
            if alert is not None and self._parts.log.known(flight.outcome) is None:
                lost = Retry("the service stopped while it was being sent", timedelta(), unknown=True, left=alert.left)
                event = NewEvent(f"alert/{alert.alert}", self._again(alert, lost), flight.outcome)
                self._parts.log.append([event])
                self._parts.projector.catch_up()
            self._outgoing.land(flight)
        self._recovered = True

    async def reach_each(self) -> list[Row]:
        """Get as far with each channel as is possible without sending. -> what each answered."""
        return list(await asyncio.gather(*(self._reach(name) for name in self._channels)))

    async def _reach(self, name: str) -> Row:
        try:
            return Row(name, True, await self._channels[name].reach())
        except Unreachable as error:
            return Row(name, False, str(error))


async def _attempt(channel: Channel, sending: Sending) -> Outcome:
    """A fault in a channel's own code must cost one alert, seen in its record, and never the service."""
    try:
        return await channel.send(sending.message, sending.context)
    except Exception as error:
        logger.exception("%s: fault in the channel", sending.alert.channel)
        return Abandon(f"fault in the program: {type(error).__name__}")


def backed_off(attempt: int, *, unknown: bool) -> timedelta:
    """The wait after so many attempts: doubled each time, at most an hour."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempt - 1, 20), LONGEST_WAIT)
    return max(wait, UNKNOWN_WAIT) if unknown else wait


def _say(data: Event) -> None:
    match data:
        case AlertSent():
            logger.info("alert %s: %s", data.alert, data.answer)
        case AlertFailed():
            logger.warning("alert %s: %s; next try at %s", data.alert, data.reason, _moment(data.retry_at))
        case AlertAbandoned():
            logger.error("alert %s set aside: %s", data.alert, data.reason)
        case _:
            pass


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
