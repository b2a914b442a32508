"""A real server on loopback and a real browser for the page's tests."""

import asyncio
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
import pytest
from playwright.sync_api import Browser, sync_playwright

from monitor.config import Config
from monitor.service.serving import PageServer
from tests.web import demo

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium() -> str | None:
    """Where the browser is; None for none."""
    return shutil.which("chromium")


@contextmanager
def served(config: Config, now: datetime = demo.NOW) -> Iterator[str]:
    """The page's address while the block runs."""
    local = msgspec.structs.replace(config, web=msgspec.structs.replace(config.web, port=0))
    server = PageServer(local, lambda: now)
    thread = threading.Thread(target=asyncio.run, args=[server.run_until_told()])
    thread.start()
    try:
        port = re.search(r":(\d+)/", server.address)
        assert port is not None
        yield f"http://127.0.0.1:{port[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A filled database that tests only read."""
    return demo.make(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def address(config: Config) -> Iterator[str]:
    """A server over it."""
    with served(config) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a loud word that these tests did not run."""
    path = chromium()
    if path is None:
        pytest.skip("THE PAGE WAS NOT TRIED IN A BROWSER: `make browser` installs chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
