"""A page's JSON-LD: the one object that describes the article. Reads schema.org, forgives what publishers get wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import lxml.html

MAX_CHARACTERS: Final = 1_000_000
"""Of one script element: articles with their whole body in it stay below 100,000."""
_MAX_DEPTH: Final = 12
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review\w*|Blog\w*|Scholarly\w*)$")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)?\s*|\s*(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)?\s*$"
)
"""Comment and CDATA marks around a script's text, from the days of XHTML."""
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")


def article_object(tree: lxml.html.HtmlElement) -> dict[str, Any]:
    """The page's article object, with the parts other objects of the page add to it; empty where there is none.

    Of several the first with a headline and a date counts: related stories come after.
    """
    objects = [found for script in tree.iter("script") if _is_jsonld(script) for found in _objects(_load(script))]
    articles = [found for found in objects if _ARTICLE_TYPE.search(_type(found))]
    articles.sort(key=lambda found: -(2 * ("headline" in found) + ("datePublished" in found)))
    if articles:
        return articles[0]
    dated = [found for found in objects if "datePublished" in found]
    titled = [found for found in dated if "headline" in found]
    return next(iter(titled or [found for found in dated if _type(found) == "WebPage"]), {})


def names(value: object) -> list[str]:
    """The names in a `Person`, `Organization`, string or list of these."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() and "://" not in value else []
    if isinstance(value, dict):
        return names(value.get("name"))
    if isinstance(value, list):
        return [name for item in value for name in names(item)]
    return []


def text_of(value: object) -> str | None:
    """A string value, or the first of a list of them; None for anything else."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return value.strip() or None if isinstance(value, str) else None


def _is_jsonld(script: lxml.html.HtmlElement) -> bool:
    return (script.get("type") or "").strip().lower().startswith("application/ld+json")


def _load(script: lxml.html.HtmlElement) -> Any:
    text = _WRAPPING.sub("", script.text or "").rstrip(";")
    if not text or len(text) > MAX_CHARACTERS:
        return None
    for attempt in (text, _TRAILING_COMMA.sub("", _CONTROL.sub(" ", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            yield from _objects(value.get(key), depth + 1)


def _type(found: dict[str, Any]) -> str:
    kind = found.get("@type")
    return (
        kind
        if isinstance(kind, str)
        else " ".join(k for k in kind if isinstance(k, str))
        if isinstance(kind, list)
        else ""
    )
