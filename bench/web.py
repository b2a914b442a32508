"""How fast the page answers over 100,000 articles and 50 watches: medians, and the ratio to the bare query.

`python -m bench.web [FOLDER]` keeps the database in FOLDER for the next run. What was read is made up: each article is
read once, for one watch, and the log is folded by the projections that the daemon uses.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from starlette.testclient import TestClient

from monitor.config import Config, WatchSection
from monitor.events import ArticleRead, ArticleRecorded, NewEvent, Origin
from monitor.log.codec import text_hash
from monitor.projections import archive, board, health, history, search
from monitor.projections.watches import watch_meetings
from monitor.reading.model import Principal, Reading, Span
from monitor.service.assembly import open_parts
from monitor.statuses import Signal, Speaker
from monitor.web.app import create_app
from monitor.web.reads import Reads

ARTICLES: Final = 100_000
WATCHES: Final = 50
OUTLETS: Final = 400
BATCH: Final = 5_000
RUNS: Final = 15
START: Final = datetime(2016, 1, 1, tzinfo=UTC)
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
SIGNALS: Final = [Signal.PROPOSED] * 5 + [Signal.AGREED] * 4 + [Signal.HELD] * 2 + [Signal.POSTPONED, Signal.CANCELLED]
WORDS: Final = [f"word{n}" for n in range(3_000)]


def articles(chance: random.Random) -> Iterator[NewEvent]:
    """Dispatches over ten years."""
    for number in range(ARTICLES):
        words = "\n\n".join(
            [f"Report {number}", sentence(number), *(" ".join(chance.choices(WORDS, k=80)) for _ in "1234")]
        )
        data = ArticleRecorded(
            article=f"{number:016x}",
            title=f"Report {number}",
            text=text_hash(words),
            origin=Origin.POLL,
            feed=f"feed-{number % 100}",
            first_seen=published(number),
            published=published(number),
            precision="second",
            url=f"https://outlet{number % OUTLETS}.example/{number}",
            source=f"outlet{number % OUTLETS}.example",
            language="en",
        )
        yield NewEvent(f"article/{data.article}", data, f"a{number}", words=words)


def readings(chance: random.Random) -> Iterator[NewEvent]:
    """What was read, watch by watch: each batch of the projector then folds few watches."""
    for number in sorted(range(ARTICLES), key=lambda number: number % WATCHES):
        says, date = sentence(number), published(number) + timedelta(days=20)
        reading = Reading(
            chance.choice(SIGNALS), "bench-1", f"City{number // 4_000}", f"{date:%Y-%m-%d}",
            Span(0, 0, len(says), says), Speaker.OFFICIAL, chance.uniform(0.5, 1.0),
        )  # fmt: skip
        watch, identity = f"watch-{number % WATCHES:02}", f"{number:016x}"
        data = ArticleRead(article=identity, text="", watch=watch, reading=reading)
        yield NewEvent(f"reading/{watch}/{identity}", data, f"r{number}")


def sentence(number: int) -> str:
    """What an article rests on."""
    return f"The two will meet in City{number // 4_000}, an aide said in report {number}."


def published(number: int) -> datetime:
    """Evenly over ten years."""
    return START + timedelta(days=3_650) * (number / ARTICLES)


def fill(config: Config) -> None:
    """Append and fold everything."""
    parts = open_parts(config.database, lambda: NOW)
    parts.pipeline.configure(config.watch)
    batch: list[NewEvent] = []
    for event in chain(articles(random.Random(1)), readings(random.Random(2))):
        batch.append(event)
        if len(batch) == BATCH:
            parts.log.append(batch)
            batch = []
    parts.projector.catch_up()
    parts.close()


def median(work: Callable[[], object]) -> float:
    """Milliseconds; the first run is left out."""
    work()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(times)


def pairs(reads: Reads, article: str) -> dict[str, Callable[[], object]]:
    """Path → the bare query that it cannot do without."""
    early, then = datetime(2017, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    every = archive.Filters()
    month = datetime(2019, 5, 1, tzinfo=UTC), datetime(2019, 6, 1, tzinfo=UTC)

    def bare(query: Callable[..., object], *values: object, **named: object) -> Callable[[], object]:
        def work() -> object:
            with reads.snapshot() as connection:
                return query(connection, *values, **named)

        return work

    return {
        "/": bare(board.cards),
        "/?as_of=2020-01-01": bare(board.cards, then),
        "/watches/watch-07": bare(watch_meetings, "watch-07"),
        "/watches/watch-07?as_of=2020-01-01": bare(watch_meetings, "watch-07", then),
        "/watches/watch-07?zoom=month&at=2019-05-05": bare(archive.marks, "watch-07", every, *month),
        f"/articles/{article}": bare(archive.article, article),
        "/search?q=word17+word1800": bare(search.find, "word17 word1800", limit=31),
        "/search?q=report": bare(search.find, "report", limit=31),
        "/search?q=report&as_of=2017-01-01": bare(search.find, "report", limit=31, as_of=early),
        "/sources": bare(health.rhythms, NOW, 60),
        "/alerts": bare(health.alerts_before, before=None, state=None, channel=None, limit=31),
        "/log": bare(history.events_before, before=None, type_=None, stream=None, limit=51),
        "/changes.atom": bare(history.latest_announced, watch=None, limit=50),
        "/watches/watch-07/meetings.ics": bare(watch_meetings, "watch-07"),
        "/watches/watch-07/badge.svg": bare(board.card, "watch-07"),
        "/metrics": bare(health.event_counts),
        "/api/v1/watches": bare(board.cards),
        "/api/v1/watches/watch-07/articles": bare(archive.watch_articles_after, "watch-07", every, after=0, limit=100),
    }


def main(folder: Path) -> None:
    """Print a line for each address."""
    people = (Principal("Ada Lind"), Principal("Bela Kun"))
    watches = tuple(WatchSection(name=f"watch-{n:02}", principals=people) for n in range(WATCHES))
    config = Config(watch=watches, path=folder / "config.toml")
    if not config.database.exists():
        begun = time.perf_counter()
        fill(config)
        print(f"filled in {time.perf_counter() - begun:.0f} s, {config.database.stat().st_size / 1e6:.0f} MB")
    client = TestClient(create_app(config, lambda: NOW), base_url="http://127.0.0.1")
    print(f"{'address':<46} {'first ms':>9} {'page ms':>8} {'query ms':>9} {'ratio':>6} {'kB':>6}")
    for path, query in pairs(Reads(config.database), f"{50_007:016x}").items():
        begun = time.perf_counter()
        answer = client.get(path)
        first = (time.perf_counter() - begun) * 1_000
        assert answer.status_code == 200, (path, answer.text)
        page, bare = median(lambda path=path: client.get(path)), median(query)  # type: ignore[misc]
        print(f"{path:<46} {first:9.1f} {page:8.1f} {bare:9.2f} {page / bare:6.1f} {len(answer.content) / 1e3:6.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
