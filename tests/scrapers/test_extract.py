"""Pages of many makes give their article: title, times, author, address and its own paragraphs."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.article import SeedError, write_article
from scrapers.extract import extract
from scrapers.headline import Offer, headline
from scrapers.normalize import normalize

URL = "https://www.harbour.example/world/presidents-to-meet-1762193220?utm_source=feed"
TITLE = "Presidents of Nordavia and Sudmark to meet in Tallow"
LEAD = "A first meeting since the border was closed: both offices have confirmed the day and the place."
BODY = (
    "The presidents of Nordavia and Sudmark will meet in Tallow on May 5, both their offices said on Thursday evening.",
    '"We have much to talk about," the Nordavian president told reporters in the harbour town of Kell on his holiday.',
    "It would be their first meeting since the border between the two countries was closed in the autumn of last year.",
    "Neither side has said for how long the two will talk, or whether a statement to the press is planned afterwards.",
)
STATEMENT = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2021-04-29T20:15:00+02:00",
    "dateModified": "2021-04-30T08:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ann Quill"}, {"@type": "Person", "name": "Bo Nib"}],
    "publisher": {"@type": "Organization", "name": "Harbour Times"},
}


def page(inner: str, head: str = "", title: str = f"{TITLE} - Harbour Times", lang: str = "en-GB") -> bytes:
    return (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body class='single has-sidebar comments-open'>{inner}</body></html>"
    ).encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


TEASER = """<div class=card><a href=/n/{n}>Ferry strike in Kell enters its week number {n}</a>
<p>Passengers have been waiting on the quay in the rain for {n} days, and the end is not in sight yet.</p></div>"""
AROUND = """
<header><nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav></header>
<main><article><h1>{title}</h1><p class=standfirst>{lead}</p>
<div class=byline>By <a rel=author href=/q>Ann Quill</a>
<time datetime="2021-04-29T20:15:00+02:00">29 April 2021</time></div>
<figure><img src=x>
<figcaption>The two presidents when they met in Kell two years ago, in better days than these.</figcaption></figure>
<div class="article-body">{body}
<div class=newsletter-signup>
<p>Our morning letter brings you the day's most important stories before breakfast, for free.</p></div>
<blockquote class=twitter-tweet>
<p>So glad that talks are on again after such a long and bitter silence on both shores!</p></blockquote>
{more}<aside><h3>More stories</h3>
<p>How the border came to be closed, and who was for it and who was against it then.</p></aside>
<p><em>Ann Quill is a correspondent of the Harbour Times and covers the north from Kell.</em></p>
</div></article>
<section class=related-stories>{teasers}</section>
<section id=comments><h2>3 Comments</h2>
<p>They will never agree on anything as long as the old men are in charge, if you ask me.</p></section></main>
<footer>
<p>The Harbour Times is published by the Harbour Media Group, a member of the press council of Kell.</p></footer>
"""


def full_page(head: str = "") -> bytes:
    inner = AROUND.format(
        title=TITLE,
        lead=LEAD,
        body=paragraphs(*BODY[:2]),
        more=paragraphs(*BODY[2:]),
        teasers="".join(TEASER.format(n=n) for n in range(2, 9)),
    )
    return page(inner, head)


def test_a_page_full_of_other_things_gives_its_article():
    statement = f'<script type="application/ld+json">{json.dumps(STATEMENT)}</script>'
    head = f'{statement}<link rel=canonical href="/world/presidents-to-meet-1762193220">'
    article = extract(full_page(head), URL)
    assert article.title == TITLE
    assert article.paragraphs[:5] == (LEAD, *BODY)
    assert len(article.paragraphs) <= 6, "at most the author's note besides"
    assert article.published == "2021-04-29T18:15:00Z"
    assert article.updated == "2021-04-30T06:00:00Z"
    assert article.author == "Ann Quill and Bo Nib"
    assert article.language == "en-GB"
    assert article.url == "https://www.harbour.example/world/presidents-to-meet-1762193220"
    assert article.source == "harbour.example"
    assert write_article(article).startswith(b"---\nurl: https://www.harbour.example/")


def test_without_data_for_machines_the_page_itself_is_read():
    article = extract(full_page(), URL)
    assert article.title == TITLE
    assert article.published == "2021-04-29T18:15:00Z"
    assert dict(article.header)["published-basis"] == "page"
    assert article.author == "Ann Quill"


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(f"<h1>{TITLE}</h1><div id=content>{paragraphs(*BODY)}</div>", id="plain"),
        pytest.param(f"<form id=aspnet><h1>{TITLE}</h1><div>{paragraphs(*BODY)}</div></form>", id="all in a form"),
        pytest.param(f"<h1>{TITLE}</h1><div>{'<br><br>'.join(BODY)}</div>", id="line breaks for paragraphs"),
        pytest.param(f"<table><tr><td><h1>{TITLE}</h1>{paragraphs(*BODY)}</td></tr></table>", id="laid out in a table"),
        pytest.param(
            f"<h1>{TITLE}</h1>" + "".join(f"<div class=row><div><p>{text}</p></div></div>" for text in BODY),
            id="each in its box",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1><div class=intro>{paragraphs(BODY[0])}</div><div>{paragraphs(*BODY[1:])}</div>",
            id="first paragraph apart",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1><div class=sidebar-left-layout>{paragraphs(*BODY)}</div>", id="a mark that misleads"
        ),
        pytest.param(
            f"<h1>{TITLE}</h1><div><p>{BODY[0][:30]}<x-note>{BODY[0][30:]}</x-note></p>{paragraphs(*BODY[1:])}</div>",
            id="elements of its own",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1><div>{paragraphs(*BODY)}</div><ul>"
            + "".join(
                f"<li><a href=/{n}>Ferry strike enters week number {n}</a> in Kell, the union says.</li>"
                for n in range(9)
            )
            + "</ul>",
            id="list of other stories",
        ),
    ],
)
def test_the_article_is_found_whatever_the_page_is_made_of(inner):
    assert extract(page(inner), URL).paragraphs == BODY


def test_subheadings_and_lists_of_the_article_stay():
    middle = f"<h2>The road to Tallow</h2>{paragraphs(BODY[2])}<ul><li>border</li><li>grain</li></ul>"
    inner = f"<h1>{TITLE}</h1><div>{paragraphs(*BODY[:2])}{middle}{paragraphs(BODY[3])}<h2>Topics</h2></div>"
    assert extract(page(inner), URL).paragraphs == (
        *BODY[:2],
        "The road to Tallow",
        BODY[2],
        "border",
        "grain",
        BODY[3],
    )


def test_the_body_that_a_page_states_is_taken_where_it_shows_none():
    statement = json.dumps({**STATEMENT, "articleBody": "\n\n".join(BODY)})
    article = extract(page("<div id=app></div>", f'<script type="application/ld+json">{statement}</script>'), URL)
    assert (article.title, article.paragraphs) == (TITLE, BODY)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("{not json", id="broken"),
        pytest.param("[" * 5000, id="nested without end"),
        pytest.param(
            '{"@type": "NewsArticle", "headline": 7, "author": {"name": {"name": []}}, "datePublished": {}}', id="types"
        ),
        pytest.param('{"@graph": [{"@type": ["Thing"]}, null, 3, "x"]}', id="odd graph"),
        pytest.param("", id="empty"),
    ],
)
def test_broken_data_for_machines_does_no_harm(statement):
    article = extract(full_page(f'<script type="application/ld+json">{statement}</script>'), URL)
    assert (article.title, article.paragraphs[:5]) == (TITLE, (LEAD, *BODY))


@pytest.mark.parametrize(
    ("offers", "title"),
    [
        pytest.param([("h1", TITLE), ("title", f"{TITLE} | Harbour Times"), ("og", TITLE)], TITLE, id="all agree"),
        pytest.param(
            [("h1", "Harbour Times"), ("title", f"{TITLE} - Harbour Times")], TITLE, id="the site's name is h1"
        ),
        pytest.param([("title", f"Harbour Times: {TITLE}")], TITLE, id="the site's name first"),
        pytest.param([("h1", TITLE), ("h1", "Join our crew today"), ("og", TITLE)], TITLE, id="a second h1"),
        pytest.param([("h1", f"Border {TITLE}"), ("og", TITLE)], TITLE, id="a label in front"),
        pytest.param([("og", f"{TITLE} – harbour.example")], TITLE, id="the host at the end"),
        pytest.param([("title", "War - and peace - in Tallow")], "War - and peace - in Tallow", id="dashes of its own"),
        pytest.param([("h1", f"{TITLE} | Tallow Town"), ("og", TITLE)], TITLE, id="a tail that others lack"),
        pytest.param(
            [("h1", f"Border: {TITLE}"), ("og", f"Diplomacy: {TITLE}")],
            TITLE,
            id="labels that differ from place to place",
        ),
        pytest.param(
            [("h1", f"Live: {TITLE}"), ("og", f"Live: {TITLE}")], f"Live: {TITLE}", id="a label that all places have"
        ),
        pytest.param([("h1", "Sections"), ("h1", TITLE), ("title", TITLE)], TITLE, id="an h1 of the menu"),
        pytest.param([("title", "Harbour Times")], "Harbour Times", id="nothing but the site's name"),
        pytest.param(
            [("title", "塔洛总统会谈将于五月五日举行各方确认时间地点--harbour")],
            "塔洛总统会谈将于五月五日举行各方确认时间地点",
            id="no spaces",
        ),
        pytest.param([], None, id="none"),
    ],
)
def test_the_headline_is_chosen(offers, title):
    site = ["Harbour Times", "harbour.example", "harbour"]
    assert headline([Offer(text, place) for place, text in offers], site) == title


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(f"<h1><a href=/>The Quay Blog</a></h1><h2>{TITLE}</h2>", id="the site's name leads home"),
        pytest.param(f"<h1><span class=kicker>Border</span> {TITLE}</h1>", id="a label in the heading"),
        pytest.param(f"<h1><time>29.04.2021</time>{TITLE}</h1>", id="a date in the heading"),
        pytest.param(f"<footer><h1>Imprint</h1></footer><h1>{TITLE}</h1>", id="a heading of the footer"),
        pytest.param(f"<h1>The Quay</h1><div class=entry><h2 class=entry-title>{TITLE}</h2></div>", id="marked"),
        pytest.param(f"<h1>The Quay</h1><h3 itemprop=headline>{TITLE}</h3>", id="marked for machines"),
    ],
)
def test_the_headline_is_what_readers_see_as_one(inner):
    assert extract(page(f"{inner}<div>{paragraphs(*BODY)}</div>", title=f"The Quay: {TITLE}"), URL).title == TITLE


DATED = "2021-04-29T00:00:00Z"


@pytest.mark.parametrize(
    ("inner", "published"),
    [
        pytest.param("<h1>{t}</h1><p>29 April 2021 | Press</p>{b}", DATED, id="a line under the headline"),
        pytest.param("<h3>29.04.2021</h3><h1>{t}</h1>{b}", DATED, id="a line above it"),
        pytest.param("<h1>{t}</h1>{b}<ul><li>Date 29.04.2021</li></ul>", DATED, id="said to be the date, at the end"),
        pytest.param("<h1>{t}</h1><p>By Ann Quill, 29. 4. 2021</p>{b}", DATED, id="figures with spaces"),
        pytest.param(
            "<h1>{t}</h1><aside class=meta><time>29 April 2021</time></aside>{b}", DATED, id="a short aside of its own"
        ),
        pytest.param(
            "<ul class=related><li><time datetime=2021-03-01>1 March</time></li></ul>"
            "<h1>{t}</h1><time datetime=2021-04-29>29 April</time>{b}",
            DATED,
            id="times of other stories above",
        ),
        pytest.param(
            "<h1>{t}</h1>{b}<div class=related><time datetime=2021-03-01>1 March</time></div>", None, id="and below"
        ),
        pytest.param(
            "<h1>{t}</h1>{b}<a href=/n/2>Ferry strike enters week two <span class=date>1 March 2021</span></a>",
            None,
            id="a date in a link to another story",
        ),
        pytest.param(
            "<h1>{t}</h1>{b}<p>The harbour of Kell as it was seen from the ferry on 1 March 2021</p>",
            None,
            id="a caption",
        ),
    ],
)
def test_the_day_is_read_where_the_page_shows_it_and_nowhere_else(inner, published):
    html = page(inner.format(t=TITLE, b=f"<div>{paragraphs(*BODY)}</div>"))
    article = extract(html, "https://www.harbour.example/presidents-to-meet", latest=datetime(2021, 5, 1, tzinfo=UTC))
    assert article.published == published


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(f"//<![CDATA[\n{json.dumps(STATEMENT)}\n//]]>", id="in CDATA marks"),
        pytest.param(f"<!-- {json.dumps(STATEMENT)} -->", id="in a comment"),
        pytest.param(
            json.dumps({"@graph": [{"@type": "WebPage", "datePublished": STATEMENT["datePublished"]}]}),
            id="of the page",
        ),
        pytest.param(json.dumps([{"@type": "Organization"}, STATEMENT]), id="in a list"),
    ],
)
def test_the_instant_is_read_from_statements_of_every_form(statement):
    head = f'<script type="application/ld+json">{statement}</script>'
    assert extract(page(f"<h1>{TITLE}</h1>{paragraphs(*BODY)}", head), URL).published == "2021-04-29T18:15:00Z"


def test_a_canonical_address_of_another_site_or_of_the_front_page_is_not_believed():
    for href in ("https://other.example/a", "https://www.harbour.example/", "javascript:void(0)", "http://["):
        article = extract(full_page(f'<link rel=canonical href="{href}">'), URL)
        assert article.url == "https://www.harbour.example/world/presidents-to-meet-1762193220"


def test_a_time_after_the_fetch_is_not_believed():
    head = '<meta property="article:published_time" content="2031-01-01T00:00:00Z">'
    article = extract(full_page(head), URL, latest=datetime(2021, 5, 1, tzinfo=UTC))
    assert article.published == "2021-04-29T18:15:00Z"


def test_the_time_a_feed_declared_counts_where_the_page_has_none():
    inner = f"<h1>{TITLE}</h1><div>{paragraphs(*BODY)}</div>"
    article = normalize(page(inner), url=URL, declared="Thu, 29 Apr 2021 20:15:00 CEST")
    assert article.published == "2021-04-29T18:15:00Z"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"", id="no bytes"),
        pytest.param(b"<!doctype html><html><body></body></html>", id="nothing on it"),
        pytest.param(b"<html><!-- only a comment --></html>", id="a comment"),
    ],
)
def test_a_page_without_a_title_is_refused(html):
    with pytest.raises(SeedError, match="page"):
        extract(html)


@pytest.mark.parametrize(
    ("head", "inner"),
    [
        pytest.param("", "<div><span>" * 10_000, id="nested elements"),
        pytest.param("", "<a href=/n>" + "<span class=date>1 2 3 4</span>" * 60_000 + "</a>", id="dates in one link"),
        pytest.param("", "<aside>" + "<time datetime=x>12 3 45</time>" * 60_000 + "</aside>", id="times in one aside"),
        pytest.param("", "<h2 class=entry-title>one two</h2>" * 30_000, id="headings"),
        pytest.param(f"<meta property=og:title content='{'a - b | c: ' * 20_000}'>", "", id="a title of separators"),
        pytest.param(f"<script type=application/ld+json>{'//<![CDATA[' * 50_000}</script>", "", id="marks in JSON-LD"),
    ],
)
def test_pages_made_to_take_long_end_in_good_time(head, inner):
    article = extract(page(f"<h1>{TITLE}</h1>{inner}{paragraphs(*BODY)}", head), URL)
    assert article.title == TITLE


tags = st.sampled_from(
    (
        "p",
        "div",
        "span",
        "a",
        "b",
        "h1",
        "h2",
        "li",
        "ul",
        "br",
        "article",
        "script",
        "style",
        "td",
        "table",
        "form",
        "figure",
    )
)
pieces = st.one_of(
    st.text(max_size=40),
    tags.map("<{}>".format),
    tags.map("</{}>".format),
    st.sampled_from(
        [
            "<p class='",
            "<!--",
            "-->",
            "&amp;",
            "&#0;",
            "<![CDATA[",
            "<meta property=og:title content=",
            "<time datetime=x>",
            "<time datetime=2021-04-29>",
            "<h1 itemprop=headline>",
            "<h2 class=entry-title>",
            "<span class=kicker>",
            "<div class=date>29 April 2021",
            "<aside>",
            "<a href=/>",
            "<script type=application/ld+json>",
            '{"@type": "NewsArticle", "headline": "Border: Talks near | Quay"}',
            "Border: Talks near | Quay",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_markup_gives_an_article_that_can_be_written_or_a_clear_refusal(markup):
    try:
        article = extract(markup.encode("utf-8", "replace"), URL)
    except SeedError:
        return
    assert write_article(article)
