"""What ships for servers is valid as far as the tools run here: units, their hardening, the container's recipe."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = ("summitwatch.service", "summitwatch-backup.service", "summitwatch-backup.timer")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed: the units were NOT checked"
)


@needs_systemd
def test_the_units_are_valid(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(text.replace("/opt/summitwatch/bin/summitwatch", sys.executable), encoding="utf-8")
    answer = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in UNITS)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_the_services_are_hardened(unit: str) -> None:
    answer = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(DEPLOY / unit)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout[-400:]


def test_the_watchdog_waits_longer_than_it_is_fed() -> None:
    from monitor.service.daemon import ALIVE_SECONDS  # here: the daemon loads page and scheduler

    seconds = re.search(r"^WatchdogSec=(\d+)$", (DEPLOY / UNITS[0]).read_text(encoding="utf-8"), re.MULTILINE)
    assert seconds is not None
    assert int(seconds[1]) >= 3 * ALIVE_SECONDS


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_runs_as_nobody_special_and_says_how_it_is() -> None:
    words = [word for word, _ in instructions()]
    last = dict(instructions())
    assert last["USER"] == "10001"
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "healthz" in last["HEALTHCHECK"] or "healthz" in last.get("CMD", "")
    assert "ADD" not in words
    assert all(":" in rest and "latest" not in rest for word, rest in instructions() if word == "FROM")


def test_what_the_container_copies_exists() -> None:
    root = DEPLOY.parent
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            *sources, _ = rest.split()
            assert [name for name in sources if not (root / name).exists()] == []
