"""The second reader: what it is asked, what its answers change, and that no fault of its server hurts."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.config import Config, ConfigError, parse_config
from monitor.events import NewEvent, Origin, SecondReaderAnswered, SignalCorrected
from monitor.projections.watches import status_json
from monitor.reading.model import Document, Reading, Watch
from monitor.reading.second.question import PROMPT
from monitor.service.asking import SecondReader
from monitor.service.assembly import Parts, open_parts
from monitor.service.checking import state_problems
from monitor.service.intake import article_id
from monitor.service.worker import Worker
from monitor.statuses import Signal
from scrapers.article import Article
from tests.service.alerting import HandClock
from tests.service.model_server import ModelServer, Reply, serving
from tests.service.scripted import ScriptedReader
from tests.service.stories import START, WATCH, arrived, article


class Unsure(ScriptedReader):
    """Reads as the script says, and is never sure of it."""

    def read(self, document: Document, watch: Watch) -> Reading:
        return msgspec.structs.replace(super().read(document, watch), confidence=0.7)


SAYS = "agreed Helsinki 2018-07-16 official"
AGREED = article(1, SAYS)
HELD: Reply = {"signal": "held", "evidence": SAYS, "venue": "Helsinki", "date": "2018-07-16"}


class Desk:
    """A log with a second reader, one step at a time."""

    def __init__(self, config: Config, parts: Parts, clock: HandClock, worker: Worker) -> None:
        self.parts = parts
        self.clock = clock
        self.worker = worker
        self.second = SecondReader(config, parts, clock, worker)

    def feed(self, *articles: Article) -> None:
        self.parts.pipeline.record([arrived(item, Origin.POLL) for item in articles])
        self.parts.pipeline.step()

    def answers(self) -> list[SecondReaderAnswered]:
        return [e.data for e in self.parts.log.read(types=("SecondReaderAnswered",))]  # type: ignore[misc]

    def status(self) -> str:
        return str(status_json(self.parts.database.connection, "ada-bela")["status"])

    def signal(self) -> tuple[str, float]:
        row = self.parts.database.connection.execute("SELECT signal, confidence FROM readings").fetchone()
        return row[0], row[1]


def configured(url: str, more: str = 'when = "low-margin"') -> Config:
    return parse_config(
        f'[second_reader]\nurl = "{url}"\nmodel = "tiny"\ntimeout = "1s"\n{more}'.encode(), Path("config.toml")
    )


def at_desk(server: ModelServer, test: Callable[[Desk], Awaitable[None]], more: str = 'when = "low-margin"') -> None:
    async def run() -> None:
        async with serving(server):
            worker = Worker()
            clock = HandClock(START + timedelta(days=2))
            parts = open_parts(":memory:", clock, Unsure())
            parts.pipeline.configure([WATCH])
            parts.pipeline.caught_up()
            try:
                await test(Desk(configured(server.url, more), parts, clock, worker))
                assert parts.log.verify() == []
                assert state_problems(parts) == []
            finally:
                parts.close()
                worker.close()

    asyncio.run(run())


def test_an_answer_changes_the_reading_and_what_follows_from_it() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        assert desk.signal() == ("agreed", 0.7)
        assert await desk.second.run_due() == 1
        assert desk.signal() == ("held", 0.632)
        (answer,) = desk.answers()
        assert (answer.model, answer.prompt, answer.accepted) == ("tiny-1", PROMPT, True)
        assert answer.evidence is not None
        assert answer.evidence.text in AGREED.text
        assert desk.status() == "held"
        told = list(desk.parts.log.read(types=("StatusChanged", "ChangeWithdrawn")))
        assert [(e.type, e.data.change.status) for e in told] == [  # type: ignore[attr-defined]  # by the types asked for
            ("StatusChanged", "agreed"),
            ("StatusChanged", "held"),
            ("ChangeWithdrawn", "agreed"),
        ]

    at_desk(server, test)


def test_it_is_asked_once_and_replay_never_asks() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        await desk.second.run_due()
        desk.clock.forward(days=3)
        assert await desk.second.run_due() == 0
        before = desk.signal()
        desk.parts.projector.rebuild()
        assert desk.signal() == before
        assert len(server.asked) == 1

    at_desk(server, test)


def test_what_it_is_sent_follows_the_protocol() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        await desk.second.run_due()
        (asked,) = server.asked
        assert (asked["model"], asked["temperature"]) == ("tiny", 0)
        assert asked["response_format"]["json_schema"]["schema"]["required"]
        assert [m["role"] for m in asked["messages"]] == ["system", "user"]
        assert "Ada Lind" in asked["messages"][1]["content"]
        assert SAYS in asked["messages"][1]["content"]

    at_desk(server, test)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({**HELD, "evidence": "they shook hands in Helsinki"}, "not a literal part"),
        ({**HELD, "evidence": "agreed"}, "quotes no sentence"),
        ({**HELD, "signal": "likely"}, "not the object"),
        (b'{"choices": []}', "wrote nothing"),
        (b"<html>", "no chat completion"),
        (b"x" * 1_100_000, "more than"),
        ((400, "context too long"), "status 400: context too long"),
    ],
    ids=["invented", "one-word", "no-such-signal", "no-choice", "not-json", "too-large", "refused"],
)
def test_what_cannot_be_used_is_recorded_and_changes_nothing(reply: Reply, reason: str) -> None:
    server = ModelServer(reply)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        before = desk.status()
        assert await desk.second.run_due() == 1
        (answer,) = desk.answers()
        assert not answer.accepted
        assert reason in answer.reason
        assert desk.signal() == ("agreed", 0.7)
        assert desk.status() == before
        assert await desk.second.run_due() == 0

    at_desk(server, test)


@pytest.mark.parametrize("fault", [(500, "down"), (503, "loading"), 5.0], ids=["500", "503", "silence"])
def test_a_fault_is_tried_once_more(fault: Reply) -> None:
    server = ModelServer(fault, HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        assert await desk.second.run_due() == 1
        assert len(server.asked) == 2
        assert desk.signal()[0] == "held"

    at_desk(server, test)


def test_a_server_that_is_down_is_left_alone_and_asked_again() -> None:
    server = ModelServer((500, "down"), (500, "down"), HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        assert await desk.second.run_due() == 0
        assert await desk.second.run_due() == 0
        assert len(server.asked) == 2
        assert desk.answers() == []
        desk.clock.forward(minutes=1)
        assert await desk.second.run_due() == 1

    at_desk(server, test)


def test_a_server_that_asks_for_time_gets_it() -> None:
    server = ModelServer((429, "slow down"), HELD, headers={"Retry-After": "600"})

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        await desk.second.run_due()
        desk.clock.forward(minutes=9)
        assert await desk.second.run_due() == 0
        assert len(server.asked) == 1
        desk.clock.forward(minutes=1)
        assert await desk.second.run_due() == 1

    at_desk(server, test)


def test_a_question_that_fails_lets_the_others_pass() -> None:
    server = ModelServer((500, "down"), (500, "down"), HELD)

    async def test(desk: Desk) -> None:
        older, newer = article(1, SAYS), article(2, SAYS)
        desk.feed(older, newer)
        await desk.second.run_due()
        desk.clock.forward(minutes=1)
        await desk.second.run_due()
        assert [a.article for a in desk.answers()] == [article_id(older), article_id(newer)]

    at_desk(server, test)


@pytest.mark.parametrize(
    ("limit", "wait"), [("budget = 2", timedelta(days=1)), ("per_minute = 2", timedelta(minutes=1))]
)
def test_budget_and_rate_are_kept(limit: str, wait: timedelta) -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(*(article(n, SAYS) for n in range(1, 4)))
        assert await desk.second.run_due() == 2
        assert await desk.second.run_due() == 0
        restarted = SecondReader(configured(server.url), desk.parts, desk.clock, desk.worker)
        assert await desk.second.run_due() == 0
        desk.clock.now += wait
        assert await restarted.run_due() == 1

    at_desk(server, test, f'when = "low-margin"\n{limit}')


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ('when = "off"', 0),
        ('when = "low-margin"', 2),
        ('when = "low-margin"\nbelow = 0.7', 0),
        ('when = "pending"', 1),
        ('when = "all"', 2),
    ],
)
def test_it_is_asked_as_configured(more: str, asked: int) -> None:
    server = ModelServer({"signal": "none", "evidence": "", "venue": None, "date": None})

    async def test(desk: Desk) -> None:
        desk.feed(article(1, "proposed - - official"), article(2, "agreed Helsinki 2018-07-16 outlet"))
        await desk.second.run_due()
        assert len(server.asked) == asked

    at_desk(server, test, more)


def test_what_a_person_said_is_not_asked_about() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        data = SignalCorrected(article=article_id(AGREED), watch="ada-bela", signal=Signal.AGREED)
        desk.parts.log.append([NewEvent("reading/x", data, "c")])
        desk.parts.pipeline.step()
        assert await desk.second.run_due() == 0

    at_desk(server, test)


def test_a_revised_article_is_asked_about_again_and_the_old_answer_goes() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        await desk.second.run_due()
        desk.feed(msgspec.structs.replace(AGREED, paragraphs=("proposed Helsinki 2018-07-16 official", "More.")))
        assert desk.signal() == ("proposed", 0.7)
        assert await desk.second.run_due() == 1
        assert [a.accepted for a in desk.answers()] == [True, False]
        assert desk.signal() == ("proposed", 0.7)

    at_desk(server, test)


def test_the_key_goes_into_the_header_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ModelServer(HELD)
    monkeypatch.setenv("TEST_MODEL_KEY", "s3cret")

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        await desk.second.run_due()
        assert server.keys == ["Bearer s3cret"]
        assert not any("s3cret" in str(event) for event in desk.parts.log.read())

    at_desk(server, test, 'when = "all"\napi_key_env = "TEST_MODEL_KEY"')


def test_a_silent_server_holds_up_nobody() -> None:
    server = ModelServer(30.0)

    async def test(desk: Desk) -> None:
        desk.feed(AGREED)
        began = time.monotonic()
        await desk.second.begin()
        await desk.second.begin()
        assert time.monotonic() - began < 0.5
        while not server.asked:
            await asyncio.sleep(0.01)
        await desk.second.close()
        assert len(server.asked) == 1
        assert desk.answers() == []

    at_desk(server, test)


def test_check_reaches_the_server_without_a_question() -> None:
    server = ModelServer(HELD)

    async def test(desk: Desk) -> None:
        assert (await desk.second.reach()).good
        elsewhere = SecondReader(configured("http://127.0.0.1:9/v1"), desk.parts, desk.clock, desk.worker)
        assert not (await elsewhere.reach()).good
        assert server.asked == []

    at_desk(server, test)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"when": "all", "model": "m"}, "second_reader.url"),
        ({"when": "all", "url": "http://127.0.0.1/v1"}, "second_reader.model"),
        ({"when": "sometimes"}, "second_reader.when"),
        ({"url": "ftp://x"}, "second_reader.url"),
        ({"api_key": "k"}, "use api_key_env or api_key_file"),
        ({"timeout": "soon"}, "second_reader.timeout"),
        ({"when": "all", "url": "http://far.example/v1", "model": "m", "api_key_env": "K"}, "https"),
    ],
    ids=["no-url", "no-model", "when", "scheme", "key-in-file", "timeout", "key-in-the-clear"],
)
def test_wrong_settings_are_named(section: dict[str, Any], says: str) -> None:
    text = "[second_reader]\n" + "".join(f'{key} = "{value}"\n' for key, value in section.items())
    with pytest.raises(ConfigError) as error:
        parse_config(text.encode(), Path("config.toml"))
    assert says in str(error.value)
