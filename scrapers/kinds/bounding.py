"""Makes the XML of a feed safe to hand to feedparser, whose time grows with the square of ill-formed input."""

import re
from typing import Final

from lxml import etree

from scrapers.source import MAX_ENTRIES, MAX_KEPT, SourceFault

SMALL: Final = 50_000
"""Bytes of ill-formed feed that feedparser's own repair reads in about a second at worst; it is the better one."""
MAX_ELEMENTS: Final = 60_000
"""Elements of one feed: feedparser reads about 40,000 a second."""
_SUBSET_END = re.compile(rb"\]\s*>")


def bounded(body: bytes, url: str) -> bytes:
    """A feed without internal DTD subset; a large one repaired, and cut to as many entries as are taken.

    Raises:
        SourceFault: no XML at all, or more elements than any feed has.
    """
    body = _without_subset(body)
    if len(body) <= SMALL:
        return body
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceFault(f"{url}: not a feed: {str(error)[:200]}", "not a feed") from error
    if root is None:
        raise SourceFault(f"{url}: not a feed: no XML in it", "not a feed")
    for number, element in enumerate(root.iter()):
        if number > MAX_ELEMENTS:
            raise SourceFault(f"{url}: more than {MAX_ELEMENTS} elements", "not a feed")
        element.text, element.tail = _cut(element.text), _cut(element.tail)
    for element in list(root.iter("{*}item", "{*}entry"))[2 * MAX_ENTRIES :]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    whole: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_KEPT else text[:MAX_KEPT]


def _without_subset(body: bytes) -> bytes:
    """Feeds of the past declared `&nbsp;` there, attacks declare entities that grow; feedparser knows the former."""
    start = body.find(b"<!DOCTYPE", 0, 4096)
    opening = body.find(b"[", start, start + 1000) if start >= 0 else -1
    if opening < 0 or b">" in body[start:opening]:
        return body
    end = _SUBSET_END.search(body, opening)
    return body[:start] + body[end.end() :] if end else body[:start]
