"""kill -9 at any moment loses nothing and says nothing twice: the same state as an undisturbed run."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.events import ArticleRecorded, StatusChanged
from monitor.projections.watches import status_json, timeline_json
from monitor.service.assembly import Parts, open_parts
from monitor.service.checking import state_problems
from tests.service.scripted import ScriptedReader
from tests.service.stories import START

ARTICLES = 200
KILLS = 50

WORK = """
import sys
from pathlib import Path
from monitor.service.assembly import open_parts
from tests.service.scripted import ScriptedReader
from tests.service.stories import START, WATCH, arrived, long_story

parts = open_parts(Path(sys.argv[1]), lambda: START, ScriptedReader())
parts.pipeline.configure([WATCH])
parts.pipeline.caught_up()
for item in long_story(int(sys.argv[2])):
    parts.pipeline.record([arrived(item)])
    parts.pipeline.step()
"""


def work(path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORK, str(path), str(ARTICLES)])


def outcome(path: Path) -> tuple[object, ...]:
    parts: Parts = open_parts(path, lambda: START, ScriptedReader())
    parts.projector.catch_up()
    connection = parts.database.connection
    told = [
        (e.data.change.status, e.data.change.article, e.data.mode)
        for e in parts.log.read(types=("StatusChanged",))
        if isinstance(e.data, StatusChanged)
    ]
    articles = sorted(
        e.data.article for e in parts.log.read(types=("ArticleRecorded",)) if isinstance(e.data, ArticleRecorded)
    )
    result = status_json(connection, "ada-bela"), timeline_json(connection, "ada-bela"), sorted(told), articles
    assert parts.log.verify() == []
    assert state_problems(parts) == []
    parts.close()
    return result


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_kills_change_nothing(tmp_path: Path) -> None:
    undisturbed = work(tmp_path / "calm.db")
    began = time.monotonic()
    assert undisturbed.wait() == 0
    length = time.monotonic() - began
    rng = random.Random(7)
    for _ in range(KILLS):
        process = work(tmp_path / "events.db")
        time.sleep(rng.uniform(0, length / 8))  # short lives, so that kills fall all along the way
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = work(tmp_path / "events.db")
    assert last.wait() == 0
    calm, killed = outcome(tmp_path / "calm.db"), outcome(tmp_path / "events.db")
    assert len(calm[3]) == ARTICLES  # type: ignore[arg-type]
    assert killed == calm
