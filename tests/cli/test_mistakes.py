"""Whoever errs gets one line that says what to do; who only looks changes nothing."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.desk import CONFIG, Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    (desk.folder / "binary.jsonl").write_bytes(b"\xff\xfe{}\n")
    (desk.folder / "alone.jsonl").write_text('{"id": "1", "principals": ["Ada Lind"], "text": "x"}\n', encoding="utf-8")
    (desk.folder / "june.jsonl").write_text(
        '{"id": "1", "principals": ["Ada Lind", "Bela Kun"], "published": "June", "text": "x"}\n', encoding="utf-8"
    )
    return desk


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("read", "missing.jsonl"), "missing.jsonl: No such file"),
        (("read", "."), "Is a directory"),
        (("read", "binary.jsonl"), "binary.jsonl, line 1"),
        (("read", "alone.jsonl"), "alone.jsonl, line 1"),
        (("read", "june.jsonl"), "june.jsonl, line 1"),
        (("status", "--watch", "nobody"), "there are: trump-putin"),
        (("alert", "simulate"), "Missing option '--since'"),
        (("alert", "resend"), "give --all"),
        (("sources", "set-aside", "nobody"), "no source 'nobody'"),
        (("frobnicate",), "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_one_line(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = desk.run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith("summitwatch: ")
    assert err.count("\n") == 1


def test_an_id_that_is_too_short_is_answered_with_those_it_fits(desk: Desk) -> None:
    code, _, err = desk.run("explain", "")
    assert code == 2
    assert all(article in err for article in desk.articles())


def test_the_timeline_names_the_articles_that_explain_and_correct_take(desk: Desk) -> None:
    shown = desk.run("timeline")[1]
    assert all(article in shown for article in desk.articles())


@pytest.mark.parametrize("arguments", [("status",), ("log", "--json")], ids=" ".join)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_behind_the_output_is_one_line(desk: Desk, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        process = desk.start(*arguments, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == "summitwatch: standard output: No space left on device\n"


def test_a_terminal_without_curly_quotes_shows_the_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    process = desk.start("status", stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="latin-1")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "Donald Trump and Vladimir Putin met in Helsinki" in out


@pytest.mark.parametrize("arguments", [("verify",), ("backup", "copy.db")], ids=" ".join)
def test_a_database_that_is_missing_is_not_called_whole(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "events.db").unlink()
    code, out, err = desk.run(*arguments)
    assert (code, out) == (1, "")
    assert "there is no database" in err
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("command", ["check", "doctor", "verify"])
def test_looking_puts_no_watch_out_of_use(tmp_path: Path, command: str) -> None:
    """Beside a daemon, a file that is being edited counts from `reload` on, not from `check` on."""
    desk = Desk(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG.replace("trump-putin", "another"), encoding="utf-8")
    desk.run(command)
    with sqlite3.connect(f"file:{tmp_path / 'events.db'}?mode=ro", uri=True) as database:
        types = [row[0] for row in database.execute("SELECT type FROM events WHERE type LIKE 'Watch%'")]
    database.close()
    assert types == ["WatchConfigured"]


def test_check_refuses_a_page_that_run_would_refuse(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
        file.write('[web]\nhost = "0.0.0.0"\n')
    code, _, err = desk.run("check")
    assert code == 2
    assert "key web.host" in err


def test_doctor_looks_at_the_rest_where_a_secret_is_missing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as file:
        file.write('[[alert]]\nname = "room"\nkind = "slack"\noptions = { webhook_env = "NOT_SET" }\n')
    code, out, _ = desk.run("doctor")
    assert code == 1
    assert "environment variable NOT_SET" in out
    assert "events, whole" in out
