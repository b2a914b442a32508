"""The page from phone to desk: nothing is cut off, the latest is in sight, a source is called what the terminal calls it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from monitor.cli import cli
from monitor.config import load_config
from monitor.events import AlertAbandoned, AlertQueued, NewEvent, SourceFailing, SourceMoved, SourceSilent
from monitor.service.assembly import open_parts
from monitor.service.polls import Polls
from tests.web import demo
from tests.web.conftest import served
from tests.web.test_pages import get

SOURCES = ("well", "faulty", "failing", "silent", "gone", "untried")
CONFIG = """
[[watch]]
name = "ada-bela"
principals = [{ name = "Ada Lind", aliases = ["Lind"] }, { name = "Bela Kun", aliases = ["Kun"] }]
""" + "".join(f"[[source]]\nname = '{name}'\nurl = 'https://{name}.example/feed'\n" for name in SOURCES)
FAULT = "status 503: https://faulty.example/" + "a-long-address-without-any-place-to-break/" * 4
PATHS = ("/", "/watches/ada-bela", "/sources", "/log", "/alerts")
CUT = """() => [document.documentElement, ...document.querySelectorAll(".folds")]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel ?? "the page")"""
UNREACHABLE = """() => [...document.querySelectorAll(".scroll")]
    .filter(box => box.tabIndex !== 0 || !box.ariaLabel).map(box => box.outerHTML.slice(0, 80))"""
LATEST_IN_SIGHT = """() => {
    const ends = [...document.querySelectorAll(".picture a")].map(mark => mark.getBoundingClientRect().right);
    const box = document.querySelector(".picture").getBoundingClientRect();
    return Math.max(...ends) > box.left + 20 && Math.max(...ends) <= box.right;
}"""


@pytest.fixture(scope="module")
def ailing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a database with sources in every state, and with an alert that was abandoned."""
    path = tmp_path_factory.mktemp("ailing") / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    config = load_config(path)
    demo.fill(config, [*demo.HELSINKI, *demo.HOSTILE])
    parts = open_parts(config.database, lambda: demo.NOW)
    polls = Polls(parts.database)
    polls.register([(s.name, s.url) for s in config.source], [demo.NOW] * len(SOURCES), demo.NOW)
    with parts.database.transaction() as connection:
        for name in ("well", "silent"):
            polls.answered(connection, name, demo.NOW, demo.NOW + timedelta(minutes=5), None)
        for name in ("faulty", "failing", "gone"):
            polls.failed(connection, name, demo.NOW, 1.0, FAULT, None)
    events = (
        ("source/failing", SourceFailing(feed="failing", reason=FAULT, failures=3.0)),
        ("source/silent", SourceSilent(feed="silent", last_new=demo.NOW, expected_days=2.0)),
        ("source/gone", SourceMoved(feed="gone", to=None)),
        ("alert/1", AlertQueued(alert="1", channel="desk", kind="operator", causes=(), why=FAULT, text=FAULT)),
        ("alert/1", AlertAbandoned(alert="1", channel="desk", reason=FAULT)),
    )
    parts.log.append([NewEvent(stream, event, str(n)) for n, (stream, event) in enumerate(events)])
    parts.projector.catch_up()
    parts.close()
    return path


@pytest.fixture(scope="module")
def ailing_address(ailing: Path) -> Iterator[str]:
    with served(load_config(ailing)) as address:
        yield address


def opened(browser: Browser, address: str, width: int, **options: bool) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}, **options).new_page()  # type: ignore[arg-type]
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [390, 820, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_cut_off_and_what_scrolls_can_be_reached(
    browser: Browser, ailing_address: str, path: str, width: int
) -> None:
    page = opened(browser, ailing_address + path, width)
    assert page.evaluate(CUT) == []
    assert page.evaluate(UNREACHABLE) == []
    page.context.close()


@pytest.mark.parametrize(
    ("query", "scripts"),
    [("", True), ("", False), ("?zoom=year", True), ("?zoom=month&at=2018-08-01", True)],
    ids=["all", "all, without JavaScript", "year", "a month whose end is empty"],
)
def test_the_timeline_opens_on_the_latest_on_a_phone(
    browser: Browser, ailing_address: str, query: str, scripts: bool
) -> None:
    page = opened(browser, f"{ailing_address}/watches/ada-bela{query}", 390, java_script_enabled=scripts)
    assert page.evaluate(LATEST_IN_SIGHT)
    page.context.close()


def test_the_timeline_stays_on_the_latest_when_the_phone_is_turned(browser: Browser, ailing_address: str) -> None:
    page = opened(browser, f"{ailing_address}/watches/ada-bela", 820)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate(LATEST_IN_SIGHT)
    page.context.close()


def test_a_source_has_one_state_in_the_terminal_on_the_page_and_in_the_metrics(
    ailing: Path, ailing_address: str
) -> None:
    told = json.loads(CliRunner().invoke(cli, ["sources", "--json", "--config", str(ailing)]).stdout)["sources"]
    states = {line["name"]: line["state"] for line in told}
    assert states["faulty"] == "fault"
    assert states["failing"] == "failing"
    answer = json.loads(get(ailing_address + "/api/v1/sources")[1])["sources"]
    assert {line["source"]: line["state"] for line in answer if line["source"] in states} == states
    assert {line["source"]: line["says"] for line in answer if line["source"] in states} == {
        line["name"]: line["says"] for line in told
    }
    metrics = get(ailing_address + "/metrics")[1]
    assert all(f'summitwatch_sources{{state="{state}"}} 1.0' in metrics for state in states.values())
