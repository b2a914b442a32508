"""Turns an Article that came in into the event that records it. Pure but for the words' hash; appends nothing."""

from datetime import datetime
from hashlib import sha256

import msgspec

from monitor.events import ArticleRecorded, ArticleRevised, NewEvent, Origin
from monitor.log.codec import text_hash
from scrapers.article import Article, parse_instant
from scrapers.copies import sketch
from scrapers.identity import canonical_url


class Arrived(msgspec.Struct, frozen=True):
    """An article with how it came in."""

    article: Article
    origin: Origin
    feed: str
    first_seen: datetime
    precision: str
    official: str | None = None


def words_of(article: Article) -> str:
    """The text that is kept beside the log: title, blank line, paragraphs."""
    return "\n\n".join((article.title, *article.paragraphs))


def article_id(article: Article) -> str:
    """Identity: of its canonical URL, or of its words where it has none."""
    name = canonical_url(article.url) if article.url else words_of(article)
    return sha256(name.encode()).hexdigest()[:16]


def recording(arrived: Arrived, known_text: str | None) -> NewEvent | None:
    """The event that records an article or its revision; None when these very words are known.

    `known_text` is the SHA-256 of the words recorded last under the same identity.
    """
    article = arrived.article
    words = words_of(article)
    text = text_hash(words)
    if text == known_text:
        return None
    identity = article_id(article)
    fields = ArticleRecorded(
        article=identity,
        title=article.title,
        text=text,
        origin=arrived.origin,
        feed=arrived.feed,
        first_seen=arrived.first_seen,
        published=parse_instant(article.published) if article.published else None,
        precision=arrived.precision,
        updated=parse_instant(article.updated) if article.updated else None,
        url=article.url,
        source=article.source,
        language=article.language,
        author=article.author,
        official=arrived.official,
        sketch=sketch(article.paragraphs),
    )
    data: ArticleRecorded = fields
    if known_text is not None:
        data = ArticleRevised(**msgspec.structs.asdict(fields), previous=known_text)
    key = f"article:{identity}:{text[:16]}" + (f":after:{known_text[:16]}" if known_text else "")
    return NewEvent(f"article/{identity}", data, key, actor=arrived.origin, words=words)
