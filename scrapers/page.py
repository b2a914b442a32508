"""The paragraphs of the article on a page's tree. Judges places, not words: clean.py does that."""

from __future__ import annotations

import lxml.html

from scrapers.metadata import PageData


def body_paragraphs(tree: lxml.html.HtmlElement, data: PageData) -> list[str]:
    """The article's paragraphs, in order, standfirst first."""
    from trafilatura import bare_extraction  # a quarter of a second: not at start-up

    document = bare_extraction(tree, include_comments=False, include_tables=True, favor_precision=False)
    if document is None or document.body is None:
        return []
    return [text for element in document.body if (text := " ".join("".join(element.itertext()).split()))]
