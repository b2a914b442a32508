"""Full text of all articles in an FTS5 index: the projection and the query. Keeps no second copy of the words."""

import re
import sqlite3
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from monitor.events import ArticleRecorded, Recorded
from monitor.log.codec import iso
from monitor.projections.rows import rows

START, END = "\x02", "\x03"
"""Around what was found in a snippet; no article holds them, since the display drops control characters."""
SNIPPET_WORDS: Final = 30

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS indexed (number INTEGER PRIMARY KEY, article TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS indexed_article ON indexed (article, text)",
    """CREATE VIEW IF NOT EXISTS indexed_words AS
        SELECT i.number AS rowid, w.text AS words FROM indexed i LEFT JOIN words w ON w.sha256 = i.text""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(
        words, content='indexed_words', tokenize='unicode61 remove_diacritics 2')""",
)


class SearchProjection:
    """Every version of every article under its own number, so that nothing is ever taken out of the index.

    An index over words kept elsewhere can only forget a row that it is shown again, and retention may have removed it.
    """

    name: ClassVar[str] = "search"
    version: ClassVar[int] = 1
    types: ClassVar[tuple[str, ...]] = ("ArticleRecorded", "ArticleRevised")
    tables: ClassVar[tuple[str, ...]] = ("indexed", "search")
    schema: ClassVar[tuple[str, ...]] = SCHEMA

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """See `Projection`."""
        data = event.data
        if not isinstance(data, ArticleRecorded):
            return
        row = connection.execute("SELECT text FROM words WHERE sha256 = ?", (data.text,)).fetchone()
        connection.execute("INSERT INTO indexed VALUES (?, ?, ?)", (event.position, data.article, data.text))
        connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (event.position, row[0] if row else None))

    def finish(self, connection: sqlite3.Connection) -> None:
        """See `Projection`: nothing is derived."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An article in which the words were found."""

    article: str
    title: str
    source: str
    url: str | None
    counted_at: datetime | None
    snippet: str | None
    """A few words around the place; what was found stands between START and END."""


def match_expression(text: str) -> str:
    """What a person typed as an FTS5 query: all words must occur, "..." stands for a phrase, a last * for a prefix.

    Anything else that FTS5 would take for an operator is taken as a word; an empty answer means nothing to look for.
    """
    terms = re.findall(r'"([^"]+)"|(\w+\*?)', text)
    return " ".join(f'"{phrase}"' if phrase else _word(word) for phrase, word in terms if phrase.strip() or word)


def _word(word: str) -> str:
    return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'


def find(
    connection: sqlite3.Connection, text: str, *, limit: int, skip: int = 0, as_of: datetime | None = None
) -> list[Hit]:
    """Articles in which all the words occur, the latest recorded first; only what was published up to `as_of`.

    In order of recording the index gives the first page without looking at the rest, however common a word is.
    """
    expression = match_expression(text)
    if not expression:
        return []
    query = f"""
        WITH found AS MATERIALIZED (
            SELECT s.rowid AS number, a.article, a.title, a.outlet AS source, a.url, a.counted_at
            FROM search s JOIN indexed i ON i.number = s.rowid
            JOIN articles a ON a.article = i.article AND a.text = i.text
            WHERE s.words MATCH ? AND (? IS NULL OR a.counted_at <= ?)
            ORDER BY s.rowid DESC LIMIT ? OFFSET ?)
        SELECT f.article, f.title, f.source, f.url, f.counted_at,
               (SELECT snippet(search, 0, char(2), char(3), '…', {SNIPPET_WORDS}) FROM search
                WHERE search MATCH ? AND rowid = f.number) AS snippet
        FROM found f ORDER BY f.number DESC"""
    until = iso(as_of) if as_of else None
    return rows(connection, query, [expression, until, until, limit, skip, expression], Hit)
