"""The seed format: what is read, what is written, and that both agree to the byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.article import (
    MAX_BYTES,
    Article,
    Precision,
    SeedError,
    parse_instant,
    read_article,
    write_article,
)

NORMALISED = b"""---
url: https://example.org/world/leaders-to-meet
source: example.org
published: 2018-06-28T11:42:00Z
x-desk: foreign: late shift
language: en
---
Leaders to meet in Helsinki on July 16

First paragraph of the article body.

  An indented line
of a second paragraph.
"""


def test_a_normalised_document_is_read_into_its_parts():
    article = read_article(NORMALISED, "helsinki.txt")
    assert article.title == "Leaders to meet in Helsinki on July 16"
    assert article.paragraphs == (
        "First paragraph of the article body.",
        "  An indented line\nof a second paragraph.",
    )
    assert article.source == "example.org"
    assert article.published == "2018-06-28T11:42:00Z"
    assert article.author is None
    assert dict(article.header)["x-desk"] == "foreign: late shift"
    assert article.text.startswith("First paragraph of the article body.\n\n")


def test_reading_and_writing_gives_the_same_bytes():
    assert write_article(read_article(NORMALISED, "helsinki.txt")) == NORMALISED


@pytest.mark.parametrize(
    ("raw", "title", "paragraphs"),
    [
        pytest.param(b"Only a title", "Only a title", (), id="title alone"),
        pytest.param(b"\n\n T \n\n\n \t\nOne\n\nTwo\n\n", "T", ("One", "Two"), id="many blank lines"),
        pytest.param(b"T\r\n\r\nOne\r\nline\r\n", "T", ("One\nline",), id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbfT\n\nOne", "T", ("One",), id="byte order mark"),
        pytest.param(b"T\nright below\n\nTwo", "T", ("right below", "Two"), id="text right under the title"),
        pytest.param(b"---\n---\nT\n\nOne", "T", ("One",), id="empty header"),
        pytest.param(b"---\nauthor:\n---\nT\n", "T", (), id="key without a value"),
    ],
)
def test_raw_seeds_are_read(raw, title, paragraphs):
    article = read_article(raw, "raw.txt")
    assert (article.title, article.paragraphs) == (title, paragraphs)
    assert article.author is None


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b" \n\n\t\n", "empty", id="white space"),
        pytest.param(b"Title\n\n\xff\xfe", "not UTF-8 at byte 7", id="not UTF-8"),
        pytest.param(b"Title\n\nab\0c", "NUL character in line 3", id="NUL"),
        pytest.param(b"x" * (MAX_BYTES + 1), "more than 2,000,000", id="too large"),
        pytest.param(b"---\nurl: https://a.example\nTitle\n", "not closed", id="open header"),
        pytest.param(b"---\nno colon here\n---\nTitle\n", "line 2 of the header", id="line without key"),
        pytest.param(b"---\nURL: x\n---\nTitle\n", "line 2 of the header", id="capital key"),
        pytest.param(b"---\nurl: x\nurl: y\n---\nTitle\n", "`url` is given twice", id="key twice"),
        pytest.param(b"---\npublished: last week\n---\nT\n", "`published`: 'last week'", id="no time"),
        pytest.param(b"---\nupdated: 2018-02-30\n---\nT\n", "`updated`: '2018-02-30'", id="no such day"),
        pytest.param(b"---\nurl: x\n---\n\n  \n", "no title", id="header alone"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_the_place(data, complaint):
    with pytest.raises(SeedError, match=re.escape(complaint)) as caught:
        read_article(data, "bad.txt")
    assert str(caught.value).startswith("bad.txt: ")


@pytest.mark.parametrize(
    "article",
    [
        pytest.param(Article(title=""), id="no title"),
        pytest.param(Article(title="two\nlines"), id="title of two lines"),
        pytest.param(Article(title="T", paragraphs=("a\n \nb",)), id="blank line inside"),
        pytest.param(Article(title="T", paragraphs=("",)), id="blank paragraph"),
        pytest.param(Article(title="T", paragraphs=("a\0b",)), id="NUL"),
        pytest.param(Article(title="T", author="A\nB"), id="header value of two lines"),
    ],
)
def test_what_the_format_cannot_hold_is_not_written(article):
    with pytest.raises(SeedError):
        write_article(article)


def test_a_changed_field_is_written_in_its_old_place():
    article = read_article(NORMALISED, "helsinki.txt")
    changed = Article(
        title=article.title,
        paragraphs=article.paragraphs,
        url=article.url,
        language="fi",
        header=article.header,
        author="A. Writer",
    )
    assert write_article(changed).decode().split("---\n")[1].splitlines() == [
        "author: A. Writer",
        "url: https://example.org/world/leaders-to-meet",
        "x-desk: foreign: late shift",
        "language: fi",
    ]


@pytest.mark.parametrize(
    ("header", "precision"),
    [
        pytest.param(b"published: 2018-06-28T11:42:00Z", Precision.SECOND, id="an instant"),
        pytest.param(b"published: 2018-06-28", Precision.DAY, id="a day"),
        pytest.param(b"url: x", Precision.UNKNOWN, id="nothing"),
        pytest.param(b"published: 2018-06-28\npublished-precision: range", Precision.RANGE, id="as stated"),
        pytest.param(b"published: 2018-06-28\npublished-precision: fine", Precision.DAY, id="unknown word"),
    ],
)
def test_precision_of_the_publication_time(header, precision):
    assert read_article(b"---\n" + header + b"\n---\nT\n", "x").published_precision is precision


def test_instants_are_utc():
    assert parse_instant("2018-06-28T14:42:00+03:00").isoformat() == "2018-06-28T11:42:00+00:00"
    assert parse_instant("2018-06-28").isoformat() == "2018-06-28T00:00:00+00:00"


line = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)
words = line.filter(lambda text: text.strip() and "---" not in text)
title = words.map(str.strip)
paragraph = st.lists(words, min_size=1, max_size=3).map("\n".join)
key = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
values = line.filter(lambda text: text == text.strip() and text)
extra = st.dictionaries(key.filter(lambda name: name not in Article.__struct_fields__), values, max_size=3)


@given(title, st.lists(paragraph, max_size=5), extra, st.none() | values)
def test_every_article_survives_the_round_trip(title, paragraphs, extra, author):
    article = Article(title=title, paragraphs=tuple(paragraphs), author=author, header=tuple(extra.items()))
    written = write_article(article)
    again = read_article(written, "again")
    assert (again.title, again.paragraphs, again.author) == (title, tuple(paragraphs), author)
    assert write_article(again) == written


@given(st.binary(max_size=400) | line.map(str.encode))
def test_any_bytes_are_read_or_refused_and_what_is_read_can_be_written(data):
    try:
        article = read_article(data, "any")
    except SeedError:
        return
    written = write_article(article)
    assert write_article(read_article(written, "again")) == written
