"""`label` takes a person's word quickly, records it, and writes it out for training and backtests."""

import json
import subprocess
from pathlib import Path

import pytest

from monitor.service.backtest import backtest
from monitor.service.scoring import load_gold, score
from tests.cli.desk import AGREED, HELD, Desk
from training.examples import passages, stream


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def labelled(desk: Desk) -> list[tuple[str, str | None]]:
    return [(label["signal"], label["venue"]) for label in desk.events("ArticleLabelled")]


def test_a_confirmed_reading_is_a_label_and_no_correction(desk: Desk) -> None:
    shown = desk.at_terminal("label", keys=[("[q]uit", "\n"), ("[q]uit", "\n")])
    assert "2 labelled" in shown
    assert "»Donald Trump and Vladimir Putin" in shown.replace("\r\n", " ")
    assert sorted(labelled(desk)) == [("agreed", "Helsinki"), ("held", "Helsinki")]
    assert desk.events("SignalCorrected") == []
    assert "Nothing to label" in desk.at_terminal("label", keys=[])


def test_another_signal_is_a_label_and_a_correction(desk: Desk) -> None:
    desk.at_terminal("label", keys=[("[q]uit", "n"), ("[q]uit", "n")])
    assert [signal for signal, _ in labelled(desk)] == ["none", "none"]
    assert {c["signal"] for c in desk.events("SignalCorrected")} == {"none"}
    assert json.loads(desk.run("status", "--json")[1])["watches"][0]["status"] == "none"
    assert desk.run("verify")[0] == 0


def test_skip_back_and_quit(desk: Desk) -> None:
    keys = [("[q]uit", "s"), ("[q]uit", "b"), ("[q]uit", "s"), ("[q]uit", "q")]
    shown = desk.at_terminal("label", keys=keys)
    assert [line.count("1 of 2") for line in shown.splitlines() if " of 2" in line] == [1, 0, 1, 0]
    assert "0 labelled" in shown
    assert labelled(desk) == []


def test_a_second_label_replaces_the_first(desk: Desk) -> None:
    keys = [("[q]uit", "n"), ("[q]uit", "b"), ("[q]uit", "\n"), ("[q]uit", "q")]
    desk.at_terminal("label", keys=keys)
    assert len(labelled(desk)) == 2
    desk.run("label", "--export", "out")
    gold = json.loads((desk.folder / "out" / "trump-putin" / "gold.json").read_text(encoding="utf-8"))
    (only,) = gold["articles"].values()
    assert only["signal"] in ("agreed", "held")


def test_place_day_and_evidence_are_asked_for_where_they_are_wanted(desk: Desk) -> None:
    keys = [
        ("[q]uit", "v"), ("Venue", "Reykjavik\n"), ("Date", "tomorrow\n"), ("write 2018-07-16", "2018-08\n"),
        ("[q]uit", "c"), ("Which paragraph", "1\n"), ("[q]uit", "q"),
    ]  # fmt: skip
    desk.at_terminal("label", keys=keys)
    (label,) = desk.events("ArticleLabelled")
    assert (label["signal"], label["venue"], label["date"]) == ("cancelled", "Reykjavik", "2018-08")
    assert label["evidence"]["text"] in AGREED + HELD
    (correction,) = desk.events("SignalCorrected")
    assert (correction["venue"], correction["date"]) == ("Reykjavik", "2018-08")


def test_labels_go_out_as_a_stream_that_backtests_and_trains(desk: Desk) -> None:
    desk.at_terminal("label", keys=[("[q]uit", "\n"), ("[q]uit", "\n")])
    assert desk.run("label", "--export", "out")[2] == "2 labelled articles written to out\n"
    folder = desk.folder / "out" / "trump-putin"
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    assert [move["status"] for move in gold["transitions"]] == ["agreed", "held"]
    assert (folder / "articles" / "001.txt").read_text(encoding="utf-8").split("\n\n")[1:] == AGREED.split("\n\n")[1:]
    figures = score(load_gold(folder / "gold.json"), backtest(folder))
    assert (figures["signals"]["accuracy"], figures["transitions"]["f1"]) == (1.0, 1.0)
    assert [(e.id, e.article) for e in stream(folder)] == [("trump-putin/001", "agreed"), ("trump-putin/002", "held")]
    assert "articles read rightly" in desk.run("backtest", str(folder))[1]
    code, _, err = desk.run("label", "--export", "out")
    assert code == 2
    assert "is there already" in err


def test_labels_go_out_as_windows_that_train(desk: Desk) -> None:
    desk.at_terminal("label", keys=[("[q]uit", "\n"), ("[q]uit", "\n")])
    assert desk.run("label", "--export", "y-desk.jsonl", "--watch", "trump-putin")[0] == 0
    examples = list(passages([desk.folder / "y-desk.jsonl"]))
    assert [target.labels for example in examples for target in example.targets] == [("agreed",), ("held",)]


def test_without_a_terminal_it_says_so(desk: Desk) -> None:
    process = desk.start("label", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, err = process.communicate(timeout=100)
    assert process.returncode == 2
    assert "--export" in err
