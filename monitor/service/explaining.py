"""Why an article of the log was read as it was, and what became of it. Changes nothing."""

from collections.abc import Iterable
from typing import Any

import msgspec

from monitor.events import SecondReaderAnswered
from monitor.projections.archive import ArticleFull, ArticleReading, article, article_readings
from monitor.reading.explain import Explanation, explain
from monitor.reading.model import Document, Principal, Reader, Watch
from monitor.service.assembly import Parts


class WordsForgotten(Exception):
    """Retention removed the article's words, so it cannot be read again."""


class Explained(msgspec.Struct, frozen=True):
    """One article and one watch."""

    watch: str
    explanation: Explanation
    """By the reader in use now."""
    recorded: ArticleReading | None
    """What counts: as it was read when it came, with the second reader's answer; None where it said nothing at all."""
    second: SecondReaderAnswered | None


def explained(
    parts: Parts, reader: Reader, identity: str, watches: Iterable[str]
) -> tuple[ArticleFull, list[Explained]]:
    """Explain an article for some watches.

    Raises:
        KeyError: there is no such article.
        WordsForgotten: its words are gone.
    """
    connection = parts.database.connection
    shown = article(connection, identity)
    document = document_of(shown)
    recorded = {reading.watch: reading for reading in article_readings(connection, identity)}
    return shown, [
        Explained(
            name,
            explain(document, watch_of(parts, name), reader),
            recorded.get(name),
            _second(parts, name, identity),
        )
        for name in watches
    ]


def document_of(shown: ArticleFull) -> Document:
    """An article of the log as a reader sees it.

    Raises:
        WordsForgotten: its words are gone.
    """
    if shown.words is None:
        raise WordsForgotten(f"{shown.article}: its words were removed by `summitwatch forget`")
    paragraphs = tuple(shown.words.split("\n\n")[1:])
    at = shown.published or shown.counted_at
    return Document(shown.title, paragraphs, at, shown.source, shown.url, shown.language)


def watch_of(parts: Parts, name: str) -> Watch:
    """A watch as the log has it."""
    query = "SELECT principals FROM watches WHERE watch = ?"
    (text,) = parts.database.connection.execute(query, (name,)).fetchone()
    return Watch(name, msgspec.json.decode(text, type=tuple[Principal, ...]))


def _second(parts: Parts, watch: str, identity: str) -> SecondReaderAnswered | None:
    """What the second reader said of the reading that counts."""
    query = "SELECT second FROM readings WHERE watch = ? AND article = ?"
    row = parts.database.connection.execute(query, (watch, identity)).fetchone()
    return msgspec.json.decode(row[0], type=SecondReaderAnswered) if row and row[0] else None


def explanation_json(shown: ArticleFull, found: Iterable[Explained]) -> dict[str, Any]:
    """The object that `explain --json` prints."""
    about = ("article", "title", "source", "url", "published")
    fields: dict[str, Any] = msgspec.to_builtins(shown)
    return {**{key: fields[key] for key in about}, "watches": msgspec.to_builtins(list(found))}
