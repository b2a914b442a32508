"""`summitwatch web` serves the page beside whatever else works on the database, and ends when told."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from monitor.service.assembly import open_parts, utc_now
from tests.service.scripted import ScriptedReader
from tests.service.stories import HELSINKI, WATCH, arrived


@pytest.mark.timeout(120)
def test_the_page_alone(tmp_path: Path) -> None:
    parts = open_parts(tmp_path / "events.db", utc_now, ScriptedReader())
    parts.pipeline.configure([WATCH])
    parts.pipeline.record([arrived(item) for item in HELSINKI])
    parts.pipeline.step()
    config = tmp_path / "config.toml"
    config.write_text(
        '[[watch]]\nname = "ada-bela"\nprincipals = [{ name = "Ada Lind" }, { name = "Bela Kun" }]\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "monitor", "web", "--port", "0", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as page:
        assert page.stderr is not None
        address = page.stderr.readline().removeprefix("page at ").strip()
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "Helsinki" in answer.read().decode()
        page.send_signal(signal.SIGTERM)
        assert page.wait(timeout=30) in (0, -signal.SIGTERM)
    parts.close()
