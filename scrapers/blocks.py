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
    "script style noscript template svg iframe button select textarea input option object embed video audio canvas map "
    "math head nav dialog".split()
)  # fmt: skip
_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter picture q rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr source".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Block:
    """A run of text that stands by itself on the page."""

    __slots__ = ("element", "linked", "order", "tag", "text")

    def __init__(self, text: str, linked: int, element: lxml.html.HtmlElement, order: int) -> None:
        self.text = text
        """With single spaces."""
        self.linked = linked
        """How many of its characters are links."""
        self.element = element
        """The block-level element it stands in."""
        self.order = order
        """Its place in reading order, from 0."""
        self.tag: str = element.tag

    @property
    def link_share(self) -> float:
        """0 to 1: how much of the text is links."""
        return self.linked / len(self.text)


class _Run:
    """The text gathered since the last break."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0

    def add(self, text: str | None, in_link: bool) -> None:
        if text:
            self.parts.append(text)
            if in_link:
                self.linked += len(" ".join(text.split()))


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
                found.append(Block(text, min(run.linked, len(text)), element, len(found)))
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
                if tag in _INLINE and not _wraps_blocks(child):
                    walk(child, owner, in_link or tag == "a", depth + 1)
                else:
                    flush(owner)
                    inner = owner if tag in _INLINE else child
                    walk(child, inner, in_link or tag == "a", depth + 1)
                    flush(inner)
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


def _wraps_blocks(element: lxml.html.HtmlElement) -> bool:
    return any(child.tag not in _INLINE and child.tag != "br" and isinstance(child.tag, str) for child in element)
