"""The paragraphs of the article on a page's tree: which place holds it, and what in that place is not it.

Judges places (marks, links, neighbours), not words: clean.py does that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import lxml.html

from scrapers.blocks import Block, ancestors, blocks_of
from scrapers.clean import is_sentence
from scrapers.metadata import PageData

_FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|respond|replies|related|recommend\w*|recirc\w*|promo\w*|sidebar|footer|foot|share|sharing|"
    r"social\w*|newsletters?|subscri\w+|sign-?up|advert\w*|ads?|adslot|sponsor\w*|breadcrumbs?|captions?|figcaption|credits?|"
    r"byline|authors?|author-?(?:bio|box|info|card|name)|bio|tags?|tag-?list|topics|toolbar|nav\w*|menu|popup|modal|"
    r"overlay|cookies?|consent|gdpr|widgets?|most-?(?:read|popular|viewed)|popular|trending|teasers?|outbrain|taboola|"
    r"gallery|expandable\w*|accordion\w*|collapsible\w*|info-box|fact-box|slideshow|pull-?quotes?|tweet|twitter|instagram|fb-|embed\w*|infobox|factbox|read-?(?:more|next|also)|more-?(?:on|from|"
    r"stories|news)|next-?(?:up|article|post)|prev\w*|pagination|pager|print|hidden|sr-only|visually-?hidden|screen-reader\w*|copyright|disclaimer|"
    r"donat\w+|follow\w*|metadata|meta|post-?meta|dateline|timestamp|datetime|published|byl|kicker|eyebrow|rubric|topper|login|register|"
    r"banner|offcanvas|skip\w*|jump\w*|(?:video|audio|media|jw)-?player|video|audio|podcast|poll|quiz|rating|tooltip|notification|alert-?bar|app-?download)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Marks (class, id) of places on a page that hold something else than the article."""
_NEVER_OWN = re.compile(
    r"(?:[\w]+-)?(?:footer|comments?|disqus)(?:-(?:wrap|wrapper|area|list|section|bottom|text|container|thread))?",
    re.IGNORECASE,
)
"""Names of places that are not the article however much they hold."""
_OWN = re.compile(
    r"article-?_*(?:body|content|text|main)|(?:story|post|entry|news|main|page|content|text)-?_*(?:body|content|text)|"
    r"articlebody|body-?copy|prose|rich-?text",
    re.IGNORECASE,
)
_STANDFIRST = re.compile(
    r"standfirst|sub-?_*(?:title|head\w*|line|deck)|(?:^|[\s_-])(?:dek|deck|chapo|chapeau|sapo|lead|lede|leadtext|intro\w*|summary|excerpt|"
    r"abstract|vorspann|teaser-?text|ingress|entradilla|bajada|sommario|perex|preamble|article-?description|sottotitolo)(?=$|[\s_-])",
    re.IGNORECASE,
)
_ASIDE_TAGS: Final = frozenset({"aside", "footer", "figcaption", "figure", "address"})
_LEAVES: Final = frozenset({"p", "h2", "h3", "h4", "blockquote", "li", "tr"})
_PROSE_LENGTH: Final = 60
_LEADS_ELSEWHERE: Final = 20
"""Characters of link text that make a block a link to another page's story rather than a word or a source."""
_STATED_LEAST: Final = 250
"""Characters: shorter statements of a body are summaries."""
_STATED_WHOLE: Final = 0.9
"""A statement that has so much of what was found on the page is not a cut one."""
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_TEXT_TAGS: Final = frozenset({"p", "li", "blockquote", "tr", "pre"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DENSE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""Scripts that say in one character what others say in three."""
_DESCEND: Final = 0.75
"""The search for the article's place goes into a child that holds so much of the prose of its parent."""
_MAX_MARKS: Final = 200


def body_paragraphs(tree: lxml.html.HtmlElement, data: PageData) -> list[str]:
    """The article's paragraphs, in order, standfirst first; empty where the page has no prose."""
    blocks = blocks_of(tree)
    all_prose = [block for block in blocks if _is_prose(block)]
    if not all_prose:
        return _stated_paragraphs(data.body)
    places = _Places(_weights(all_prose), tree)
    teasers = _teasers(blocks, all_prose)
    prose = [block for block in all_prose if not places.foreign(block) and block not in teasers] or all_prose
    place = _place(_weights(prose), tree)
    inside = [block for block in blocks if place in ancestors(block) and block not in teasers]
    broken = Counter(block.element for block in inside)  # text with line breaks for paragraphs
    kept = _trimmed([b for b in inside if _belongs(b, places, broken[b.element] > 2)])
    found = [*_lead(blocks, kept, places, teasers, data), *kept]
    stated = _stated_paragraphs(data.body)
    if sum(map(len, stated)) > 2 * sum(len(block.text) for block in found):
        return stated
    return [block.text for block in _as_stated(found, stated)]


def _stated_paragraphs(body: str | None) -> list[str]:
    """The paragraphs of a body that the page states in its data, which may itself be HTML."""
    if not body or len(body) < _STATED_LEAST:
        return []
    if "</" in body:
        return [block.text for block in blocks_of(lxml.html.document_fromstring(f"<body>{body}</body>"))]
    return [" ".join(line.split()) for line in re.split(r"\n+", body) if line.strip()]


def _as_stated(found: Sequence[Block], stated: Sequence[str]) -> list[Block]:
    """Without the sentences that the page's own statement of the body lacks, where that statement is whole."""
    words = _bare(" ".join(stated))
    known = [block for block in found if _bare(block.text) in words]
    share = sum(len(block.text) for block in known) / max(1, sum(len(block.text) for block in found))
    if not words or share < _STATED_WHOLE:
        return list(found)
    first, last = found.index(known[0]), found.index(known[-1])
    return [
        block
        for at, block in enumerate(found)
        if block in known or at < first or (first < at < last and not is_sentence(block.text)) or block.tag == "li"
    ]


class _Places:
    """What the marks of elements say, looked up once for each element.

    A mark on an element around most of the page's prose, or around the headline, is no mark of something foreign:
    themes put words like `has-sidebar` on the whole page.
    """

    def __init__(self, weights: dict[lxml.html.HtmlElement, float], tree: lxml.html.HtmlElement) -> None:
        self._weights = weights
        self._all = max(weights.values())
        self._around_headline = {element for heading in tree.iter("h1") for element in heading.iterancestors()}
        self._foreign: dict[lxml.html.HtmlElement, bool] = {}

    def foreign(self, block: Block) -> bool:
        """Whether the block stands in a place that is marked as not the article's."""
        for element in ancestors(block):
            known = self._foreign.get(element)
            if known is None:
                known = self._foreign[element] = self._is_foreign(element)
            if known:
                return True
        return False

    def _is_foreign(self, element: lxml.html.HtmlElement) -> bool:
        if element in self._around_headline or element.tag in ("body", "html", "main", "article", "p"):
            return element.tag == "p" and _marked_foreign(element)
        held = self._weights.get(element, 0.0)
        return (held < 0.45 * self._all and _marked_foreign(element)) or (
            held < 0.85 * self._all and _never_own(element)
        )


def _marked_foreign(element: lxml.html.HtmlElement) -> bool:
    if element.tag in _ASIDE_TAGS:
        return True
    marks = _marks(element)
    return bool(_FOREIGN.search(marks)) and not _OWN.search(marks)


def _never_own(element: lxml.html.HtmlElement) -> bool:
    return element.tag in ("footer", "aside") or any(map(_NEVER_OWN.fullmatch, _marks(element).split()))


def _marks(element: lxml.html.HtmlElement) -> str:
    return _CAMEL.sub("-", f"{element.get('class') or ''} {element.get('id') or ''}"[:_MAX_MARKS])


def _is_prose(block: Block) -> bool:
    return (
        len(block.text) >= (_PROSE_LENGTH // 3 if _DENSE.search(block.text) else _PROSE_LENGTH)
        and block.link_share < 0.4
        and block.tag != "h1"
        and block.tag not in _HEADINGS
        and is_sentence(block.text)
    )


def _weights(prose: Iterable[Block]) -> dict[lxml.html.HtmlElement, float]:
    """How much prose each element holds."""
    weights: dict[lxml.html.HtmlElement, float] = defaultdict(float)
    for block in prose:
        for element in ancestors(block):
            weights[element] += min(len(block.text), 600)
    return weights


def _place(weights: dict[lxml.html.HtmlElement, float], tree: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The smallest element that holds the article: down from the top, always to where most of the prose is."""
    place = tree
    while True:
        best = max((child for child in place if child in weights), key=weights.__getitem__, default=None)
        if best is None or weights[best] < _DESCEND * weights[place] or best.tag in _LEAVES:
            return place
        place = best


def _teasers(blocks: Sequence[Block], prose: Sequence[Block]) -> set[Block]:
    """Summaries of other stories: alone in a place with a link to read on."""
    count: dict[lxml.html.HtmlElement, int] = defaultdict(int)
    for block in prose:
        for element in ancestors(block):
            count[element] += 1
    linking = {
        element
        for block in blocks
        if block.linked >= _LEADS_ELSEWHERE and block.link_share > 0.8
        for element in list(ancestors(block))[:4]
    }
    alone = {
        block
        for block in prose
        if len(block.text) < 500
        and any(element in linking for element in list(ancestors(block))[:4] if count[element] == 1)
    }
    return alone | _listed_stories(blocks)


def _listed_stories(blocks: Sequence[Block]) -> set[Block]:
    """The items of lists in which every item opens with a link as long as a headline."""
    lists: dict[lxml.html.HtmlElement, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.tag == "li" and block.element.getparent().tag == "ul":
            lists[block.element.getparent()].append(block)
    return {
        block
        for items in lists.values()
        if len(items) >= 3 and all(item.opens_with_link and item.linked >= _LEADS_ELSEWHERE for item in items)
        for block in items
    }


def _belongs(block: Block, places: _Places, among_lines: bool) -> bool:
    """Whether a block in the article's place is of the article: no foreign mark, no list of links, no label.

    `among_lines`: it is one of several lines of one element, which are no labels.
    """
    if block.link_share >= 0.5 or block.tag == "h1" or places.foreign(block):
        return False
    return among_lines or block.tag in _TEXT_TAGS or block.tag in _HEADINGS or is_sentence(block.text)


def _trimmed(kept: Sequence[Block]) -> list[Block]:
    """Drops headings that no text follows, and items with links that follow the last of the text."""
    result: list[Block] = []
    while kept and kept[-1].tag == "li" and kept[-1].linked >= _LEADS_ELSEWHERE:
        kept = kept[:-1]
    for block in reversed(kept):
        if block.tag not in _HEADINGS or (result and (result[-1].tag not in _HEADINGS or block.tag < result[-1].tag)):
            result.append(block)
    return result[::-1]


def _lead(
    blocks: Sequence[Block], kept: Sequence[Block], places: _Places, teasers: set[Block], data: PageData
) -> Iterable[Block]:
    """What stands before the article's place and belongs to it: a standfirst, and paragraphs under the headline.

    A standfirst is marked as one or said by the page's description. Pages that cut an article for readers who do not
    pay keep its first paragraphs in a place of their own.
    """
    if not kept:
        return
    known = {_bare(block.text) for block in kept}
    described, title = _bare(data.lead or ""), _bare(data.title or "")
    before = blocks[: kept[0].order]
    headline = max((block.order for block in before if block.tag == "h1"), default=len(blocks))
    for block in before:
        bare = _bare(block.text)
        if not 30 <= len(block.text) <= 1500 or bare in known or bare == title or block.link_share > 0.4:
            continue
        is_described = len(described) > 30 and (bare.startswith(described[:60]) or described.startswith(bare[:60]))
        in_text = block.order > headline and _is_prose(block) and not places.foreign(block) and block not in teasers
        if is_described or in_text or _is_standfirst(block):
            yield block
            known.add(bare)


def _is_standfirst(block: Block) -> bool:
    marks = " ".join(_marks(element) for element in list(ancestors(block))[:3])
    return len(block.text) <= 700 and block.tag not in ("li", "figcaption") and bool(_STANDFIRST.search(marks))


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
