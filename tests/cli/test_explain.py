"""`explain` says why an article was read as it was, from the words themselves, and what became of it."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.desk import AGREED, Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


def test_claims_stand_in_the_article_with_their_reasons(desk: Desk) -> None:
    code, out, _ = desk.run("explain", desk.articles()[0], "--json")
    shown = json.loads(out)
    (watch,) = shown["watches"]
    assert (code, shown["title"], shown["source"]) == (0, "Helsinki it is", "one.example")
    texts = AGREED.split("---\n")[2].split("\n\n")
    claims = watch["explanation"]["for_it"]
    assert watch["explanation"]["reading"]["signal"] == "agreed"
    assert claims
    for claim in claims:
        span = claim["evidence"]
        assert texts[span["paragraph"] + 1][span["start"] : span["end"]] == span["text"]
        assert claim["why"]


def test_it_says_what_would_have_changed_the_result(desk: Desk) -> None:
    shown = json.loads(desk.run("explain", desk.articles()[0], "--json")[1])
    (change,) = shown["watches"][0]["explanation"]["changes"]
    assert "will meet in Helsinki" in change["sentence"]["text"]
    assert change["signal"] != "agreed"


def test_it_says_what_is_on_record_and_what_became_of_it(desk: Desk) -> None:
    article = desk.articles()[1]
    desk.run("correct", article, "--watch", "trump-putin", "--signal", "proposed", "--note", "misread")
    recorded = json.loads(desk.run("explain", article, "--json")[1])["watches"][0]["recorded"]
    assert (recorded["reading"]["signal"], recorded["correction"]["signal"]) == ("held", "proposed")
    out = desk.run("explain", article)[1]
    assert "a person    proposed misread" in out
    assert "on record   held" in out


def test_the_same_log_gives_the_same_bytes(desk: Desk) -> None:
    article = desk.articles()[0]
    assert desk.run("explain", article, "--json") == desk.run("explain", article, "--json")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("ffff",), "no article with id 'ffff'"), (("", "--watch", "nobody"), "more than one article")],
    ids=["unknown", "ambiguous"],
)
def test_what_is_wrong_is_said(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = desk.run("explain", *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_forgotten_words_are_said_to_be_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    article = desk.articles()[0]
    with contextlib.closing(sqlite3.connect(tmp_path / "events.db")) as database:
        database.execute("DELETE FROM words")  # as `forget` does with old ones
        database.commit()
    code, _, err = desk.run("explain", article)
    assert code == 1
    assert "summitwatch forget" in err


def test_the_sentences_that_a_revision_removed_and_added_are_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    article = desk.articles()[0]
    revised = AGREED.replace("It rained in Vienna.", "It rained in Vienna. Nobody minded.").replace(
        "July 16", "July 17"
    )
    (tmp_path / "1.txt").write_text(revised, encoding="utf-8")
    assert desk.run("import", "1.txt")[0] == 0
    code, out, _ = desk.run("explain", article)
    assert code == 0
    shown = out.split("revised")[1].split("trump-putin")[0].splitlines()[1:]
    announced = "Donald Trump and Vladimir Putin will meet in Helsinki on July {}, the White House and the Kremlin announced on Thursday."
    assert [line for line in shown if line] == [
        "  - " + announced.format(16),
        "  + Nobody minded.",
        "  + " + announced.format(17),
    ]
    (revision,) = json.loads(desk.run("explain", article, "--json")[1])["revisions"]
    assert [change["added"] for change in revision["changes"]] == [["Nobody minded.", announced.format(17)]]


def test_an_article_that_was_never_revised_says_nothing_of_revisions(desk: Desk) -> None:
    assert "revised" not in desk.run("explain", desk.articles()[0])[1]
    assert json.loads(desk.run("explain", desk.articles()[0], "--json")[1])["revisions"] == []
