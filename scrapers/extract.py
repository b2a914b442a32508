"""HTML page → Article: chooses between the page's own metadata and its text. Fetches nothing."""

from __future__ import annotations

from datetime import datetime

import lxml.html

from scrapers.article import Article, Basis, SeedError
from scrapers.blocks import blocks_of
from scrapers.clean import without_furniture
from scrapers.encoding import decode_page
from scrapers.identity import canonical_url, outlet
from scrapers.language import language_of
from scrapers.metadata import page_data
from scrapers.page import body_paragraphs
from scrapers.publication import publication, stated
from scrapers.rules import Found


def extract(
    html: bytes,
    url: str | None = None,
    content_type: str | None = None,
    *,
    declared: str | None = None,
    latest: datetime | None = None,
    given: Found | None = None,
) -> Article:
    """The article on an HTML page.

    Args:
        html: the body of the page as fetched.
        url: where it was fetched.
        content_type: the Content-Type header.
        declared: the time of publication a feed gave.
        latest: the moment of the fetch: no later date counts.
        given: what a user's rules found on the page, which counts before everything else.

    Raises:
        SeedError: no HTML, or nothing on it that could be a title.
    """
    name = url or "page"
    given = given or Found(decode_page(html, content_type))
    text = given.html
    if not text.strip():
        raise SeedError(f"{name}: empty page")
    tree = parse(text, name)
    data = page_data(tree, url)
    title = given.title or data.title
    if title is None:
        raise SeedError(f"{name}: no title on the page: give it as text, or leave the source out")
    body = body_paragraphs(tree, data) if given.body is None else [b.text for b in blocks_of(parse(given.body, name))]
    paragraphs = without_furniture(title, body)
    address = data.canonical or url
    return Article(
        title=title,
        paragraphs=paragraphs,
        url=canonical_url(address) if address else None,
        source=outlet(address) if address else data.site,
        language=data.language or language_of("\n".join(paragraphs)),
        author=data.author,
        **publication(
            [*stated(given.date, Basis.PAGE), *data.published, *stated(declared, Basis.DECLARED)],
            date_lines=data.date_lines,
            url=address,
            paragraphs=(title, *paragraphs),
            updated=data.updated,
            latest=latest,
        ),
    )


def parse(text: str, name: str = "page") -> lxml.html.HtmlElement:
    """The page as a tree.

    Raises:
        SeedError: there is no element in it.
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError):
        raise SeedError(f"{name}: no HTML in it") from None
    return tree
