"""Whatever a source gives (page, raw text, seed-format document) → one normalised Article. Fetches nothing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from scrapers.article import Article, Basis, decode_seed, read_article, split_header
from scrapers.clean import clean, own_words
from scrapers.extract import extract
from scrapers.identity import canonical_url, outlet
from scrapers.language import language_of
from scrapers.publication import publication, stated
from scrapers.rules import Found

_TAG: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p|meta|section|main)\b", re.IGNORECASE)
_SNIFF: Final = 4096


def normalize(
    data: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    declared: str | None = None,
    latest: datetime | None = None,
    name: str = "input",
    given: Found | None = None,
) -> Article:
    """The article in `data`, in its own words, with what is known of when and where it was published.

    Args:
        data: an HTML page, the raw text of one, or a seed-format document.
        url: where it was fetched; fills `url` and `source`.
        content_type: the Content-Type header, for pages.
        declared: the time of publication that a feed gave, as written there.
        latest: the moment of the fetch: no later date counts.
        name: what errors call the input.
        given: what a user's rules found, on a page.

    Raises:
        SeedError: empty, too large, or text that is not UTF-8.
    """
    if _TAG.search(data[:_SNIFF]) and not data.lstrip().startswith(b"---"):
        return extract(data, url, content_type, declared=declared, latest=latest, given=given)
    header, _ = split_header(decode_seed(data, name), name)
    if header:
        article = read_article(data, name)
        return msgspec.structs.replace(article, paragraphs=own_words(article.title, article.paragraphs))
    cleaned = clean(decode_seed(data, name))
    return Article(
        title=cleaned.title,
        paragraphs=cleaned.paragraphs,
        url=canonical_url(url) if url else None,
        source=outlet(url) if url else cleaned.source,
        language=language_of("\n".join(cleaned.paragraphs)),
        author=cleaned.author,
        **publication(
            stated(declared, Basis.DECLARED),
            date_lines=cleaned.date_lines,
            url=url,
            paragraphs=(cleaned.title, *cleaned.paragraphs),
            captions=cleaned.captions,
            latest=latest,
        ),
    )
