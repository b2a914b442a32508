"""Turns an Article that came in into the event that records it. Pure but for the words' hash; appends nothing."""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from monitor.events import ArticleRecorded, ArticleRevised, NewEvent, Origin
from monitor.log.codec import text_hash
from scrapers.article import Article, parse_instant
from scrapers.clean import is_sentence
from scrapers.copies import sketch
from scrapers.dates import MONTHS, WEEKDAYS
from scrapers.identity import canonical_url

_COUNTER_LENGTH: Final = 60
"""Characters of the longest line that may be a counter, a clock or a price beside an article."""
_WORDS = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")


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


def recording(arrived: Arrived, known_text: str | None, known_words: Callable[[str], str | None]) -> NewEvent | None:
    """The event that records an article or its revision; None when these words are known.

    A fetched page on which only counters turned says the same as before: else each look would make a revision.

    Args:
        arrived: what came in.
        known_text: the SHA-256 of the words recorded last under the same identity.
        known_words: gives the words of a SHA-256; None where they were removed.
    """
    article = arrived.article
    words = words_of(article)
    text = text_hash(words)
    if text == known_text:
        return None
    if known_text is not None and arrived.origin is Origin.POLL and settled(words) == settled(known_words(known_text)):
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


def settled(words: str | None) -> str | None:
    """The words without the figures of short lines that are no sentences and name no day; the title as it is."""
    if words is None:
        return None
    title, *paragraphs = words.split("\n\n")
    return "\n\n".join([title, *(_FIGURES.sub("0", p) if _may_count(p) else p for p in paragraphs)])


def _may_count(paragraph: str) -> bool:
    if len(paragraph) > _COUNTER_LENGTH or is_sentence(paragraph):
        return False
    return not any(word in MONTHS or word in WEEKDAYS for word in _WORDS.findall(paragraph.lower()))
