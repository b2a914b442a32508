"""Which addresses and feed entries are one article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.identity import FeedEntry, article_key, canonical_url, day_in_url, entry_keys, outlet


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Example.org:443/World/Summit/", "https://example.org/World/Summit"),
        ("http://example.org:80", "http://example.org/"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("https://example.org/a?utm_source=x&utm_medium=rss&id=7&fbclid=1#top", "https://example.org/a?id=7"),
        ("https://example.org/a?ref=home&b=&a=1", "https://example.org/a?b=&a=1"),
        ("https://amp.example.org/a/b", "https://example.org/a/b"),
        ("https://m.example.co.uk/a", "https://example.co.uk/a"),
        ("https://example.org/a/b/amp/", "https://example.org/a/b"),
        ("https://example.org/a/b.amp.html", "https://example.org/a/b.html"),
        ("https://example.org/amp/a/b", "https://example.org/a/b"),
        ("https://example.org/a?amp=1", "https://example.org/a"),
        ("https://www.google.com/amp/s/www.example.org/a/b.amp", "https://www.example.org/a/b"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a", "https://www.example.org/a"),
        ("https://example.org/news/index.html", "https://example.org/news"),
        ("https://example.org/lamp", "https://example.org/lamp"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("not an address", "not an address"),
    ],
)
def test_the_canonical_address(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "https://www.a.example/x/", "http://m.a.example/x?utm_source=t", id="scheme, www, mobile, tracking"
        ),
        pytest.param(
            "https://a.example/n/old-headline-1762193220", "https://a.example/n/new-words-1762193220", id="headline"
        ),
        pytest.param(
            "https://a.example/20211204/old-1762193220.html", "https://a.example/x/1762193220.html", id="section"
        ),
    ],
)
def test_addresses_of_one_article_share_a_key(one, other):
    assert article_key(one) == article_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://a.example/x-1762193220", "https://a.example/x-1762193221", id="other number"),
        pytest.param("https://a.example/x-1762193220", "https://b.example/x-1762193220", id="other site"),
        pytest.param(
            "https://a.example/2018-07-16-talks", "https://a.example/2018-07-16-ferry", id="a day is no number"
        ),
        pytest.param("https://a.example/20180716-talks", "https://a.example/20180716-ferry", id="a day in one run"),
        pytest.param("https://a.example/story?id=1", "https://a.example/story?id=2", id="number in the query"),
    ],
)
def test_addresses_of_different_articles_do_not(one, other):
    assert article_key(one) != article_key(other)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2018/07/16/talks", "2018-07-16"),
        ("https://a.example/2018/jul/16/talks", "2018-07-16"),
        ("https://a.example/20180716/talks", "2018-07-16"),
        ("https://a.example/talks-2018-07-16", "2018-07-16"),
        ("https://a.example/2018/07/talks", None),
        ("https://a.example/2018/13/45/talks", None),
        ("https://a.example/story-120180716", None),
    ],
)
def test_the_day_in_an_address(url, day):
    found = day_in_url(url)
    assert (str(found) if found else None) == day


def test_the_outlet_is_the_host_as_readers_know_it():
    assert outlet("https://www.example.org/a") == outlet("https://amp.example.org/a") == "example.org"


def test_an_entry_keeps_its_key_when_headline_and_guid_change():
    before = FeedEntry(guid="https://a.example/old-1762193220", url="https://a.example/old-1762193220", title="Old")
    after = FeedEntry(guid="https://a.example/new-1762193220", url="https://a.example/new-1762193220", title="New")
    assert entry_keys([before]) == entry_keys([after])


def test_entries_that_share_an_address_or_a_guid_are_told_apart():
    shared = [FeedEntry(guid=f"g{n}", url="https://a.example/live") for n in range(3)]
    assert len(set(entry_keys(shared))) == 3
    same_guid = [FeedEntry(guid="g", url=f"https://a.example/{word}") for word in ("one", "two")]
    assert len(set(entry_keys(same_guid))) == 2
    bare = [FeedEntry(title="One"), FeedEntry(title="Two"), FeedEntry(guid="g")]
    assert len(set(entry_keys(bare))) == 3


@given(st.text(max_size=120) | st.text(max_size=60).map("https://example.org/".__add__))
def test_any_address_has_a_canonical_form_that_is_its_own(url):
    try:
        once = canonical_url(url)
    except ValueError:
        return
    assert canonical_url(once) == once
