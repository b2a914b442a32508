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
    "CREATE TABLE IF NOT EXISTS indexed (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS indexed_text ON indexed (text)",
    """CREATE VIEW IF NOT EXISTS indexed_words AS
        SELECT i.number AS rowid, w.text AS words FROM indexed i LEFT JOIN words w ON w.sha256 = i.text""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(
        words, content='indexed_words', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER IF NOT EXISTS words_leave_the_index BEFORE DELETE ON words BEGIN
        INSERT INTO search (search, rowid, words) SELECT 'delete', i.number, OLD.text
        FROM indexed i JOIN search_docsize d ON d.id = i.number WHERE i.text = OLD.sha256; END""",
)


class SearchProjection:
    """Every version of every article whose words are kept, under the position of its event.

    Words that retention removes leave the index in the same moment, by a trigger: an index over words kept elsewhere
    can only forget what it is shown again. `search_docsize` is FTS5's own list of what the index holds.
    """

    name: ClassVar[str] = "search"
    version: ClassVar[int] = 2
    types: ClassVar[tuple[str, ...]] = ("ArticleRecorded", "ArticleRevised")
    tables: ClassVar[tuple[str, ...]] = ("indexed", "search")
    schema: ClassVar[tuple[str, ...]] = SCHEMA

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """See `Projection`."""
        data = event.data
        if not isinstance(data, ArticleRecorded):
            return
        connection.execute("INSERT INTO indexed VALUES (?, ?)", (event.position, data.text))
        connection.execute(
            "INSERT INTO search (rowid, words) SELECT ?, text FROM words WHERE sha256 = ?", (event.position, data.text)
        )

    def finish(self, connection: sqlite3.Connection) -> None:
        """See `Projection`: nothing is derived."""


def merge(connection: sqlite3.Connection) -> None:
    """Write the index anew without the terms of what was forgotten; quick where nothing was."""
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")


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

    In order of recording the index gives the first page without looking at the rest, however common a word is; no
    later event than the last one of what was published by then need be looked at.
    """
    expression = match_expression(text)
    if not expression:
        return []
    by_then = "AND a.counted_at <= ?2 AND s.rowid <= (SELECT max(position) FROM articles WHERE counted_at <= ?2)"
    query = f"""
        SELECT a.article, a.title, a.outlet AS source, a.url, a.counted_at,
               snippet(search, 0, '{START}', '{END}', '…', {SNIPPET_WORDS}) AS snippet
        FROM search s CROSS JOIN articles a ON a.position = s.rowid
        WHERE s.words MATCH ?1 {by_then if as_of else ""} ORDER BY s.rowid DESC LIMIT ?3 OFFSET ?4"""
    return rows(connection, query, [expression, iso(as_of) if as_of else None, limit, skip], Hit)
