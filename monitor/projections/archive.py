"""Articles as they were recorded, read and judged: lists, single ones, copies, revisions. Reads only."""

import json
import sqlite3
from datetime import datetime

import msgspec

from monitor.events import SignalCorrected
from monitor.log.codec import iso
from monitor.projections.moments import place
from monitor.projections.rows import rows
from monitor.reading.model import Reading
from monitor.statuses import PartialDate, Signal


class ArticleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One article in a list."""

    article: str
    position: int
    """Of the event that recorded it last."""
    title: str
    source: str
    url: str | None
    counted_at: datetime | None
    """The moment that puts it in its place (UTC); None: undated, does not count."""
    precision: str
    language: str | None
    revisions: int


class WatchArticle(ArticleLine, frozen=True, kw_only=True):
    """One article with what it says of one watch and what became of that."""

    signal: Signal
    venue: str | None
    date: PartialDate | None
    confidence: float
    evidence: str | None
    corrected: Signal | None
    """What a person said instead."""
    meeting: str | None
    counted: bool
    reason: str


class ArticleFull(ArticleLine, frozen=True, kw_only=True):
    """One article with its words."""

    feed: str
    origin: str
    published: datetime | None
    first_seen: datetime
    updated: datetime | None
    author: str | None
    official: str | None
    text: str
    """SHA-256 of its words."""
    copies: str
    """The group of copies it belongs to."""
    words: str | None
    """Title, blank line, paragraphs; None where retention removed them."""


class ArticleReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader, or a person, made of an article for one watch, and what the fold made of that."""

    watch: str
    reading: Reading
    correction: SignalCorrected | None
    read_at: datetime
    text: str
    """SHA-256 of the words that were read."""
    meeting: str | None
    counted: bool
    reason: str | None


class Filters(msgspec.Struct, frozen=True):
    """What to leave out of a list of articles; None leaves out nothing."""

    outlet: str | None = None
    status: Signal | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    counted: bool | None = None


LINE = "a.article, a.position, a.title, a.outlet AS source, a.url, a.counted_at, a.precision, a.language, a.revisions"
FROM_WATCH = """
FROM readings r LEFT JOIN articles a ON a.article = r.article
LEFT JOIN verdicts v ON v.watch = r.watch AND v.article = r.article
WHERE r.watch = ?
"""
SAID = "coalesce(json_extract(r.correction, '$.signal'), r.signal)"
OF_WATCH = f"""
SELECT {LINE}, coalesce(r.signal, 'none') AS signal, r.venue, r.date, coalesce(r.confidence, 0) AS confidence,
       r.evidence, json_extract(r.correction, '$.signal') AS corrected, v.meeting,
       coalesce(v.counted, 0) AS counted,
       coalesce(v.reason, CASE WHEN a.counted_at IS NULL THEN 'It has no date, so it has no place in time.'
                               ELSE 'It says nothing of a meeting of theirs.' END) AS reason
{FROM_WATCH}"""


def _narrowed(filters: Filters) -> tuple[str, list[object]]:
    tests: list[tuple[str, object | None]] = [
        ("r.outlet = ?", filters.outlet),
        (f"{SAID} = ?", filters.status),
        ("a.language = ?", filters.language),
        ("r.at >= ?", iso(filters.since) if filters.since else None),
        ("r.at <= ?", iso(filters.until) if filters.until else None),
        ("coalesce(v.counted, 0) = ?", filters.counted),
    ]
    chosen = [(test, value) for test, value in tests if value is not None]
    return "".join(f" AND {test}" for test, _ in chosen), [value for _, value in chosen]


def _of_watch(filters: Filters) -> str:
    """Where the filters look: without a join the index of a watch's readings by publication answers alone."""
    joined = filters.language is not None or filters.counted is not None
    return FROM_WATCH if joined else "FROM readings r WHERE r.watch = ?"


def watch_articles(
    connection: sqlite3.Connection, watch: str, filters: Filters, *, limit: int, skip: int
) -> list[WatchArticle]:
    """Articles of a watch, the latest published first."""
    where, values = _narrowed(filters)
    order = "ORDER BY r.at DESC, r.article"
    chosen = f"SELECT r.article {_of_watch(filters)}{where} {order} LIMIT ? OFFSET ?"
    query = f"{OF_WATCH} AND r.article IN ({chosen}) {order}"
    return rows(connection, query, [watch, watch, *values, limit, skip], WatchArticle)


def watch_articles_after(
    connection: sqlite3.Connection, watch: str, filters: Filters, *, after: int, limit: int
) -> list[WatchArticle]:
    """Articles of a watch in order of position, from the one after `after`."""
    where, values = _narrowed(filters)
    chosen = f"SELECT r.article {FROM_WATCH}{where} AND a.position > ? ORDER BY a.position LIMIT ?"
    query = f"{OF_WATCH} AND r.article IN ({chosen}) ORDER BY a.position"
    return rows(connection, query, [watch, watch, *values, after, limit], WatchArticle)


class Mark(msgspec.Struct, frozen=True):
    """One article as the timeline's picture shows it."""

    article: str
    outlet: str
    at: datetime
    signal: Signal
    counted: bool
    meeting: str | None


def marks(connection: sqlite3.Connection, watch: str, filters: Filters, start: datetime, end: datetime) -> list[Mark]:
    """The articles of a watch that were published from `start` to before `end`, in order."""
    where, values = _narrowed(filters)
    query = (
        f"SELECT r.article, r.outlet, r.at, {SAID}, coalesce(v.counted, 0), v.meeting {FROM_WATCH}{where} "
        "AND r.at >= ? AND r.at < ? ORDER BY r.at, r.article"
    )
    return [
        Mark(article, outlet, datetime.fromisoformat(at), Signal(signal), bool(counted), meeting)
        for article, outlet, at, signal, counted, meeting in connection.execute(
            query, [watch, *values, iso(start), iso(end)]
        )
    ]


class Extent(msgspec.Struct, frozen=True):
    """How many dated articles there are, and from when to when."""

    articles: int
    first: datetime | None
    last: datetime | None


def extent(connection: sqlite3.Connection, watch: str, filters: Filters) -> Extent:
    """Of the articles of a watch."""
    where, values = _narrowed(filters)
    query = f"SELECT count(r.at) AS articles, min(r.at) AS first, max(r.at) AS last {_of_watch(filters)}{where}"
    return rows(connection, query, [watch, *values], Extent)[0]


def outlets(connection: sqlite3.Connection, watch: str, as_of: datetime | None, limit: int) -> list[str]:
    """The outlets with the most dated articles about a watch by then, the busiest first."""
    query = (
        "SELECT outlet FROM readings WHERE watch = ? AND at <= ? GROUP BY outlet ORDER BY count(*) DESC, outlet LIMIT ?"
    )
    return [outlet for (outlet,) in connection.execute(query, (watch, place(as_of)[0], limit))]


def last_heard(connection: sqlite3.Connection, watch: str, as_of: datetime | None) -> dict[str, datetime]:
    """Meeting → publication of the last article that counted for it."""
    query = (
        "SELECT meeting, max(at) FROM verdicts WHERE watch = ? AND meeting IS NOT NULL AND counted AND at <= ? "
        "GROUP BY meeting"
    )
    found = connection.execute(query, (watch, place(as_of)[0]))
    return {meeting: datetime.fromisoformat(at) for meeting, at in found}


def articles_after(connection: sqlite3.Connection, *, after: int, limit: int) -> list[ArticleLine]:
    """All articles in order of position, from the one after `after`."""
    query = f"SELECT {LINE} FROM articles a WHERE a.position > ? ORDER BY a.position LIMIT ?"
    return rows(connection, query, [after, limit], ArticleLine)


def article(connection: sqlite3.Connection, identity: str) -> ArticleFull:
    """One article.

    Raises:
        KeyError: there is no such article.
    """
    query = (
        f"SELECT {LINE}, a.feed, a.origin, a.published, a.first_seen, a.updated, a.author, a.official, a.text, "
        "a.copies, w.text AS words FROM articles a LEFT JOIN words w ON w.sha256 = a.text WHERE a.article = ?"
    )
    found = rows(connection, query, [identity], ArticleFull)
    if not found:
        raise KeyError(identity)
    return found[0]


def article_readings(connection: sqlite3.Connection, identity: str) -> list[ArticleReading]:
    """What was made of an article, for each watch that it says something of."""
    query = (
        "SELECT r.watch, r.reading, r.correction, r.text, e.recorded_at, v.meeting, coalesce(v.counted, 0), v.reason "
        "FROM readings r JOIN events e ON e.position = r.position "
        "LEFT JOIN verdicts v ON v.watch = r.watch AND v.article = r.article WHERE r.article = ? ORDER BY r.watch"
    )
    return [
        ArticleReading(
            watch=watch,
            reading=msgspec.json.decode(reading, type=Reading),
            correction=msgspec.json.decode(correction, type=SignalCorrected) if correction else None,
            read_at=datetime.fromisoformat(read_at),
            text=text,
            meeting=meeting,
            counted=bool(counted),
            reason=reason,
        )
        for watch, reading, correction, text, read_at, meeting, counted, reason in connection.execute(query, [identity])
    ]


def copies(connection: sqlite3.Connection, shown: ArticleFull, limit: int) -> list[ArticleLine]:
    """The same dispatch in other outlets, the earliest first."""
    query = (
        f"SELECT {LINE} FROM articles a WHERE a.copies = ? AND a.article <> ? ORDER BY a.counted_at, a.article LIMIT ?"
    )
    return rows(connection, query, [shown.copies, shown.article, limit], ArticleLine)


class Version(msgspec.Struct, frozen=True):
    """The words an article had from one event on."""

    position: int
    recorded_at: datetime
    words: str | None
    """Title, blank line, paragraphs; None where retention removed them."""


def versions(connection: sqlite3.Connection, identity: str) -> list[Version]:
    """All words an article has had, the first ones first."""
    query = (
        "SELECT e.position, e.recorded_at, w.text AS words FROM events e "
        "LEFT JOIN words w ON w.sha256 = json_extract(e.data, '$.text') "
        "WHERE e.stream = ? AND e.type IN ('ArticleRecorded', 'ArticleRevised') ORDER BY e.version"
    )
    return rows(connection, query, [f"article/{identity}"], Version)


def titles(connection: sqlite3.Connection, identities: set[str]) -> dict[str, ArticleLine]:
    """Some articles by their ids; those that are not there are left out."""
    query = f"SELECT {LINE} FROM articles a WHERE a.article IN (SELECT value FROM json_each(?))"
    return {line.article: line for line in rows(connection, query, [json.dumps(sorted(identities))], ArticleLine)}
