"""Runs a small story of alerting in a process that dies at the n-th write, commit, or byte on the wire.

Reads lines `N PATH` (0: does not die) and answers each with how the process ended and how many points it passed.
"""

import asyncio
import itertools
import os
import sqlite3
import sys
from asyncio import selector_events
from pathlib import Path
from typing import Any

from monitor.alerts.channel import Context
from monitor.alerts.channels import open_channel
from monitor.alerts.message import Message
from monitor.service.assembly import open_parts
from monitor.service.worker import Worker
from tests.service.alerting import HandClock, Service, configured, mail, slack
from tests.service.scripted import ScriptedReader
from tests.service.stories import arrived, article

DIED = 137
STORY = [
    article(1, "proposed Wien - official"),
    article(2, "agreed Oslo 2018-09-01 official"),
    article(3, "postponed Oslo - official"),
]
WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE", "COMMIT")

_points = itertools.count(1)
_armed = False
_last = 0


def point() -> None:
    """A moment at which the process may end."""
    global _last
    if _armed:
        number = next(_points)
        if number == _last:
            os._exit(DIED)


class DyingConnection(sqlite3.Connection):
    """Passes a point before and after everything that writes."""

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        writes = sql.lstrip().upper().startswith(WRITES)
        if writes:
            point()
        cursor = super().execute(sql, *rest)
        if writes:
            point()
        return cursor

    def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        point()
        cursor = super().executemany(sql, *rest)
        point()
        return cursor


def around(owner: Any, name: str) -> None:
    """Pass a point before and after a method of the event loop's transports."""
    original = getattr(owner, name)

    def with_points(*args: Any, **named: Any) -> Any:
        point()
        result = original(*args, **named)
        point()
        return result

    setattr(owner, name, with_points)


async def story(path: Path) -> None:
    """Article for article: in, read, decided, delivered; at the end nothing waits."""
    global _armed
    clock, worker = HandClock(), Worker()
    config = configured(mail(int(os.environ["MAIL_PORT"])) + slack())
    parts = open_parts(path, clock, ScriptedReader())
    parts.pipeline.configure(config.watch)
    parts.pipeline.caught_up()
    told = Service(config, parts, clock, worker)
    for item in STORY:
        _armed = False
        await told.feed(item)
        _armed = True
        await told.turn()
    while parts.database.connection.execute("SELECT 1 FROM outbox WHERE state = 'queued'").fetchone():
        clock.forward(minutes=10)
        await told.turn()
    await worker(parts.close)
    worker.close()


def live(last: int, path: Path) -> None:
    """One life, in a process of its own."""
    global _last
    _last = last
    connect = sqlite3.connect

    def dying(*args: Any, **named: Any) -> sqlite3.Connection:
        return connect(*args, **named, factory=DyingConnection)

    sqlite3.connect = dying  # type: ignore[assignment]
    around(selector_events._SelectorSocketTransport, "write")  # type: ignore[attr-defined]
    around(selector_events._SelectorSocketTransport, "_read_ready")  # type: ignore[attr-defined]
    asyncio.run(story(path))
    passed = next(_points) - 1
    path.with_suffix(".points").write_text(str(passed), encoding="ascii")
    os._exit(0)


def warm_up() -> None:
    """Load once, before the first fork, what every life needs."""
    parts = open_parts(":memory:", HandClock(), ScriptedReader())
    parts.pipeline.configure(configured("").watch)
    parts.pipeline.record([arrived(STORY[0])])
    parts.pipeline.step()
    parts.close()
    for channel in configured(mail(1) + slack()).alert:
        open_channel(channel).render(
            Message(alert="a", channel="c", kind="operator", queued_at=HandClock()(), notes=("n",)), Context()
        )


def main() -> None:
    warm_up()
    for line in sys.stdin:
        last, path = line.split()
        child = os.fork()
        if child == 0:
            try:
                live(int(last), Path(path))
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
