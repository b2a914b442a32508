"""The page in Chromium: accessible, harmless, without JavaScript, by keyboard, on a phone, in the dark."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from monitor.config import Config
from tests.web import demo
from tests.web.conftest import served

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = {
    "board": "/",
    "board then": "/?as_of=2018-06-22T00:00:00Z",
    "watch": "/watches/ada-bela",
    "watch, month": "/watches/ada-bela?zoom=month&at=2018-07-01",
    "watch, filtered": "/watches/ada-bela?status=held&counted=yes",
    "watch without news": "/watches/no-news",
    "search": "/search?q=word1x1",
    "sources": "/sources",
    "alerts": "/alerts",
    "log": "/log",
    "feeds": "/about",
    "card": "/watches/ada-bela/card",
    "missing": "/watches/nobody",
}
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}


class Watched:
    """A browser page that remembers what it complained of and whom it asked."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="load")
        return self.page


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    yield Watched(context, address)
    context.close()


def articles(config: Config, where: str = "true") -> list[str]:
    with sqlite3.connect(config.database) as connection:
        return [row[0] for row in connection.execute(f"SELECT article FROM articles WHERE {where}")]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def check(page: Page) -> list[str]:
    """What axe-core finds; it is put in through the debugger, which the page's policy does not bind."""
    page.evaluate(AXE)
    answer = page.evaluate("tags => axe.run(document, { runOnly: tags })", LEVELS)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in answer["violations"]]


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_every_page_is_accessible_wide_and_light_as_on_a_phone_in_the_dark(watched: Watched, path: str) -> None:
    page = watched.open(path)
    assert check(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    assert not too_wide(page)
    assert check(page) == []
    missing = [c for c in watched.complaints if "404" not in c]
    assert missing == []
    assert watched.hosts == {urlsplit(watched.address).netloc}


def test_every_article_is_harmless_accessible_and_fits(watched: Watched, config: Config) -> None:
    for identity in articles(config):
        for path in (f"/articles/{identity}", f"/articles/{identity}?whole=yes", f"/articles/{identity}/correct"):
            page = watched.open(path)
            assert page.evaluate("window.harmed") is None
            assert page.locator("main script, main img, main svg[onload], main [onerror]").count() == 0
            assert not [a for a in links(page) if not a.startswith(("http://", "https://"))]
            assert not too_wide(page)
        watched.open(f"/articles/{identity}")
        assert check(watched.page) == []
    assert watched.complaints == []
    assert watched.hosts == {urlsplit(watched.address).netloc}


def links(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('a')].map(a => a.href.baseVal ?? a.href)"))


@pytest.mark.parametrize("path", ["/", "/watches/ada-bela", "/search?q=script", "/log", "/search?q=reversed"])
def test_hostile_articles_do_no_harm_in_lists(watched: Watched, path: str) -> None:
    page = watched.open(path)
    assert page.evaluate("window.harmed") is None
    assert "\u202e" not in page.content()
    assert page.evaluate("document.documentElement.outerHTML.length") < 150_000


def test_without_javascript_everything_is_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    page = context.new_page()
    page.goto(address + "/")
    page.get_by_role("link", name="Ada Lind and Bela Kun").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ada Lind and Bela Kun"
    assert "UTC" in page.locator("time").first.inner_text()
    page.get_by_role("link", name="month", exact=True).click()
    page.locator("select[name=status]").select_option("held")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".articles > li").count() == 2
    page.get_by_label("This watch as known on").fill("2018-06-22T00:00")
    page.get_by_role("button", name="Go").click()
    assert "As known on" in page.locator(".then").inner_text()
    context.close()


def test_times_are_in_the_readers_zone_with_utc_on_hover(browser: Browser, address: str) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo", viewport=WIDE)
    page = context.new_page()
    page.goto(address + "/watches/ada-bela?as_of=2018-06-22T00:00:00Z")
    time = page.locator(".evidence time").first
    assert time.inner_text() == "21 Jun 2018, 09:00"
    assert time.get_attribute("title") == "2018-06-21 00:00:00 UTC"
    context.close()


def test_the_keyboard_alone_reaches_the_evidence(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(address + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", names[-1]
        if names[-1].startswith("where it stands"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    assert page.locator("mark").count() >= 1
    context.close()


def test_the_board_renews_itself_when_something_changes(browser: Browser, tmp_path: Path) -> None:
    config = demo.configured(tmp_path)
    demo.fill(config, demo.HELSINKI[:3])
    with served(config) as address:
        context = browser.new_context(viewport=WIDE)
        page = context.new_page()
        with page.expect_response("**/live"):
            page.goto(address + "/")
        assert page.locator(".card .status.s-proposed").count() >= 1
        page.wait_for_timeout(1_500)
        demo.fill(config, demo.HELSINKI[3:5])
        page.wait_for_selector(".card > .headline .status.s-agreed", timeout=10_000)
        assert "ada-bela: agreed" in page.locator("#live").inner_text()
        context.close()


def correction(page: Page, address: str, identity: str, token: str) -> None:
    page.goto(f"{address}/articles/{identity}/correct?watch=ada-bela")
    page.get_by_label("The article says").select_option("none")
    page.get_by_label("Why").fill("a meeting of ministers")
    page.get_by_label("Operator's token").fill(token)
    page.get_by_role("button", name="Show what would change").click()


def test_a_correction_shows_its_effect_then_becomes_an_event(browser: Browser, tmp_path: Path) -> None:
    config = demo.make(tmp_path)
    with sqlite3.connect(config.database) as connection:
        (identity,) = connection.execute("SELECT article FROM changes WHERE status = 'cancelled'").fetchone()
    with served(config) as address:
        context = browser.new_context(viewport=WIDE)
        page = context.new_page()
        correction(page, address, identity, "not the token")
        assert "not the operator's token" in page.get_by_role("alert").inner_text()
        correction(page, address, identity, demo.TOKEN)
        effect = page.get_by_role("region", name="What would change").inner_text()
        assert "would be taken back" in effect
        assert corrections(config) == []
        assert demo.TOKEN not in page.content()
        assert check(page) == []
        page.get_by_role("button", name="Record the correction").click()
        assert "corrected by a person" in page.locator("aside").inner_text()
        page.goto(address + "/watches/ada-bela")
        assert page.locator(".headline .status.s-agreed").count() == 1
        context.close()
    assert corrections(config) == [(identity, "none", "a meeting of ministers")]


def corrections(config: Config) -> list[tuple[str, str, str]]:
    with sqlite3.connect(config.database) as connection:
        return connection.execute(
            "SELECT data ->> 'article', data ->> 'signal', data ->> 'note' FROM events WHERE type = 'SignalCorrected'"
        ).fetchall()
