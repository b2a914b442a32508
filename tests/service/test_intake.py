"""What counts as other words of a known article, and what is only a counter that turned."""

from datetime import UTC, datetime

import pytest

from monitor.events import ArticleRevised, Origin
from monitor.log.codec import text_hash
from monitor.service.intake import Arrived, recording, words_of
from scrapers.article import Article

BODY = ("The envoys met on Monday, officials said.", "Kell 4°C", "When: July 16", "2 presidents, 1 room")


def arrived(title: str, paragraphs: tuple[str, ...], origin: Origin = Origin.POLL) -> Arrived:
    article = Article(title=title, paragraphs=paragraphs, url="https://one.example/a")
    return Arrived(article, origin, "feed", datetime(2018, 6, 1, tzinfo=UTC), "unknown")


@pytest.mark.parametrize(
    ("paragraph", "becomes", "revised"),
    [
        (1, "Kell 17°C", False),
        (1, "Kell 4°C and rain", True),
        (2, "When: July 17", True),
        (0, "The 2 envoys met on Monday, officials said.", True),
        (3, "2 presidents, 12 rooms", True),
    ],
    ids=["a counter", "more than a counter", "a day", "a sentence", "other words"],
)
def test_only_a_counter_makes_no_revision(paragraph: int, becomes: str, revised: bool) -> None:
    before = words_of(arrived("Talks", BODY).article)
    after = arrived("Talks", (*BODY[:paragraph], becomes, *BODY[paragraph + 1 :]))
    event = recording(after, text_hash(before), {text_hash(before): before}.get)
    assert (event is not None) == revised
    assert event is None or isinstance(event.data, ArticleRevised)


@pytest.mark.parametrize(
    ("after", "known"),
    [
        (arrived("Talks in 3 days", BODY), "Talks in 2 days"),
        (arrived("Talks", (BODY[0], "Kell 9°C"), Origin.IMPORT), "Talks"),
    ],
    ids=["figures of the title", "what a person hands in"],
)
def test_title_and_imports_count_to_the_letter(after: Arrived, known: str) -> None:
    before = words_of(arrived(known, (BODY[0], "Kell 4°C")).article)
    assert recording(after, text_hash(before), {text_hash(before): before}.get) is not None


def test_words_that_were_removed_are_compared_by_their_hash_alone() -> None:
    assert recording(arrived("Talks", BODY), text_hash("older words"), lambda _: None) is not None
