"""The whole program as its user runs it: from publication to mail and Slack, once, and a clean end."""

import json
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.world import World, agree, until, wish


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    wish(world)
    yield world
    world.close()


@pytest.mark.timeout(300)
def test_from_publication_to_mail_and_slack_once(world: World) -> None:
    world.start()
    assert until(lambda: len(world.mail.mails) == 1 and len(world.newsroom.slack) == 1), world.log()
    summary = world.mail.mails[0].get_body(("plain",))
    assert summary is not None
    assert "proposed" in summary.get_content().lower(), "the first catch-up ends with one summary"

    agree(world)
    published = time.monotonic()
    assert until(lambda: len(world.mail.mails) == 2 and len(world.newsroom.slack) == 2), world.log()
    took = time.monotonic() - published
    mail = world.mail.mails[1]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Vienna" in text.get_content()
    assert "will meet in Vienna" in html.get_content()
    assert f"{world.newsroom.url}/agreed" in text.get_content()
    assert "Vienna" in json.dumps(world.newsroom.slack[1])
    assert took < 60

    polls = world.newsroom.polls
    assert until(lambda: world.newsroom.polls >= polls + 2)
    assert (len(world.mail.mails), len(world.newsroom.slack)) == (2, 2), "the next polls send nothing"
    status = json.loads(world.command("status", "--json").stdout)["watches"][0]
    assert (status["status"], status["meeting"]["venue"]) == ("agreed", "Vienna")
    with urllib.request.urlopen(world.page, timeout=20) as page:
        assert "Vienna" in page.read().decode()


@pytest.mark.timeout(300)
def test_a_second_daemon_is_refused_and_the_first_ends_cleanly(world: World) -> None:
    daemon = world.start()
    assert until(lambda: "running;" in world.log()), world.log()
    second = world.command("run")
    assert second.returncode == 2
    assert f"process {daemon.pid}" in second.stderr
    began = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=30) == 0
    assert time.monotonic() - began < 10
    assert "Traceback" not in world.log()
    assert world.command("verify").returncode == 0


@pytest.mark.timeout(300)
def test_a_reload_adds_a_watch_and_a_bad_file_changes_nothing(world: World) -> None:
    world.start()
    assert until(lambda: len(world.mail.mails) == 1), world.log()
    good = world.config.read_text(encoding="utf-8")
    world.config.write_text(
        good.replace("kind = 'email'", "").replace('interval = "2s"', "interval = 7"), encoding="utf-8"
    )
    assert world.command("reload").returncode == 2
    other = '[[watch]]\nname = "other"\nprincipals = [{ name = "Donald Trump" }, { name = "Vladimir Putin" }]\n'
    world.config.write_text(good + other, encoding="utf-8")
    assert world.command("reload").returncode == 0
    assert until(lambda: "watch other: added" in world.log()), world.log()
    assert until(lambda: '"watch": "other"' in world.command("status", "--json").stdout)
    assert [event["data"]["differences"] for event in world.events("ConfigReloaded")] == [["watch other: added"]]


@pytest.mark.timeout(300)
def test_it_keeps_running_when_nothing_can_be_reached(world: World) -> None:
    world.newsroom.close()
    world.mail.close()
    daemon = world.start()
    assert until(lambda: "running;" in world.log())
    time.sleep(5)
    assert daemon.poll() is None
    assert "Traceback" not in world.log()
    assert world.command("status").returncode == 0


@pytest.mark.timeout(120)
def test_a_port_in_use_is_a_clear_error(world: World) -> None:
    with socket.create_server(("127.0.0.1", int(world.page.rsplit(":", 1)[1]))):
        answer = world.command("run")
    assert answer.returncode == 2
    assert "key web.port" in answer.stderr
    assert "name another port" in answer.stderr
    assert "Traceback" not in answer.stderr
