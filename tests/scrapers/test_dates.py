"""Dates as pages and feeds write them, and which of several counts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.article import Basis, Precision
from scrapers.dates import Candidate, choose, find_stamps, read_stamp
from scrapers.publication import publication, stated


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2018-07-16T10:00:00+03:00", "2018-07-16T07:00:00Z", "second"),
        ("2018-07-16T10:00:00.123Z", "2018-07-16T10:00:00Z", "second"),
        ("2018-07-16T10:00:00-0400", "2018-07-16T14:00:00Z", "second"),
        ("20180716T101500Z", "2018-07-16T10:15:00Z", "second"),
        ("2018-07-16 10:00:00", "2018-07-16T10:00:00Z", "day"),
        ("2018-07-16", "2018-07-16T00:00:00Z", "day"),
        ("20180716", "2018-07-16T00:00:00Z", "day"),
        ("2018/07/16", "2018-07-16T00:00:00Z", "day"),
        ("1531749600", "2018-07-16T14:00:00Z", "second"),
        ("1531749600000", "2018-07-16T14:00:00Z", "second"),
        ("Mon, 16 Jul 2018 13:19:05 GMT", "2018-07-16T13:19:05Z", "second"),
        ("Mon, 16 Jul 2018 13:19:05 MSK", "2018-07-16T10:19:05Z", "second"),
        ("Mon, 16 Jul 2018 13:19:05 CEST", "2018-07-16T11:19:05Z", "second"),
        ("16 July 2018, 13:19 BST", "2018-07-16T12:19:00Z", "minute"),
        ("July 16, 2018 01:19 PM EDT", "2018-07-16T17:19:00Z", "minute"),
        ("January 16, 2018 1:19 p.m. ET", "2018-01-16T18:19:00Z", "minute"),
        ("July 16, 2018 1:19 p.m. ET", "2018-07-16T17:19:00Z", "minute"),
        ("16 July 2018 18:04 (UTC +04:00)", "2018-07-16T14:04:00Z", "minute"),
        ("16 July 2018 13:30 (UTC+3 MSK)", "2018-07-16T10:30:00Z", "minute"),
        ("Monday, July 16, 2018, 03:03 PM IST", "2018-07-16T09:33:00Z", "minute"),
        ("7:38 PM EST, Sat November 16, 2024", "2024-11-17T00:38:00Z", "minute"),
        ("Published 10:15 GMT, 4 July 2025", "2025-07-04T10:15:00Z", "minute"),
        ("19:21 - 06 October, 2022", "2022-10-06T19:21:00Z", "day"),
        ("10:40, 20.06.2019", "2019-06-20T10:40:00Z", "day"),
        ("16.07.2018", "2018-07-16T00:00:00Z", "day"),
        ("07/16/2018", "2018-07-16T00:00:00Z", "day"),
        ("16/07/2018", "2018-07-16T00:00:00Z", "day"),
        ("05/05/2018", "2018-05-05T00:00:00Z", "day"),
        ("Friday 04/05/2018", "2018-05-04T00:00:00Z", "day"),
        ("Thursday 04/05/2018", "2018-04-05T00:00:00Z", "day"),
        ("June 18th, 2012", "2012-06-18T00:00:00Z", "day"),
        ("12 de marzo de 2019", "2019-03-12T00:00:00Z", "day"),
        ("2 апреля 2018, 13:05", "2018-04-02T13:05:00Z", "day"),
        ("3. März 2022", "2022-03-03T00:00:00Z", "day"),
    ],
)
def test_written_dates_are_read_with_what_they_claim(written, at, precision):
    stamp = read_stamp(written)
    assert stamp is not None
    assert (stamp.rfc3339(), stamp.precision) == (at, Precision(precision))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("04/05/2018", id="could be April or May"),
        pytest.param("31/02/2018", id="no such day"),
        pytest.param("July 2018", id="a month"),
        pytest.param("July 16", id="no year"),
        pytest.param("version 1.2.2018.4", id="a version"),
        pytest.param("16.07.18", id="a year of two digits"),
        pytest.param("tomorrow", id="a word"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_day_is_invented(written):
    assert read_stamp(written) is None


def candidates(*given: tuple[str, Basis]) -> list[Candidate]:
    return [found for text, basis in given for found in stated(text, basis)]


FETCHED = datetime(2018, 7, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "published"),
    [
        pytest.param(
            [("2018-07-16T09:00:00Z", Basis.DECLARED), ("2018-07-10T09:00:00Z", Basis.PAGE)],
            "2018-07-16T09:00:00Z",
            id="what is declared counts before what is seen",
        ),
        pytest.param(
            [("2018-07-16", Basis.DECLARED), ("2018-07-16T09:30:00Z", Basis.PAGE)],
            "2018-07-16T09:30:00Z",
            id="of one day the finer counts",
        ),
        pytest.param(
            [("2019-07-16T09:00:00Z", Basis.DECLARED), ("2018-07-15T09:00:00Z", Basis.PAGE)],
            "2018-07-15T09:00:00Z",
            id="nothing from the future",
        ),
        pytest.param([("2018-07-17T09:00:00Z", Basis.DECLARED)], "2018-07-17T09:00:00Z", id="a clock a day fast"),
        pytest.param([("2019-07-17T09:00:00Z", Basis.DECLARED)], None, id="only the future"),
        pytest.param([("0001-01-01T00:00:00Z", Basis.DECLARED)], None, id="an empty field of a database"),
        pytest.param([("1970-01-01T00:00:00Z", Basis.DECLARED)], "1970-01-01T00:00:00Z", id="the first second"),
    ],
)
def test_which_date_counts(given, published):
    chosen = choose(candidates(*given), FETCHED)
    assert (chosen and chosen.stamp.rfc3339()) == published


def test_a_line_that_says_published_counts_before_one_that_says_updated():
    fields = publication((), date_lines=("Updated: 18 July 2018 09:00 GMT", "Published: 16 July 2018 10:00 GMT"))
    assert fields["published"] == "2018-07-16T10:00:00Z"
    assert fields["updated"] == "2018-07-18T09:00:00Z"
    assert dict(fields["header"])["published-basis"] == "page"


def test_the_day_in_the_address_counts_when_nothing_else_does():
    fields = publication((), url="https://example.org/2018/07/16/leaders-meet")
    assert fields["published"] == "2018-07-16T00:00:00Z"
    assert dict(fields["header"]) == {"published-precision": "day", "published-basis": "url"}


def test_without_any_date_it_stays_unknown():
    assert publication((), paragraphs=("Leaders meet", "They met, an aide said on Friday.")) == {}


@given(st.text(max_size=200))
def test_any_text_is_searched_and_what_is_found_lies_in_it(text):
    for stamp in find_stamps(text):
        assert 0 <= stamp.start < stamp.end <= len(text)
        assert 1900 <= stamp.at.year <= 2100


@given(st.integers(631152000, 2524608000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_every_instant_is_read_back(at):
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S GMT", "%B %d, %Y %H:%M:%S UTC"):
        assert read_stamp(at.strftime(form)).at == at
