"""What a search finds: each article once, by the words it has now, among what had been published by a moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.events import ArticleRecorded, ArticleRevised, NewEvent, Origin
from monitor.log import SqliteLog
from monitor.log.codec import text_hash
from monitor.log.database import Database
from monitor.projections.projector import Projector
from monitor.projections.search import SearchProjection, find
from monitor.projections.state import StateProjection

START = datetime(2018, 6, 1, tzinfo=UTC)


class Shelf:
    """A log of articles with their words."""

    def __init__(self) -> None:
        self.database = Database(Path(":memory:"))
        self.log = SqliteLog(self.database, lambda: START)
        self._projector = Projector(self.database, self.log, [StateProjection(), SearchProjection()])

    def put(self, article: str, words: str, day: int = 0, *, instead_of: str | None = None) -> None:
        at = START + timedelta(days=day)
        fields = {
            "article": article, "title": article, "text": text_hash(words), "origin": Origin.POLL, "feed": "feed",
            "first_seen": at, "published": at,
        }  # fmt: skip
        data = ArticleRevised(**fields, previous=text_hash(instead_of)) if instead_of else ArticleRecorded(**fields)
        self.log.append([NewEvent(f"article/{article}", data, f"{article}/{self.log.head()}", words=words)])
        self._projector.catch_up()

    def found(self, text: str, as_of: datetime | None = None) -> list[str]:
        return [hit.article for hit in find(self.database.connection, text, limit=9, as_of=as_of)]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.database.close()


def test_an_article_is_found_by_the_words_it_has_now(shelf: Shelf) -> None:
    shelf.put("a", "they meet in Geneva")
    shelf.put("a", "they meet in Vienna", instead_of="they meet in Geneva")
    assert (shelf.found("geneva"), shelf.found("vienna")) == ([], ["a"])


def test_an_article_whose_words_came_back_is_found_once(shelf: Shelf) -> None:
    shelf.put("a", "they meet in Geneva")
    shelf.put("a", "they meet in Vienna", instead_of="they meet in Geneva")
    shelf.put("a", "they meet in Geneva", instead_of="they meet in Vienna")
    assert (shelf.found("geneva"), shelf.found("vienna")) == (["a"], [])


def test_two_articles_with_the_same_words_are_both_found(shelf: Shelf) -> None:
    shelf.put("a", "they meet")
    shelf.put("b", "they meet")
    assert shelf.found("meet") == ["b", "a"]
    shelf.log.forget_words([text_hash("they meet")])
    assert shelf.found("meet") == []


def test_of_a_moment_only_what_was_published_by_then_is_found(shelf: Shelf) -> None:
    for article, day in (("a", 5), ("late", 1), ("b", 9)):
        shelf.put(article, "they meet", day)
    assert shelf.found("meet", START + timedelta(days=5)) == ["late", "a"]
    assert shelf.found("meet", START) == []
