"""What the log costs beside the raw sqlite3 loop in the same run: appends one by one, in batches, reading, folding.

python -m bench.log
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from monitor.events import ArticleRecorded, NewEvent, Origin
from monitor.log import SqliteLog
from monitor.log.codec import encode_data
from monitor.log.database import Database

ROUNDS = 5
EVENTS = 2_000
NOW = datetime(2018, 7, 16, tzinfo=UTC)


def event(number: int) -> NewEvent:
    """An article of the usual size: 1.6 kB of event."""
    data = ArticleRecorded(
        article=f"{number:016x}", title="A title of some length for an article", text="0" * 64, origin=Origin.POLL,
        feed="bench", first_seen=NOW, published=NOW, url=f"https://example.org/{number}",
        sketch=tuple(range(number, number + 128)),
    )  # fmt: skip
    return NewEvent(f"article/{number}", data, f"article:{number}")


def raw(path: Path) -> sqlite3.Connection:
    """A table of the same shape, without keys to look up, triggers or chain."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE events (position INTEGER PRIMARY KEY, id, stream, type, data)")
    return connection


def timed(work: Callable[[], object]) -> float:
    """Seconds it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def raw_append(connection: sqlite3.Connection, batch: int) -> None:
    rows = [(f"k{n}", "s", "t", encode_data(event(n).data)) for n in range(EVENTS)]
    for start in range(0, EVENTS, batch):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO events (id, stream, type, data) VALUES (?,?,?,?)", rows[start : start + batch]
        )
        connection.execute("COMMIT")


def our_append(log: SqliteLog, batch: int) -> None:
    events = [event(n) for n in range(EVENTS)]
    for start in range(0, EVENTS, batch):
        log.append(events[start : start + batch])


def measure(batch: int) -> dict[str, float]:
    """Seconds of one round."""
    with tempfile.TemporaryDirectory() as folder:
        floor = raw(Path(folder) / "raw.db")
        log = SqliteLog(Database(Path(folder) / "events.db"), lambda: NOW)
        figures = {
            "append, raw": timed(lambda: raw_append(floor, batch)),
            "append, ours": timed(lambda: our_append(log, batch)),
            "read, raw": timed(lambda: [json.loads(row[0]) for row in floor.execute("SELECT data FROM events")]),
            "read, ours": timed(lambda: list(log.read())),
            "verify": timed(log.verify),
        }
        floor.close()
        log.close()
    return figures


def main() -> None:
    """Print medians and ratios."""
    for batch in (1, 1_000):
        rounds = [measure(batch) for _ in range(ROUNDS)]
        print(f"{EVENTS} events of {len(encode_data(event(0).data))} bytes, {batch} in a transaction, {ROUNDS} rounds")
        for name in ("append", "read"):
            ratios = sorted(r[f"{name}, ours"] / r[f"{name}, raw"] for r in rounds)
            ours = sorted(r[f"{name}, ours"] for r in rounds)[ROUNDS // 2]
            print(f"  {name}: {EVENTS / ours:8.0f} events a second; {ratios[ROUNDS // 2]:.2f} times the raw loop")
        print(f"  verify: {EVENTS / sorted(r['verify'] for r in rounds)[ROUNDS // 2]:8.0f} events a second")


if __name__ == "__main__":
    main()
