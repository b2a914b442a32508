"""The wheel holds all the program needs: built, installed into an empty environment, and started there."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert answer.returncode == 0, f"{command}\n{answer.stdout[-2000:]}\n{answer.stderr[-2000:]}"
    return answer.stdout


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("summitwatch-*.whl")
    return wheel


def start(bin_: Path, folder: Path, **environment: str) -> None:
    """As a user would, far from the checkout."""
    run(bin_ / "summitwatch", "init", "desk", cwd=folder, **environment)
    run(bin_ / "summitwatch", "import", ROOT / "seeds", "--config", "desk/config.toml", cwd=folder, **environment)
    status = run(bin_ / "summitwatch", "status", "--json", "--config", "desk/config.toml", cwd=folder, **environment)
    assert '"watch": "trump-putin"' in status
    assert '"status": "none"' not in status


def test_the_wheel_holds_the_whole_program(tmp_path: Path, wheel: Path) -> None:
    """Its dependencies are borrowed from the present environment; the checkout is not on the path."""
    venv.create(tmp_path / "env", with_pip=True)
    bin_ = tmp_path / "env" / "bin"
    run(bin_ / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    start(bin_, tmp_path, PYTHONPATH=sysconfig.get_paths()["purelib"])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_wheel_and_the_lock_are_enough(tmp_path: Path, wheel: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    bin_ = tmp_path / "env" / "bin"
    run(bin_ / "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(bin_ / "pip", "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    start(bin_, tmp_path)
