"""A real server on loopback and a real browser for the page's tests."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from monitor.config import Config
from monitor.web.app import create_app
from tests.web import demo

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def served(config: Config, now: datetime = demo.NOW) -> Iterator[str]:
    """The page's address while the block runs."""
    app = create_app(config, lambda: now)
    settings = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A filled database that tests only read."""
    return demo.make(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def address(config: Config) -> Iterator[str]:
    """A server over it."""
    with served(config) as address:
        yield address


def chromium() -> str | None:
    """Debian's browser; installed where it is missing and apt is there."""
    if shutil.which("chromium") is None and shutil.which("apt-get") and Path("/etc/debian_version").exists():
        command = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, capture_output=True, timeout=300)
    return shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a loud word that these tests did not run."""
    path = chromium()
    if path is None:
        pytest.skip("THE PAGE WAS NOT TRIED IN A BROWSER: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
