"""The daemon on a real small disk: full, freed, and read-only. Needs the right to mount; says so where it has none."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.world import World, agree, until, wish

SIZE = "16m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"NOT RUN, no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def world(disk: Path, tmp_path: Path) -> Iterator[World]:
    world = World(disk, tmp_path / "daemon.log")
    wish(world)
    yield world
    world.close()


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


@pytest.mark.timeout(300)
def test_a_full_disk_is_said_and_what_came_meanwhile_is_told_once_there_is_room(world: World) -> None:
    daemon = world.start()
    assert until(lambda: len(world.mail.mails) == 1 and len(world.newsroom.slack) == 1), world.log()
    filler = fill(world.folder)
    agree(world)
    assert until(lambda: "free some disk space" in world.log()), world.log()
    polls = world.newsroom.polls
    assert until(lambda: world.newsroom.polls >= polls + 2), "it goes on trying"
    with urllib.request.urlopen(world.page, timeout=20) as page:
        assert page.status == 200
    assert daemon.poll() is None
    assert len(world.mail.mails) == 1
    filler.unlink()
    assert until(lambda: len(world.mail.mails) == 2 and len(world.newsroom.slack) == 2), world.log()
    polls = world.newsroom.polls
    assert until(lambda: world.newsroom.polls >= polls + 2)
    assert (len(world.mail.mails), len(world.newsroom.slack)) == (2, 2)
    assert "Traceback" not in world.log()
    assert world.command("verify").returncode == 0


@pytest.mark.timeout(300)
def test_a_read_only_disk_is_a_clear_error_and_the_log_stays_readable_after(world: World) -> None:
    world.start()
    assert until(lambda: len(world.mail.mails) == 1), world.log()
    world.stop()
    remount(world.folder, "ro")
    refused = world.command("run")
    remount(world.folder, "rw")
    assert refused.returncode == 1
    assert "events.db" in refused.stderr
    assert "can be written" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert json.loads(world.command("status", "--json").stdout)["watches"][0]["status"] == "proposed"


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)
