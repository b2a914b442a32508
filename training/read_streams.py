"""Labelled streams as the program's own reader sees them. Scores nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

from monitor.meetings.model import Observation, Report
from monitor.reading.model import Document, Principal, Reader, Reading, Watch
from scrapers.article import read_article
from training.gold_streams import Stream


def reports_of_reader(stream: Stream, reader: Reader) -> list[Observation]:
    """What a reader sees, each outlet a voice."""
    watch = _watch(stream.folder)
    return [_read(stream, name, reader.read(_document(stream, name), watch)) for name in stream.order]


def _watch(folder: Path) -> Watch:
    told = tomllib.loads((folder / "watch.toml").read_text("utf-8"))
    return Watch(told["name"], tuple(Principal(p["name"], tuple(p["aliases"])) for p in told["principals"]))


def _document(stream: Stream, name: str) -> Document:
    article = read_article((stream.folder / "articles" / f"{name}.txt").read_bytes(), f"{stream.name}/{name}")
    return Document(article.title, article.paragraphs, stream.published[name], article.source, language="en")


def _read(stream: Stream, name: str, reading: Reading) -> Observation:
    evidence = reading.evidence.text if reading.evidence else None
    return Observation(
        article=name,
        published=stream.published[name],
        voice=stream.source[name],
        main=Report(reading.signal, reading.venue, reading.date, evidence, reading.speaker, reading.confidence),
        also=tuple(Report(c.signal, c.venue, c.date, c.evidence.text, c.speaker, c.confidence) for c in reading.also),
        background=reading.background,
    )
