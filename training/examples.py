"""Turns the labelled data into framed examples with targets. Knows no tokens and no model."""

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from monitor.reading.framing import Framed, frame
from monitor.reading.model import TITLE, Document, Principal, Watch
from monitor.reading.sentences import split
from monitor.statuses import Signal
from scrapers.article import parse_instant, read_article

DATA = Path(__file__).parent / "data"
SIGNALS = tuple(str(s) for s in Signal)
LABELS = (*SIGNALS, "background", "other-future")
"""What a sentence says; an article has one of the first six."""
_NOTHING_CURRENT = ("none", "background")
Labels = tuple[str, ...]
Judged = tuple[int, int]
"""Where the text to be judged starts and ends in its paragraph."""


class Target(msgspec.Struct, frozen=True):
    """Sentences `first` to `last` together carry one of `labels` (several where the data leaves it open)."""

    first: int
    last: int
    labels: Labels
    weight: float = 1.0


class Example(msgspec.Struct, frozen=True):
    """One text as the encoder reads it, with what is to be learned from it."""

    id: str
    """`STREAM/ARTICLE`, or the id of a passage."""
    framed: Framed
    targets: tuple[Target, ...]
    article: str | None = None
    """The signal of the whole, where it is known."""
    article_weight: float = 1.0


def passages(paths: Iterable[Path], swap: bool = False) -> Iterator[Example]:
    """Single passages (`signal` alone) and windows (a `text` between its neighbours), as JSON lines."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield _window(row, swap) if "role" in row else _passage(row, swap)


def _passage(row: dict, swap: bool) -> Example:
    document = Document("", (row["text"],), day(row["published"]))
    labels = _NOTHING_CURRENT if row["signal"] == "none" else (row["signal"],)
    return _example(row, document, swap, None, labels, row["signal"])


def _window(row: dict, swap: bool) -> Example:
    before, text, after = ((row[key] or "").strip() for key in ("before", "text", "after"))
    whole = " ".join(part for part in (before, text, after) if part)
    start = whole.index(text, len(before))
    document = Document(row["title"] or "", (whole,), day(row["published"]))
    label = row["role"] if row["role"] in LABELS else row["signal"]
    return _example(row, document, swap, (start, start + len(text)), (label,), None)


def _example(
    row: dict, document: Document, swap: bool, judged: Judged | None, labels: Labels, article: str | None
) -> Example:
    sentences = split(document)
    start, end = judged or (0, len(document.paragraphs[0]))
    inside = [i for i, s in enumerate(sentences) if s.paragraph == 0 and s.start < end and s.end > start]
    framed = frame(sentences, watch_of(row["principals"], swap), document.published.date())
    return Example(row["id"], framed, (Target(inside[0], inside[-1], labels),), article)


def stream(folder: Path, swap: bool = False) -> Iterator[Example]:
    """The articles of one labelled stream, in order, with what is known of their paragraphs."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    watch = read_watch(folder, swap)
    for name, labels in sorted(gold["articles"].items()):
        document = read_document(folder / "articles" / f"{name}.txt")
        framed = frame(split(document), watch, document.published.date() if document.published else None)
        known = _paragraph_labels(labels, (document.title, *document.paragraphs))
        targets = tuple(_target(framed.paragraphs, n, known[n]) for n in dict.fromkeys(framed.paragraphs) if n in known)
        yield Example(f"{folder.name}/{name}", framed, targets, labels["signal"], 0.6 if labels.get("alt") else 1.0)


def _target(paragraphs: Sequence[int], number: int, labels: Labels) -> Target:
    last = len(paragraphs) - 1 - paragraphs[::-1].index(number)
    return Target(paragraphs.index(number), last, labels, 0.35 if "none" in labels else 1.0)


def _paragraph_labels(labels: dict, texts: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Paragraph number to its possible labels; paragraphs of which nothing is known are left out."""
    if "paragraphs" in labels:
        listed = {TITLE if key == "title" else int(key): (value,) for key, value in labels["paragraphs"].items()}
        return {n: listed.get(n, ("none",)) for n in range(TITLE, len(texts) - 1)}
    if labels["signal"] == "none":
        return dict.fromkeys(range(TITLE, len(texts) - 1), ("none",) if not labels["background"] else _NOTHING_CURRENT)
    at = next((n for n, text in enumerate(texts, start=TITLE) if labels["evidence"] in text), None)
    return {} if at is None else {at: (labels["signal"],)}


def read_watch(folder: Path, swap: bool = False) -> Watch:
    """The watch of a stream, from its `watch.toml`; `swap` turns the order of the principals round."""
    data = tomllib.loads((folder / "watch.toml").read_text(encoding="utf-8"))
    people = [Principal(p["name"], tuple(p.get("aliases", ()))) for p in data["principals"]]
    return Watch(data["name"], tuple(people[::-1] if swap else people))


def read_document(path: Path) -> Document:
    """An article in the seed format, as a reader sees it."""
    article = read_article(path.read_bytes(), path.name)
    published = parse_instant(article.published) if article.published else None
    return Document(article.title, article.paragraphs, published, article.source, article.url, article.language)


def watch_of(names: Sequence[str], swap: bool = False) -> Watch:
    """A watch of persons of whom the names alone are given."""
    people = tuple(Principal(name) for name in names)
    return Watch("passage", people[::-1] if swap else people)


def day(text: str | None) -> dt.datetime | None:
    """An ISO date as the time of publication."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None
