"""The headings of a page that may be its headline, as its readers see them. Chooses none: headline.py does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

import lxml.html

from scrapers.headline import Offer, bare

_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|over-?line|top-?line|dachzeile|rubri[ck]|eyebrow|roof-?line|roof|spitzmarke|(?:pre|sur|super)-?title|"
    r"ante-?titulo|label|category|section|date|time|tag|badge)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Marks of the label, section or date that many sites set in front of a headline, in the same heading."""
_HEADLINE = re.compile(
    r"(?:entry|post|article|story|news)[-_]*(?:title|headline|hed)|(?:^|[\s_])headline(?=$|[\s_])", re.IGNORECASE
)
_UNREAD: Final = frozenset({"script", "style", "noscript", "svg", "button", "template", "time"})
_ELSEWHERE: Final = frozenset({"nav", "footer", "aside"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OF_A_LEVEL: Final = 4
_MAX_HEADINGS: Final = 100
_MAX_DEPTH: Final = 60
_LONGEST: Final = 300


def headings(tree: lxml.html.HtmlElement, url: str | None, stated: Collection[str]) -> Iterator[Offer]:
    """The element marked as the headline (`marked`), then the first headings of levels 1 and 2.

    A heading that only leads to the front page is the site's name. A label within a heading is left out, unless the
    page's own data hold it for a part of the headline.

    Args:
        url: of the page; links are read beside it.
        stated: the titles that the page's data give.
    """
    whole = {bare(title) for title in stated}
    for place, elements in (("marked", _marked(tree, url)), ("h1", tree.iter("h1")), ("h2", tree.iter("h2"))):
        some = islice(elements, _MAX_HEADINGS)
        usable = [heading for heading in some if not _is_elsewhere(heading) and not _is_site_name(heading, url)]
        for heading in usable[:_OF_A_LEVEL]:
            text = _words(heading, whole)
            if 2 < len(text) < _LONGEST:
                yield Offer(text, place)


def _marked(tree: lxml.html.HtmlElement, url: str | None) -> list[lxml.html.HtmlElement]:
    """The one element marked as the headline; none where many are: lists of stories mark theirs alike."""
    described = tree.xpath("//h1[contains(@itemprop,'headline')] | //*[@itemprop='headline' and not(self::meta)]")
    if described:
        return list(described[:1])
    first = islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)
    named = [heading for heading in first if _HEADLINE.search(_marks(heading)) and not _is_site_name(heading, url)]
    return named[:1] if len(named) < _OF_A_LEVEL else []


def _words(heading: lxml.html.HtmlElement, whole: Collection[str]) -> str:
    everything = " ".join(str(heading.text_content()).split())
    if bare(everything) in whole:
        return everything
    return " ".join("".join(_parts(heading)).split()) or everything


def _parts(element: lxml.html.HtmlElement, depth: int = 0) -> Iterator[str]:
    """The texts of an element without its label and what is not shown."""
    yield element.text or ""
    for child in element:
        if depth < _MAX_DEPTH and child.tag not in _UNREAD and not _KICKER.search(_marks(child)):
            yield from _parts(child, depth + 1)
        else:
            yield " "
        yield child.tail or ""


def _is_elsewhere(heading: lxml.html.HtmlElement) -> bool:
    return any(element.tag in _ELSEWHERE for element in heading.iterancestors())


def _is_site_name(heading: lxml.html.HtmlElement, url: str | None) -> bool:
    link = next(heading.iter("a"), None)
    if link is None:
        link = next(heading.iterancestors("a"), None)
    if link is None or not url or not link.get("href"):
        return False
    try:
        target, here = urlsplit(urljoin(url, link.get("href").strip())), urlsplit(url)
    except ValueError:
        return False
    leads_home = target.path in ("", "/") and not target.query and not target.fragment and here.path not in ("", "/")
    return leads_home and len(bare(link.text_content())) >= len(bare(heading.text_content()))


def _marks(element: lxml.html.HtmlElement) -> str:
    return _CAMEL.sub("-", f"{element.get('class') or ''} {element.get('id') or ''}"[:200])
