"""A page's tree as blocks of text in reading order, each with its place. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import lxml.html

MAX_BLOCKS: Final = 6000
"""A page with more blocks of text is read up to here: the longest real ones have about 3,000."""
MAX_DEPTH: Final = 250
"""Deeper nesting is not entered: browsers stop at 512, real pages stay below 60."""
_SKIPPED: Final = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "input",
        "option", "object", "embed", "video", "audio", "canvas", "map", "math", "head", "nav", "dialog",
    }
)  # fmt: skip
_BLOCK: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
"""What breaks a line by the HTML standard's style sheet; everything else, custom elements too, runs on."""
_CELLS: Final = frozenset(("td", "th"))
"""A row of a table is one block, its cells with a space between them."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class _Run:
    """The text gathered since the last break."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.opens_with_link = False

    def add(self, text: str | None, in_link: bool) -> None:
        if not text:
            return
        if in_link:
            self.linked += len(" ".join(text.split()))
            self.opens_with_link = self.opens_with_link or not "".join(self.parts).strip()
        self.parts.append(text)


class Block:
    """A run of text that stands by itself on the page."""

    __slots__ = ("element", "linked", "opens_with_link", "order", "tag", "text")

    def __init__(self, text: str, run: _Run, element: lxml.html.HtmlElement, order: int) -> None:
        self.text = text
        """With single spaces."""
        self.linked = min(run.linked, len(text))
        """How many of its characters are links."""
        self.opens_with_link = run.opens_with_link
        self.element = element
        """The block-level element it stands in."""
        self.order = order
        """Its place in reading order, from 0."""
        self.tag: str = element.tag

    @property
    def link_share(self) -> float:
        """0 to 1: how much of the text is links."""
        return self.linked / len(self.text)


def blocks_of(tree: lxml.html.HtmlElement) -> list[Block]:
    """The visible blocks of text on the page, in reading order."""
    found: list[Block] = []
    body = tree.find("body")
    run = _Run()

    def flush(element: lxml.html.HtmlElement) -> None:
        nonlocal run
        if run.parts:
            text = " ".join("".join(run.parts).split())
            if text and len(found) < MAX_BLOCKS:
                found.append(Block(text, run, element, len(found)))
            run = _Run()

    def walk(element: lxml.html.HtmlElement, owner: lxml.html.HtmlElement, in_link: bool, depth: int) -> None:
        run.add(element.text, in_link)
        previous_break = False
        for child in element:
            tag = child.tag
            if tag == "br":
                if previous_break and not (child.getprevious().tail or "").strip():
                    flush(owner)
                else:
                    run.add(" ", in_link)
                previous_break = True
                run.add(child.tail, in_link)
                continue
            previous_break = False
            if isinstance(tag, str) and tag not in _SKIPPED and depth < MAX_DEPTH and not _hidden(child):
                if tag in _BLOCK:
                    flush(owner)
                    walk(child, child, in_link, depth + 1)
                    flush(child)
                else:
                    run.add(" " if tag in _CELLS else "", in_link)
                    walk(child, owner, in_link or tag == "a", depth + 1)
            run.add(child.tail, in_link)

    start = tree if body is None else body
    walk(start, start, False, 0)
    flush(start)
    return found


def ancestors(block: Block) -> Iterator[lxml.html.HtmlElement]:
    """The block's element and those around it, inside out."""
    yield block.element
    yield from block.element.iterancestors()


def _hidden(element: lxml.html.HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))
