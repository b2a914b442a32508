"""The second reader against llama.cpp's own server with a small model: the protocol holds, whatever the model thinks.

Needs the server's binary and a model file of your own: LLAMA_SERVER and LLAMA_MODEL name them.
"""

import asyncio
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import parse_config
from monitor.events import SecondReaderAnswered
from monitor.service.asking import SecondReader
from monitor.service.assembly import open_parts
from monitor.service.checking import state_problems
from monitor.service.worker import Worker
from scrapers.article import Article
from tests.service.alerting import HandClock
from tests.service.scripted import ScriptedReader
from tests.service.stories import START, WATCH, arrived

SERVER, MODEL = os.environ.get("LLAMA_SERVER"), os.environ.get("LLAMA_MODEL")
SAYS = "proposed Oslo 2018-07-16 outlet"
TEXT = "Ada Lind and Bela Kun will meet in Oslo on July 16, the offices of both presidents announced on Friday."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not (SERVER and MODEL), reason="LLAMA_SERVER and LLAMA_MODEL name no server and model"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "-c", "4096", "-t", "1", "--seed", "1"]
    process = subprocess.Popen(
        [str(SERVER), "-m", str(MODEL), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await_health(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _await_health(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"{Path(str(SERVER)).name} did not come up")


def test_a_real_server_answers_in_the_form_that_was_asked_for(url: str) -> None:
    async def run() -> SecondReaderAnswered:
        worker, clock = Worker(), HandClock(START + timedelta(days=40))
        parts = open_parts(":memory:", clock, ScriptedReader())
        parts.pipeline.configure([WATCH])
        article = Article(
            title="Oslo it is", paragraphs=(SAYS, TEXT), url="https://a.example/1", published="2018-07-06T10:00:00Z"
        )
        parts.pipeline.record([arrived(article)])
        parts.pipeline.step()
        settings = f'[second_reader]\nwhen = "all"\nurl = "{url}"\nmodel = "small"\ntimeout = "300s"'
        second = SecondReader(parse_config(settings.encode(), Path("config.toml")), parts, clock, worker)
        try:
            assert (await second.reach()).good
            assert await second.run_due() == 1
            (event,) = parts.log.read(types=("SecondReaderAnswered",))
            assert state_problems(parts) == []
            assert isinstance(event.data, SecondReaderAnswered)
            return event.data
        finally:
            parts.close()
            worker.close()

    answer = asyncio.run(run())
    assert answer.model
    assert answer.accepted == (answer.reason == "")
    assert answer.accepted or "literal" in answer.reason or "sentence" in answer.reason
    assert answer.evidence is None or any(answer.evidence.text in text for text in (SAYS, TEXT, "Oslo it is"))
