"""Where a page shows its readers when the article was published. Which stamp counts is in dates.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import lxml.html

from scrapers.article import Basis
from scrapers.blocks import Block, blocks_of
from scrapers.dates import Candidate, find_stamps
from scrapers.headline import bare
from scrapers.publication import stated

_DATE_MARK = re.compile(r"date|time|publi|posted|byline|meta|stamp", re.IGNORECASE)
_UPDATE_MARK = re.compile(r"updat|modif|edit|revis", re.IGNORECASE)
_OTHER_STORIES = re.compile(
    r"(?:^|[\s_-])(?:related|teasers|recommend\w*|recirc\w*|sidebar|trending|most-?(?:read|popular)|comments?)(?=$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE: Final = frozenset({"nav", "footer"})
_SHORT_ASIDE: Final = 200
"""Characters: an aside so short holds date and author, a longer one other stories."""
_PUBLICATION = re.compile(
    r"\b(?:published|posted|publié|publicado|pubblicato|veröffentlicht|erschienen|erstellt|gepubliceerd|опубликовано)\b|"
    r"^(?:date|datum|fecha|data|дата|tarih)\b",
    re.IGNORECASE,
)
_LONGEST_LINE: Final = 160
_LONGEST_PLAIN: Final = 100
"""Of an unmarked line with a date, which may have a place or an author beside it."""
_OTHER_WORDS: Final = 6
_BEFORE, _AFTER = 6, 14
"""Blocks of text around the headline in which an unmarked date is looked for."""
_PROSE: Final = 200
_LEADS_ELSEWHERE: Final = 20
"""Characters of a link beside the date in it that make it a link to another story."""
_MAX_TIMES: Final = 200
_MAX_HEADINGS: Final = 100
_WORDS = re.compile(r"[^\W\d_]{2,}")


class DateLines:
    """The dated places of one page, seen from the article's headline."""

    def __init__(self, tree: lxml.html.HtmlElement, title: str) -> None:
        self._tree = tree
        self._headline = _headline(tree, title)
        around = () if self._headline is None else (self._headline, *self._headline.iterancestors())
        self._other = dict.fromkeys(around, False)
        self._link_lengths: dict[lxml.html.HtmlElement, int] = {}

    def times(self) -> Iterator[Candidate]:
        """The times in elements marked as one: the article's own mark, then the first time below its headline."""
        marked = self._tree.xpath("//*[@itemprop='datePublished' or @pubdate or contains(@class,'published')]")
        for element in [element for element in marked[:_MAX_TIMES] if not self._is_elsewhere(element)][:3]:
            yield from stated(element.get("content") or element.get("datetime") or element.get("title"), Basis.PAGE)
        below, above = self._split("time")
        for element in islice((*below, *reversed(above)), _MAX_TIMES):
            marks = f"{element.get('class', '')} {element.get('itemprop', '')}"
            if element.get("datetime") and not _UPDATE_MARK.search(marks) and not self._is_elsewhere(element):
                yield from stated(element.get("datetime"), Basis.PAGE)
                return

    def marked(self) -> list[str]:
        """The texts of the places marked as a date, those from the headline on first."""
        below, above = self._split("time", "span", "div", "p", "li", "a", "small", "h2", "h3")
        return self._dated(below, 4) or self._dated(above, 2)

    def plain(self) -> list[str]:
        """Lines that are a date and little else, though nothing marks them: said to be of the publication wherever they
        stand, or beside the headline."""
        blocks = blocks_of(self._tree)
        if labelled := [block.text for block in blocks if _PUBLICATION.search(block.text) and self._is_date(block)]:
            return labelled[:1]
        within = set() if self._headline is None else set(self._headline.iter())
        prose = [block.order for block in blocks if len(block.text) > _PROSE]
        at = next((block.order for block in blocks if block.element in within), min(prose, default=0))
        end = next((order for order in prose if order > at), at) + 2
        near = blocks[max(0, at - _BEFORE) : min(end, at + _AFTER)]
        return [block.text for block in near if block.element not in within and self._is_date(block)]

    def _split(self, *tags: str) -> tuple[list[lxml.html.HtmlElement], list[lxml.html.HtmlElement]]:
        """The elements below the headline, and those above it; all are below where there is none."""
        above: list[lxml.html.HtmlElement] = []
        found: list[lxml.html.HtmlElement] = []
        for element in self._tree.iter("h1", *tags) if self._headline is None else self._tree.iter():
            if element is self._headline:
                above, found = found, []
            elif element.tag in tags:
                found.append(element)
        return found, above

    def _dated(self, elements: Sequence[lxml.html.HtmlElement], most: int) -> list[str]:
        found: list[str] = []
        for element in elements:
            marks = f"{element.get('class', '')} {element.get('id', '')}"
            if element.tag != "time" and not _DATE_MARK.search(marks):
                continue
            text = " ".join(element.text_content().split())
            if 5 < len(text) <= _LONGEST_LINE and any(map(str.isdigit, text)) and not self._is_elsewhere(element):
                found.append(text)
                if len(found) >= most:
                    break
        return found

    def _is_date(self, block: Block) -> bool:
        if len(block.text) > _LONGEST_PLAIN or block.link_share > 0.7 or len(_WORDS.findall(block.text)) > _OTHER_WORDS:
            return False
        return 0 < len(list(find_stamps(block.text))) <= 2 and not self._is_elsewhere(block.element)

    def _is_elsewhere(self, element: lxml.html.HtmlElement) -> bool:
        """Whether an element stands in a place of other stories, or of none, or in a link with a headline in it."""
        link = next(element.iterancestors("a"), None)
        if link is not None:
            if link not in self._link_lengths:
                self._link_lengths[link] = len(link.text_content())
            if self._link_lengths[link] > len(element.text_content()) + _LEADS_ELSEWHERE:
                return True
        for around in (element, *element.iterancestors()):
            if around not in self._other:
                self._other[around] = _is_other(around)
            if self._other[around]:
                return True
        return False


def _is_other(element: lxml.html.HtmlElement) -> bool:
    if element.tag == "aside":
        return len(element.text_content()) > _SHORT_ASIDE
    marks = f"{element.get('class', '')} {element.get('id', '')}"[:200]
    return element.tag in _ELSEWHERE or bool(_OTHER_STORIES.search(marks))


def _headline(tree: lxml.html.HtmlElement, title: str) -> lxml.html.HtmlElement | None:
    wanted = bare(title)
    first = next(tree.iter("h1"), None)
    found = islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)
    same = (heading for heading in found if bare(heading.text_content()) == wanted)
    return next(same, first)
