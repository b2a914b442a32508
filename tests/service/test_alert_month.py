"""Days and a month on a fake clock through the real code: nothing lost, no storm, memory flat."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config, parse_config
from monitor.events import AlertSent, Mode, Origin, StatusChanged
from monitor.reading.model import Document, Reading, Watch
from monitor.service.assembly import open_parts
from monitor.service.intake import Arrived
from monitor.service.worker import Worker
from monitor.statuses import Signal
from scrapers.article import Article
from tests.alerts.servers import mail_server
from tests.service.alerting import HandClock, Service, mail
from tests.service.scripted import ScriptedReader
from tests.service.stories import START

pytestmark = pytest.mark.anyio
WATCHES = 20
OUTLETS = 200
STEP = timedelta(minutes=30)
HOURLY = 6
STORY = ("proposed", "agreed", "postponed", "agreed", "held")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class OneWatchReader(ScriptedReader):
    """Reads `pair-3 agreed Oslo - official` for the watch `pair-3`, and nothing for the others."""

    def read(self, document: Document, watch: Watch) -> Reading:
        name, _, rest = document.paragraphs[0].partition(" ")
        if name != watch.name:
            return Reading(Signal.NONE, self.version)
        return super().read(Document(document.title, (rest, *document.paragraphs[1:]), document.published), watch)


def settings(port: int) -> Config:
    watches = "".join(
        f'[[watch]]\nname = "pair-{n}"\nprincipals = [{{ name = "Ada {n}" }}, {{ name = "Bela {n}" }}]\n'
        for n in range(WATCHES)
    )
    off = 'reminder = "off"\nquestion = "off"'
    desk = mail(port, f'{off}\nhourly = {HOURLY}\nquiet = "22:00-06:00"\nzone = "Europe/Vienna"')
    digest = mail(port, f'{off}\ndigest = "daily"\nstatuses = ["agreed", "held"]').replace('"desk"', '"digest"')
    return parse_config((watches + desk + digest).encode(), Path("config.toml"))


def month(days: int, articles: int) -> Iterator[tuple[datetime, list[Arrived]]]:
    """What comes in at each step: a steady trickle, bursts in which every pair moves, most of it noise."""
    rng = random.Random(5)
    steps = int(timedelta(days=days) / STEP)
    bursts = set(rng.sample(range(steps), max(1, days * 2 // 5)))
    chapters: Counter[int] = Counter()
    number = 0
    for step in range(steps):
        at = START + step * STEP
        moving = range(WATCHES) if step in bursts else [n for n in range(WATCHES) if rng.random() < 0.02]
        says = [f"pair-{n} {STORY[chapters[n] % 5]} City{chapters[n] // 5}x{n} - official" for n in moving]
        chapters.update(moving)
        says += ["nothing"] * max(0, articles // steps * (10 if step in bursts else 1) - len(says))
        arrivals = []
        for text in says:
            number += 1
            arrivals.append(arrival(number, text, at))
        yield at, arrivals


def arrival(number: int, says: str, at: datetime) -> Arrived:
    outlet = f"outlet{number % OUTLETS}.example"
    words = " ".join(f"w{number}x{n}" for n in range(40))
    published = (at - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    article = Article(
        title=f"Article {number}", paragraphs=(says, words), url=f"https://{outlet}/{number}", source=outlet,
        published=published,
    )  # fmt: skip
    return Arrived(article, Origin.POLL, outlet, at, "second")


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def live_through(path: Path, days: int, articles: int) -> None:
    clock, worker = HandClock(), Worker()
    memory: list[float] = []
    async with mail_server() as post:
        config = settings(post.port)
        parts = open_parts(path, clock, OneWatchReader())
        parts.pipeline.configure(config.watch)
        parts.pipeline.caught_up()
        told = Service(config, parts, clock, worker)
        for at, arrivals in month(days, articles):
            clock.now = at
            await worker(lambda arrivals=arrivals: parts.pipeline.record(arrivals))
            await worker(parts.pipeline.step)
            await told.turn()
            post.mails.clear()
            memory.append(resident_megabytes())
        for _ in range(72):
            clock.forward(minutes=30)
            await told.turn()
        assert parts.database.connection.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone() == (
            0,
        )
        told_by_rules(told, days)
        no_storm(told)
    third = len(memory) // 3
    assert max(memory[2 * third :]) - max(memory[:third]) < 40, "memory grows"
    print(f"{articles} articles: {memory[0]:.0f} MB at the start, at most {max(memory):.0f} MB")
    await worker(parts.close)
    worker.close()


def told_by_rules(told: Service, days: int) -> None:
    """Each channel was told of each change that its rules name, once."""
    changes = [
        (event.position, event.data.change.status)
        for event in told.parts.log.read(types=("StatusChanged",))
        if isinstance(event.data, StatusChanged) and event.data.mode is Mode.LIVE
    ]
    assert len(changes) > WATCHES * days // 3
    connection = told.parts.database.connection
    for channel, statuses in (("desk", tuple(Signal)), ("digest", (Signal.AGREED, Signal.HELD))):
        rows = connection.execute(
            "SELECT cause FROM outbox_causes WHERE channel = ? AND kind = 'change' ORDER BY cause", (channel,)
        )
        assert [cause for (cause,) in rows] == [position for position, status in changes if status in statuses]
    assert connection.execute("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'told')").fetchone() == (0,)


def no_storm(told: Service) -> None:
    """No hour holds more messages than the limit, and a digest comes at most once a day."""
    sent = [
        (event.data.channel, event.recorded_at)
        for event in told.parts.log.read(types=("AlertSent",))
        if isinstance(event.data, AlertSent)
    ]
    desk = [at for channel, at in sent if channel == "desk"]
    assert all(sum(at <= other < at + timedelta(hours=1) for other in desk) <= HOURLY for at in desk)
    days = Counter(at.date() for channel, at in sent if channel == "digest")
    assert max(days.values()) == 1
    print(f"{len(sent)} messages, {len(desk)} of them by the desk")


async def test_two_days_with_a_burst_lose_nothing(tmp_path: Path) -> None:
    await live_through(tmp_path / "events.db", 2, 400)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_month_of_fifty_thousand_articles(tmp_path: Path) -> None:
    await live_through(tmp_path / "events.db", 30, 50_000)
