"""A process that dies at any write, commit, send or receive around alerting: nothing lost, nothing told twice but for
the one moment between a server's acceptance and our record."""

import asyncio
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.alerts.message import message_id
from monitor.events import AlertSent
from monitor.service.assembly import Parts, open_parts
from tests.alerts.servers import MailServer, SlackServer, mail_server, slack_server
from tests.service.dying import DIED, STORY
from tests.service.scripted import ScriptedReader
from tests.service.stories import START


@contextmanager
def servers() -> Iterator[tuple[MailServer, SlackServer]]:
    """Both servers in a loop of their own: their client is another process."""
    started, ended, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with mail_server() as post, slack_server() as room:
            found.append((post, room))
            started.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(20)
    try:
        yield found[0]
    finally:
        ended.set()
        thread.join()


class Lives:
    """Lives of the service, one process each."""

    def __init__(self, post: MailServer, room: SlackServer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.dying"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "MAIL_PORT": str(post.port), "TEST_SLACK_WEBHOOK": f"{room.url}/hook"},
        )
        self._post = post
        self._room = room

    def live(self, last: int, path: Path) -> int:
        """One life that ends at point `last` (0: at the end of the story). -> its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{last} {path}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def told(self) -> tuple[Counter[str], Counter[str]]:
        """How often each mail (by Message-ID) and each Slack message (by text) arrived."""
        mails = Counter(str(sent["Message-ID"]) for sent in self._post.mails)
        return mails, Counter(message["text"] for message in self._room.posts)

    def forget(self) -> None:
        self._post.mails.clear()
        self._room.posts.clear()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@contextmanager
def opened(path: Path) -> Iterator[Parts]:
    parts = open_parts(path, lambda: START, ScriptedReader())
    try:
        parts.projector.catch_up()
        yield parts
    finally:
        parts.close()


def sent(parts: Parts, channel: str) -> list[str]:
    events = [event.data for event in parts.log.read(types=("AlertSent",))]
    return [data.alert for data in events if isinstance(data, AlertSent) and data.channel == channel]


def check_point(lives: Lives, last: int, path: Path) -> bool:
    """Die at a point, start again, and look at what arrived. -> whether something arrived twice."""
    lives.forget()
    assert lives.live(last, path) == DIED
    with opened(path) as parts:
        in_flight = dict(parts.database.connection.execute("SELECT channel, alert FROM flights").fetchall())
    assert lives.live(0, path) == 0
    mails, posts = lives.told()
    with opened(path) as parts:
        causes = [event.position for event in parts.log.read(types=("StatusChanged",))]
        assert len(causes) == len(STORY)
        for channel in ("desk", "room"):
            rows = parts.database.connection.execute("SELECT cause FROM outbox_causes WHERE channel = ?", (channel,))
            assert sorted(cause for (cause,) in rows) == causes, f"point {last}: each change queued once"
        expected = {message_id(alert, "desk.example") for alert in sent(parts, "desk")}
        assert set(mails) == expected, f"point {last}: mails lost or foreign"
        assert len(posts) == len(sent(parts, "room")), f"point {last}: Slack messages lost"
        assert parts.log.verify() == []
    twice = {name for name, times in mails.items() if times > 1}
    assert twice <= {message_id(in_flight[channel], "desk.example") for channel in in_flight if channel == "desk"}
    assert max(mails.values()) <= 2
    posts_twice = sum(posts.values()) - len(posts)
    assert posts_twice <= ("room" in in_flight), f"point {last}: told twice outside the window"
    return bool(twice or posts_twice)


def sweep(tmp_path: Path, at_most: int) -> tuple[int, int]:
    """-> points tried, points in the window."""
    with servers() as (post, room):
        lives = Lives(post, room)
        try:
            assert lives.live(0, tmp_path / "calm.db") == 0
            points = int((tmp_path / "calm.points").read_text())
            assert [*lives.told()[0].values()] == [1] * len(STORY)
            step = max(1, points // at_most)
            chosen = range(1, points - 5, step)
            windows = [check_point(lives, last, tmp_path / f"{last}.db") for last in chosen]
            return len(windows), sum(windows)
        finally:
            lives.close()


def test_a_few_crashes_lose_nothing(tmp_path: Path) -> None:
    tried, _ = sweep(tmp_path, 6)
    assert tried >= 6


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_five_hundred_crashes_lose_nothing(tmp_path: Path) -> None:
    tried, in_window = sweep(tmp_path, 10_000)
    print(f"{tried} points, {in_window} of them between acceptance and record")
    assert tried >= 500
    assert in_window > 0
