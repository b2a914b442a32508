"""The command line keeps its contract: exit codes, JSON alone on standard output, one line for what is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import main

Run = Callable[..., tuple[int, str, str]]

CONFIG = """
[[watch]]
name = "trump-putin"
principals = [{ name = "Donald Trump", aliases = ["Trump"] }, { name = "Vladimir Putin", aliases = ["Putin"] }]
"""

AGREED = """---
published: 2018-06-28T11:42:00Z
source: Summitwatch
language: en
---
Helsinki it is: date set for the two presidents

Donald Trump and Vladimir Putin will meet in Helsinki on July 16, the White House and the Kremlin announced on Thursday.

It will be their first full summit.
"""

HELD = """---
published: 2018-07-16T20:00:00Z
source: Summitwatch
language: en
---
Trump and Putin meet in Helsinki

Donald Trump and Vladimir Putin met in Helsinki on Monday and talked for more than two hours, the Kremlin said.
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUMMITWATCH_CONFIG", raising=False)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["summitwatch", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "1.txt").write_text(AGREED, encoding="utf-8")
    (folder / "2.txt").write_text(HELD, encoding="utf-8")
    return folder


def test_import_then_status_and_timeline(run: Run, documents: Path) -> None:
    assert run("import", str(documents)) == (0, "", "2 new of 2 documents\n")
    code, out, _ = run("status", "--json")
    (watch,) = json.loads(out)["watches"]
    assert (code, watch["watch"], watch["status"]) == (0, "trump-putin", "held")
    assert (watch["meeting"]["venue"], watch["meeting"]["date"]) == ("Helsinki", "2018-07-16")
    assert watch["evidence"]["text"] in HELD
    assert watch["evidence"]["published"] == "2018-07-16T20:00:00Z"
    _, out, _ = run("timeline", "--json")
    (meeting,) = json.loads(out)["meetings"]
    assert [c["status"] for c in meeting["changes"]] == ["agreed", "held"]
    assert [c["at"] for c in meeting["changes"]] == ["2018-06-28T11:42:00Z", "2018-07-16T20:00:00Z"]


def test_importing_again_adds_nothing_and_json_stays_the_same(run: Run, documents: Path) -> None:
    run("import", str(documents))
    before = [run(*command) for command in (("status", "--json"), ("timeline", "--json"), ("log", "--json"))]
    assert run("import", str(documents))[2] == "0 new of 2 documents\n"
    assert [run(*command) for command in (("status", "--json"), ("timeline", "--json"), ("log", "--json"))] == before


def test_status_as_of_a_moment(run: Run, documents: Path) -> None:
    run("import", str(documents))
    statuses = [
        json.loads(run("status", "--json", "--as-of", at)[1])["watches"][0]["status"]
        for at in ("2018-06-27", "2018-07-01T00:00:00Z", "2018-07-17")
    ]
    assert statuses == ["none", "agreed", "held"]


def test_people_see_words_and_not_json(run: Run, documents: Path) -> None:
    run("import", str(documents))
    _, out, _ = run("status")
    assert "HELD" in out
    assert "Helsinki, 2018-07-16" in out
    assert "2018-07-16 20:00 UTC" in out
    _, out, _ = run("timeline")
    assert "agreed" in out
    assert "held" in out


def test_an_empty_log_says_what_to_do(run: Run) -> None:
    assert "No meeting is talked of" in run("status")[1]
    Path("config.toml").write_text("", encoding="utf-8")
    assert "[[watch]]" in run("status")[1]


def test_a_correction_counts_and_is_named(run: Run, documents: Path) -> None:
    run("import", str(documents))
    _, out, _ = run("timeline", "--json")
    article = json.loads(out)["meetings"][0]["changes"][-1]["article"]
    assert run("correct", article[:8], "--watch", "trump-putin", "--signal", "none", "--note", "no")[0] == 0
    assert json.loads(run("status", "--json")[1])["watches"][0]["status"] == "agreed"
    corrections = [json.loads(line) for line in run("log", "--type", "SignalCorrected", "--json")[1].splitlines()]
    assert [(c["data"]["signal"], c["data"]["note"], c["meta"]["actor"]) for c in corrections] == [
        ("none", "no", "person")
    ]


def test_verify_and_rebuild(run: Run, documents: Path) -> None:
    run("import", str(documents))
    before = run("status", "--json")
    assert run("verify")[0] == 0
    assert run("rebuild")[0] == 0
    assert run("status", "--json") == before
    assert run("verify")[0] == 0


def test_log_prints_one_event_a_line(run: Run, documents: Path) -> None:
    run("import", str(documents))
    events = [json.loads(line) for line in run("log", "--json")[1].splitlines()]
    assert [e["position"] for e in events] == list(range(1, len(events) + 1))
    assert {"WatchConfigured", "ArticleRecorded", "ArticleRead", "StatusChanged"} <= {e["type"] for e in events}
    assert len(run("log", "--after", str(len(events) - 1))[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("status", "--watch", "nobody"), 2, "no watch 'nobody'; there are: trump-putin"),
        (("status", "--as-of", "yesterday"), 2, "write for example 2018-06-27"),
        (("status", "--config", "missing.toml"), 2, "summitwatch init"),
        (("correct", "ffff", "--watch", "trump-putin", "--signal", "held"), 2, "no article with id 'ffff'"),
        (("correct", "ffff", "--watch", "trump-putin", "--signal", "maybe"), 2, "proposed"),
        (("backtest", "missing"), 2, "a stream needs watch.toml"),
        (("normalize", "missing.html"), 2, "missing.html"),
        (("read", "bad.jsonl"), 2, "line 1"),
        (("import", "missing.txt"), 1, "check the path"),
        (("import", "empty.txt"), 1, "empty.txt"),
        (("import", "latin.txt"), 1, "UTF-8"),
        (("import", "nul.txt"), 1, "NUL"),
        (("frobnicate",), 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    Path("bad.jsonl").write_text("{}\n", encoding="utf-8")
    Path("empty.txt").write_bytes(b"")
    Path("latin.txt").write_bytes("Präsidenten\n\ntrafen sich".encode("latin-1"))
    Path("nul.txt").write_bytes(b"Title\n\nA\0B")
    got, out, err = run(*arguments)
    assert got == code
    assert out == ""
    assert says in err
    assert "Traceback" not in err


def test_a_file_that_is_too_large_is_set_aside_and_the_others_are_taken(run: Run, documents: Path) -> None:
    with (documents / "3.txt").open("wb") as file:
        file.truncate(50_000_000)
    code, _, err = run("import", str(documents))
    assert code == 1
    assert "2 new of 3 documents" in err
    assert "3.txt" in err
    assert json.loads(run("status", "--json")[1])["watches"][0]["status"] == "held"


def test_a_database_that_is_none_is_refused(run: Run) -> None:
    Path("events.db").write_bytes(b"no database " * 500)
    code, _, err = run("status")
    assert code == 2
    assert "events.db" in err
    assert "restore a backup" in err


def test_init_writes_a_valid_file_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    assert run("init", "new")[0] == 0
    code, out, _ = run("status", "--json", "--config", "new/config.toml")
    assert (code, [w["watch"] for w in json.loads(out)["watches"]]) == (0, ["trump-putin"])
    (tmp_path / "new" / "config.toml").write_text("# mine", encoding="utf-8")
    assert run("init", "new")[0] == 2
    assert (tmp_path / "new" / "config.toml").read_text(encoding="utf-8") == "# mine"


def test_normalize_prints_a_document_and_its_parts(run: Run, documents: Path) -> None:
    assert run("normalize", str(documents / "1.txt"))[1] == AGREED
    fields = json.loads(run("normalize", str(documents / "1.txt"), "--json")[1])
    assert fields["title"] == "Helsinki it is: date set for the two presidents"
    assert fields["published"] == "2018-06-28T11:42:00Z"
    assert fields["published_precision"] == "second"
    assert fields["text"].split("\n\n")[1] == "It will be their first full summit."


def test_backtest_prints_the_contracts_object(run: Run, tmp_path: Path, documents: Path) -> None:
    stream = tmp_path / "stream"
    stream.mkdir()
    documents.rename(stream / "articles")
    (stream / "watch.toml").write_text(
        'name = "t-p"\n[[principals]]\nname = "Donald Trump"\naliases = []\n'
        '[[principals]]\nname = "Vladimir Putin"\naliases = []\n',
        encoding="utf-8",
    )
    result = json.loads(run("backtest", str(stream), "--json")[1])
    assert [a["signal"] for a in result["articles"].values()] == ["agreed", "held"]
    assert [(c["article"], c["status"], c["venue"]) for c in result["changes"]] == [
        ("1", "agreed", "Helsinki"),
        ("2", "held", "Helsinki"),
    ]
    assert [(m["status"], m["date"]) for m in result["meetings"]] == [("held", "2018-07-16")]
    assert not (tmp_path / "events.db").exists()


def test_read_answers_line_by_line(run: Run) -> None:
    line = {
        "id": "x",
        "principals": ["Donald Trump", "Vladimir Putin"],
        "published": "2018-06-28",
        "text": "Donald Trump and Vladimir Putin will meet in Helsinki on July 16, the Kremlin said.",
    }
    Path("p.jsonl").write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    answer = json.loads(run("read", "p.jsonl", "--json")[1])
    assert answer == {
        "id": "x", "signal": "agreed", "venue": "Helsinki", "date": "2018-07-16", "evidence": line["text"],
    }  # fmt: skip


def test_the_module_is_the_same_program() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "monitor", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert "summitwatch" in answer.stdout.lower() or "version" in answer.stdout
