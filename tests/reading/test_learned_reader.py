"""The shipped model behind the reader's port: what it reads, that it repeats itself, and what happens without it."""

import logging
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.reading.encoder import Encoder, ModelError
from monitor.reading.learned import LearnedReader
from monitor.reading.model import TITLE, Document, Principal, Watch
from monitor.reading.readers import MODEL, reader_of
from monitor.reading.rules_reader import RulesReader
from monitor.statuses import Signal

WATCH = Watch(
    "macron-erdogan", (Principal("Emmanuel Macron", ("Macron",)), Principal("Recep Tayyip Erdogan", ("Erdogan",)))
)
PUBLISHED = datetime(2021, 6, 9, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader() -> LearnedReader:
    return LearnedReader(MODEL)


def article(title: str, *paragraphs: str) -> Document:
    return Document(title, paragraphs, PUBLISHED)


ARTICLES = {
    "announced for next week": (
        article(
            "Macron and Erdogan to meet at NATO summit",
            "Emmanuel Macron and Recep Tayyip Erdogan will meet in Brussels on June 14, the Elysee said on Wednesday.",
            "It will be their first face-to-face talk in more than a year.",
        ),
        Signal.AGREED,
    ),
    "held, told the same day": (
        article(
            "Macron, Erdogan clear the air",
            "Emmanuel Macron and Recep Tayyip Erdogan met for an hour in Brussels on Wednesday.",
            "After the talks Erdogan spoke of a warm atmosphere.",
        ),
        Signal.HELD,
    ),
    "invited, no answer yet": (
        article(
            "Macron invites Erdogan to Paris",
            "Emmanuel Macron has invited Recep Tayyip Erdogan to Paris, his office said. Ankara has not yet replied.",
        ),
        Signal.PROPOSED,
    ),
    "called off": (
        article(
            "Erdogan cancels Paris trip",
            "Recep Tayyip Erdogan has cancelled his meeting with Emmanuel Macron planned for Friday in Paris.",
            "The two will not meet, the Turkish presidency said.",
        ),
        Signal.CANCELLED,
    ),
    "put off": (
        article(
            "Macron-Erdogan summit postponed",
            "The meeting of Emmanuel Macron and Recep Tayyip Erdogan on Friday has been postponed until autumn.",
        ),
        Signal.POSTPONED,
    ),
    "a meeting with somebody else": (
        article(
            "Merkel receives Macron in Berlin",
            "Angela Merkel and Emmanuel Macron met in Berlin on Wednesday to talk about Turkey and Erdogan.",
        ),
        Signal.NONE,
    ),
    "a call": (
        article(
            "Macron and Erdogan speak by phone",
            "Emmanuel Macron and Recep Tayyip Erdogan spoke by telephone on Tuesday about Libya, both offices said.",
        ),
        Signal.NONE,
    ),
}


@pytest.mark.parametrize(("document", "signal"), ARTICLES.values(), ids=ARTICLES.keys())
def test_plain_articles_are_read_rightly(reader: LearnedReader, document: Document, signal: Signal) -> None:
    assert reader.read(document, WATCH).signal is signal


def test_the_evidence_is_a_literal_part_of_the_article(reader: LearnedReader) -> None:
    for document, signal in ARTICLES.values():
        span = reader.read(document, WATCH).evidence
        assert (span is None) == (signal is Signal.NONE)
        if span is not None:
            text = document.title if span.paragraph == TITLE else document.paragraphs[span.paragraph]
            assert text[span.start : span.end] == span.text


def test_reading_twice_gives_the_same(reader: LearnedReader) -> None:
    other = LearnedReader(MODEL)
    for document, _ in ARTICLES.values():
        assert reader.read(document, WATCH) == other.read(document, WATCH)


def test_every_reading_names_the_model_by_its_hash(reader: LearnedReader) -> None:
    encoder = Encoder(MODEL)
    reading = reader.read(ARTICLES["a call"][0], WATCH)
    assert reading.reader == reader.version
    assert reader.version.startswith(f"{encoder.card.name}:{encoder.card.model_sha256[:8]}+rules")


def test_an_article_that_mentions_neither_is_not_put_to_the_encoder(reader: LearnedReader) -> None:
    document = article("Rain in Oslo", "It rained on Wednesday, and the harbour festival was moved indoors.")
    assert reader.read(document, WATCH).signal is Signal.NONE
    assert reader.opinion(document, WATCH, ()) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=40), paragraphs=st.lists(st.text(max_size=200), max_size=4))
def test_no_text_makes_it_fail(reader: LearnedReader, title: str, paragraphs: list[str]) -> None:
    document = Document(title, ("Macron and Erdogan.", *paragraphs), None)
    reading = reader.read(document, WATCH)
    assert 0.0 <= reading.confidence <= 1.0


def test_a_page_without_end_is_read_in_part(reader: LearnedReader) -> None:
    endless = article("Macron and Erdogan to meet", *["Macron will meet Erdogan on June 14. " * 40] * 60)
    assert reader.read(endless, WATCH).signal is Signal.AGREED


def broken(tmp_path: Path, kind: str) -> Path:
    folder = tmp_path / "model"
    if kind == "absent":
        return folder
    shutil.copytree(MODEL, folder)
    spoilt = {
        "damaged": "model.onnx",
        "no tokenizer": "tokenizer.json",
        "no weights": "weights.json",
        "other labels": "card.json",
    }
    path = folder / spoilt[kind]
    if kind == "damaged":
        path.write_bytes(path.read_bytes()[:-100])
    elif kind == "other labels":
        path.write_text(path.read_text().replace('"other-future"', '"later"'))
    else:
        path.unlink()
    return folder


@pytest.mark.parametrize("kind", ["absent", "damaged", "no tokenizer", "no weights", "other labels"])
def test_without_a_usable_model_the_rules_read_alone(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = broken(tmp_path, kind)
    with pytest.raises(ModelError, match="install"):
        LearnedReader(folder)
    with caplog.at_level(logging.WARNING):
        reader = reader_of(folder)
    assert isinstance(reader, RulesReader)
    (warning,) = caplog.messages
    assert "rules alone" in warning
    assert str(folder) in warning


@pytest.mark.slow
def test_reading_takes_less_than_500_megabytes() -> None:
    code = (
        "from tests.reading.test_learned_reader import ARTICLES, WATCH, article\n"
        "from monitor.reading.readers import default_reader\n"
        "body = ['The delegations spoke of trade, gas and the islands, and of little else for most of the day.'] * 16\n"
        "reader = default_reader()\n"
        "for d, _ in ARTICLES.values(): reader.read(article(d.title, *d.paragraphs, *body), WATCH)\n"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 500_000
