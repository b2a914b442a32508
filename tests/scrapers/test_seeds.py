"""The five raw seeds that came with the project give exactly their articles."""

import re
from pathlib import Path

import pytest

from scrapers.article import Article, Precision, read_article, write_article
from scrapers.normalize import normalize

SEEDS = Path(__file__).parent.parent / "data" / "seeds"


def normalised(name: str) -> Article:
    return normalize(next(SEEDS.glob(f"{name}_*.txt")).read_bytes())


@pytest.mark.parametrize(
    ("name", "title", "author", "source", "openings"),
    [
        pytest.param(
            "000",
            "Next Trump-Putin Meeting Could Take Place At White House",
            None,
            "SouthFront",
            "On March 20, US|Answering the question|Following Ushakov’s|“As the President|The last meeting of|If the",
            id="donation counter, repeated title, caption, comments",
        ),
        pytest.param(
            "001",
            "Trump wants to arrange a meeting with Putin",
            None,
            None,
            "US President Donald|This was cited by|The agency also|The Washington Examiner|Garrett Markis|"
            "Prior to this|"
            "Trump’s team impedes|US presidential aides|According to the source|Trump’s idea of|The meeting may|"
            "Meanwhile, the meeting|Donald Trump and|Then the American",
            id="subheadings stay, comment form goes",
        ),
        pytest.param(
            "002",
            "Donald Trump has invited Vladimir Putin to the White House, the Kremlin says",
            None,
            None,
            "Donald Trump has invited|Yury Ushakov|He continued|The White House provided|"
            '“As the president|"We have nothing|'
            'Mr Ushakov later|It is not the first|"I don’t think|"Look, it’s very|'
            '"If you don’t|Monday’s news|On the same',
            id="chart title, caption over two lines, advertising line",
        ),
        pytest.param(
            "003",
            "Putin has addressed a meeting with Trump, but without concrete plans, according to the Kremlin",
            "Kimberly Novankosv",
            None,
            "The Kremlin has signaled|Kremlin spokesman Dmitry|“There is a clear|Despite this|“Many countries|"
            "The Kremlin has opened|"
            "The history of|The last time|A year earlier|For his part|Expectations during|"
            "With Trump on|The political will|Meanwhile",
            id="cookie notice, repeated title, byline at the end",
        ),
        pytest.param(
            "004",
            "Putin-Trump meeting necessary – Kremlin",
            None,
            "RT",
            "Both the Russian and|A meeting between|His comments came|Asked to comment|Peskov recalled|The Kremlin had|"
            "Trump described|The Kremlin has|According to Ushakov",
            id="standfirst stays, donations, house rules and disclaimers go",
        ),
    ],
)
def test_a_raw_seed_gives_the_article_alone(name, title, author, source, openings):
    article = normalised(name)
    assert (article.title, article.author, article.source) == (title, author, source)
    expected = openings.split("|")
    assert [text.startswith(start) for text, start in zip(article.paragraphs, expected, strict=True)] == [True] * len(
        expected
    )
    raw = next(SEEDS.glob(f"{name}_*.txt")).read_text("utf-8")
    blocks = {" ".join(block.split()) for block in re.split(r"\n\s*\n", raw)}
    assert set(article.paragraphs) <= blocks, "paragraphs stand in the page word for word"


@pytest.mark.parametrize(
    ("name", "published", "precision", "span"),
    [
        pytest.param("000", "2018-04-02T00:00:00Z", Precision.RANGE, "2018-04-02/2018-04-03", id="revealed on April 2"),
        pytest.param("001", "2018-06-21T00:00:00Z", Precision.RANGE, "2018-06-21/2018-06-22", id="Saturday, June 16"),
        pytest.param("002", "2018-04-02T00:00:00Z", Precision.DAY, None, id="on Monday, after March 20"),
        pytest.param("003", "2024-11-11T00:00:00Z", Precision.RANGE, "2024-11-11/2025-01-13", id="president-elect"),
        pytest.param("004", None, Precision.UNKNOWN, None, id="a Friday, nobody knows which"),
    ],
)
def test_the_day_is_worked_out_where_the_text_allows(name, published, precision, span):
    article = normalised(name)
    assert (article.published, article.published_precision) == (published, precision)
    assert dict(article.header).get("published-range") == span


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_a_normalised_seed_survives_being_written_and_normalised_again(name):
    article = normalised(name)
    written = write_article(article)
    assert write_article(read_article(written, name)) == written
    again = normalize(written)
    assert (again.title, again.paragraphs, again.published) == (article.title, article.paragraphs, article.published)
    assert write_article(again) == written
