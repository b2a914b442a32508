"""`summitwatch alert ...` from the outside; and that no secret leaves the program by any way."""

import asyncio
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.config import load_config
from monitor.service.assembly import open_parts
from monitor.service.simulating import simulate
from monitor.service.worker import Worker
from tests.alerts.certificates import Authority
from tests.alerts.servers import mail_server, slack_server
from tests.service.alerting import WATCHES, HandClock, Service, configured, mail, service, slack
from tests.service.scripted import ScriptedReader
from tests.service.stories import HELSINKI, START

pytestmark = pytest.mark.anyio
SERVERS = ("mail.log", "aiohttp.access")
"""The loggers of the servers in this process."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def run(folder: Path, *arguments: str) -> Result:
    """The command, in a thread: it has a loop of its own."""
    given = [*arguments, "--config", str(folder / "config.toml")]
    return await asyncio.to_thread(CliRunner().invoke, cli, given)


async def told(folder: Path, text: str) -> None:
    """A log in which a story was told to a mail server."""
    (folder / "config.toml").write_text(WATCHES + text, encoding="utf-8")
    config = load_config(folder / "config.toml")
    async with service(config, folder / "events.db", HandClock()) as s:
        for item in HELSINKI[:4]:
            await s.feed(item)
            await s.turn()


async def test_a_test_message_is_the_real_thing_marked_as_a_test(tmp_path: Path) -> None:
    async with mail_server() as post:
        await told(tmp_path, mail(post.port))
        post.mails.clear()
        result = await run(tmp_path, "alert", "test", "desk")
        assert result.exit_code == 0, result.output
        assert "ok   desk" in result.output
        (sent,) = post.mails
        assert sent["Subject"] == "TEST: Meeting of Ada Lind and Bela Kun (ada-bela-1)"
        assert sent["References"] is None
        post.at_data = ["554 no"]
        result = await run(tmp_path, "alert", "test")
        assert result.exit_code == 1
        assert "BAD  desk" in result.output
        assert "554 no" in result.output


async def test_history_says_when_to_whom_how_often_and_what_the_server_said(tmp_path: Path) -> None:
    async with mail_server() as post:
        post.at_data = ["554 5.7.1 rejected"]
        await told(tmp_path, mail(post.port))
        rows = json.loads((await run(tmp_path, "alert", "history", "--json")).stdout)["alerts"]
        agreed, proposed = rows
        assert (proposed["state"], proposed["attempts"], proposed["said"]) == ("abandoned", 1, "554 5.7.1 rejected")
        assert (agreed["state"], agreed["to"], agreed["said"]) == ("sent", ["ann@desk.example"], "250 taken")
        assert proposed["alert"] in (await run(tmp_path, "alert", "history", proposed["alert"])).stdout
        result = await run(tmp_path, "alert", "resend", proposed["alert"])
        assert result.exit_code == 0, result.output
        rows = json.loads((await run(tmp_path, "alert", "history", "--json")).stdout)["alerts"]
        assert rows[1]["state"] == "queued"
        result = await run(tmp_path, "alert", "resend", proposed["alert"])
        assert result.exit_code == 2


async def test_preview_prints_what_a_channel_would_get(tmp_path: Path) -> None:
    async with mail_server() as post:
        await told(tmp_path, mail(post.port))
        result = await run(tmp_path, "alert", "preview")
        assert "Ada Lind and Bela Kun: proposed → agreed (Helsinki, 16 July 2018)" in result.output
        assert len(post.mails) == 2


async def test_simulation_says_what_other_rules_would_have_sent() -> None:
    async with mail_server() as post, service(configured(mail(post.port))) as s:
        for item in HELSINKI:
            await s.feed(item)
            await s.turn()
        since, until = START + timedelta(hours=1), s.clock.now
        same = await simulate(configured(mail(post.port)), s.parts, since, until)
        titles = [str(sent.get_body(("plain",)).get_content()).splitlines()[0] for sent in post.mails]
        changes = [sent.title for sent in same.sent if sent.kind == "change"]
        assert changes == [title for title in titles if ": proposed" in title or "→" in title]
        assert len(changes) == 3
        fewer = await simulate(
            configured(mail(post.port, 'statuses = ["held"]\nreminder = "off"')), s.parts, since, until
        )
        assert [sent.title for sent in fewer.sent] == ["Ada Lind and Bela Kun: agreed → held (Helsinki, 16 July 2018)"]
        assert fewer.not_told["desk"]["the channel is not told of agreed"] == 1
        assert len(post.mails) == 3


async def test_no_secret_is_in_log_output_or_log_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    authority = Authority(tmp_path)
    tls = authority.server("127.0.0.1")
    async with mail_server(tls=tls, login=("watch", "s3cret-password")) as post, slack_server() as room:
        hook = f"{room.url}/hook?s3cret-hook"
        monkeypatch.setenv("TEST_SLACK_WEBHOOK", hook)
        monkeypatch.setenv("SMTP", "s3cret-password")
        login = f'ca_file = "{authority.file}"\nusername = "watch"\npassword_env = "SMTP"\n'
        text = WATCHES + mail(post.port).replace('tls = "none"\n', login) + slack()
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        config = load_config(tmp_path / "config.toml")
        room.answers = [(500, hook, {}), (403, hook, {})]
        post.at_data = ["452 s3cret-password"]
        async with service(config, tmp_path / "events.db") as s:
            for item in HELSINKI[:4]:
                await s.feed(item)
                await s.turn()
                s.clock.forward(minutes=10)
                await s.turn()
            assert "452" in s.events("AlertFailed")[0].reason + s.events("AlertFailed")[1].reason
            assert len(s.events("AlertSent")) >= 2
        outputs = [
            (await run(tmp_path, *arguments)).output
            for arguments in (("alert", "history"), ("alert", "preview"), ("alert", "test"), ("log", "--json"))
        ]
        written = [path.read_bytes().decode("latin-1") for path in tmp_path.iterdir() if path.name != "config.toml"]
        lines = [record.getMessage() for record in caplog.records if not record.name.startswith(SERVERS)]
        for text in (*outputs, *written, *lines):
            assert "s3cret" not in text


async def test_a_restart_goes_on_where_the_last_process_stopped(tmp_path: Path) -> None:
    async with mail_server() as post:
        config, clock = configured(mail(post.port)), HandClock()
        async with service(config, tmp_path / "events.db", clock) as s:
            post.at_sender = ["451 later"]
            await s.feed(HELSINKI[0])
            assert await s.turn() == 0
        parts = open_parts(tmp_path / "events.db", clock, ScriptedReader())
        again = Service(config, parts, clock, Worker())
        clock.forward(minutes=1)
        assert await again.turn() == 1
        assert len(post.mails) == 1
        await again.worker(parts.close)
        again.worker.close()
