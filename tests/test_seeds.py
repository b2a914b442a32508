"""The shipped seeds: a new log starts from documents that need no cleaning and stand in order of time."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.statuses import Signal
from scrapers.article import Precision, parse_instant, read_article, write_article
from scrapers.normalize import normalize

ROOT = Path(__file__).parents[1]
SEEDS = sorted((ROOT / "seeds").iterdir())
EXPECTED = json.loads((ROOT / "tests/data/seeds_expected.json").read_text(encoding="utf-8"))
PARTIAL_DATE = re.compile(r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

each_seed = pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)


def test_a_first_start_has_a_history_to_show():
    assert len(SEEDS) >= 24


@each_seed
def test_reading_and_writing_a_seed_gives_the_same_bytes(path):
    data = path.read_bytes()
    assert write_article(read_article(data, path.name)) == data


@each_seed
def test_a_seed_is_normalised_already(path):
    data = path.read_bytes()
    assert write_article(normalize(data, name=path.name)) == data


@each_seed
def test_a_seed_claims_to_be_ours_and_nobody_elses(path):
    article = read_article(path.read_bytes(), path.name)
    assert (article.source, article.url, article.author, article.language) == ("Summitwatch", None, None, "en")


@each_seed
def test_a_seed_is_named_for_the_instant_it_was_published(path):
    article = read_article(path.read_bytes(), path.name)
    assert article.published_precision is Precision.SECOND
    assert article.published is not None
    assert article.published.endswith("Z")
    assert path.name.startswith(f"{parse_instant(article.published):%Y-%m-%d}-")


@each_seed
def test_a_seed_is_a_short_chronicle(path):
    article = read_article(path.read_bytes(), path.name)
    assert 90 <= len(f"{article.title} {article.text}".split()) <= 200
    assert len(article.paragraphs) >= 3


def test_dates_ascend_with_the_names():
    published = [parse_instant(read_article(path.read_bytes(), path.name).published) for path in SEEDS]
    assert all(earlier < later for earlier, later in pairwise(published))


def test_no_sentence_is_told_twice():
    sentences = [
        sentence
        for path in SEEDS
        for paragraph in read_article(path.read_bytes(), path.name).paragraphs
        for sentence in re.split(r"(?<=[.?!])\s+", paragraph)
    ]
    assert len(set(sentences)) == len(sentences)


def test_the_expected_readings_cover_every_seed():
    assert list(EXPECTED) == [path.name for path in SEEDS]


@pytest.mark.parametrize("name", EXPECTED)
def test_an_expected_reading_keeps_to_the_codebook(name):
    expected = EXPECTED[name]
    assert set(expected) == {"signal", "venue", "date"}
    assert expected["signal"] in set(Signal)
    assert expected["date"] is None or PARTIAL_DATE.fullmatch(expected["date"])
    if expected["signal"] == Signal.NONE:
        assert (expected["venue"], expected["date"]) == (None, None)
    if expected["signal"] == Signal.HELD:
        assert expected["venue"]
        assert expected["date"] == name[:10]


def test_the_sources_of_every_seed_are_on_record():
    rows = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/seeds.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [path.stem for path in SEEDS]
