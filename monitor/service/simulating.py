"""What the present rules would have sent: the real deciding and delivering over a copy of the log. Sends nothing."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Final, TypeVar

import msgspec

from monitor.alerts.channel import Context, Delivered, Outcome
from monitor.alerts.deciding import NEWS_TYPES, OPERATOR_TYPES, verdict
from monitor.alerts.message import Message, title
from monitor.config import AlertSection, Config
from monitor.events import NewEvent, Recorded
from monitor.log.codec import iso
from monitor.service.assembly import Parts, open_parts
from monitor.service.deciding import Decider
from monitor.service.delivering import Deliverer

T = TypeVar("T")
ALERTS: Final = ("AlertQueued", "AlertSent", "AlertFailed", "AlertAbandoned", "AlertResent")
TICK: Final = timedelta(hours=1)
"""How often the calendar is looked at; what waits in the outbox is sent at its own time."""


class Simulated(msgspec.Struct, frozen=True):
    """One message that would have been sent."""

    at: datetime
    channel: str
    kind: str
    title: str


class Simulation(msgspec.Struct, frozen=True):
    """What would have been sent, and why the rest would not."""

    sent: tuple[Simulated, ...]
    not_told: dict[str, dict[str, int]]
    """Channel → reason → number of events."""


class _Listening:
    """A channel that accepts everything and remembers it."""

    repeats: ClassVar[int] = 0

    def __init__(self, section: AlertSection, clock: Callable[[], datetime], heard: list[Simulated]) -> None:
        self._name = section.name
        self._clock = clock
        self._heard = heard

    async def send(self, message: Message, context: Context) -> Outcome:  # noqa: ARG002  # the port's
        self._heard.append(Simulated(self._clock(), self._name, message.kind, title(message)))
        return Delivered("simulated")

    async def follow_up(self, message: Message, context: Context) -> None:
        pass

    async def reach(self) -> str:
        return "simulated"

    def render(self, message: Message, context: Context) -> str:  # noqa: ARG002  # the port's
        return title(message)


async def simulate(config: Config, parts: Parts, since: datetime, until: datetime) -> Simulation:
    """Run the configuration's rules over what the log holds of the time between two moments (UTC)."""
    run = _Run(config, since)
    try:
        for event in parts.log.read():
            if event.type not in ALERTS and event.recorded_at <= until:
                await run.take(event)
        await run.advance(until)
        return Simulation(tuple(run.heard), {name: dict(reasons) for name, reasons in run.not_told.items()})
    finally:
        run.copy.close()


class _Run:
    """A copy of the log that grows as the log once did, with the clock of that time."""

    def __init__(self, config: Config, since: datetime) -> None:
        self._config = config
        self._now = self._since = since
        self.heard: list[Simulated] = []
        self.not_told: dict[str, Counter[str]] = {section.name: Counter() for section in config.alert}
        self.copy = open_parts(":memory:", lambda: self._now)
        self._deliverer: Deliverer | None = None

    async def take(self, event: Recorded) -> None:
        """One event happens again."""
        if event.recorded_at < self._since:
            self._append(event)
            return
        await self.advance(event.recorded_at)
        copied = self._append(event)
        if event.type in NEWS_TYPES + OPERATOR_TYPES:
            self._explain(copied)
            await self._turn()

    def _append(self, event: Recorded) -> Recorded:
        (copied,) = self.copy.log.append([NewEvent(event.stream, event.data, event.id)])
        return copied

    async def advance(self, until: datetime) -> None:
        """Time passes: what waits for an hour or a day is sent in between."""
        if self._deliverer is None:
            self.copy.projector.catch_up()
            self._deliverer = self._open()
        while (moment := self._next_moment()) < until:
            self._now = moment
            await self._turn()
        self._now = max(self._now, until)

    def _next_moment(self) -> datetime:
        (at,) = self.copy.database.connection.execute(
            "SELECT min(next_at) FROM outbox WHERE state = 'queued' AND next_at > ?", (iso(self._now),)
        ).fetchone()
        return min(datetime.fromisoformat(at) if at else self._now + TICK, self._now + TICK)

    def _open(self) -> Deliverer:
        def listening(section: AlertSection) -> _Listening:
            return _Listening(section, lambda: self._now, self.heard)

        return Deliverer(self._config, self.copy, lambda: self._now, _inline, _at_once, listening)

    async def _turn(self) -> None:
        assert self._deliverer is not None
        self._deliverer.decide()
        await self._deliverer.deliver_due()

    def _explain(self, event: Recorded) -> None:
        self.copy.projector.catch_up()
        decider = Decider(self._config.alert, self.copy, lambda: self._now)
        for section in self._config.alert:
            found = verdict(section.name, section.rules, decider.case(section.name, event))
            if found.kind is None:
                self.not_told[section.name][found.why] += 1


async def _inline(work: Callable[[], T], /) -> T:
    return work()


async def _at_once(_: float) -> None:
    """No pace has to be kept with nobody."""
