"""Tells a page that is no article: consent walls, paywall stubs, error pages with status 200, empty bodies."""

from __future__ import annotations

import re
from typing import Final

from scrapers.article import Article
from scrapers.boilerplate import plain_line

_SHORT: Final = 900
"""Characters of body up to which a wall's words count: walls say little, and an article on walls says more."""
_EMPTY: Final = 60
_ERROR_TITLE = re.compile(
    r"(?:error )?(?:404|403|410|429|500|502|503)(?:[ :|-]*"
    r"(?:error|page|not|file|forbidden|bad|service|internal|too|gone|oops)\b.*)?|.{0,30}\b(?:page|article|"
    r"story|content) (?:was |is |could )?(?:not |can ?not be |no longer )"
    r"(?:be )?(?:found|exist\w*|available).*|not found|access denied|forbidden|service unavailable|bad gateway|"
    r"oops\b.{0,60}|(?:just a moment|attention required|one moment,? please|please wait|"
    r"checking your browser).{0,40}|"
    r"too many requests|site (?:is )?(?:under maintenance|unavailable)|temporarily unavailable|"
    r"(?:are you|verify you are) (?:a )?(?:robot|human).{0,20}|robot check|security check.{0,20}|request blocked.*",
)
_WALLS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "a consent page",
        re.compile(
            r"before you continue|we value your privacy|your privacy (?:choices|settings|matters)|(?:we|our partners)"
            r".{0,40}(?:use|store).{0,40}cookies|accept all|reject all|consent to|cookie (?:settings|preferences|"
            r"consent)"
        ),
    ),
    (
        "a paywall",
        re.compile(
            r"(?:subscribe|sign in|log in|register)[^.]{0,40}(?:to (?:continue|keep|read|unlock|access|view))|"
            r"already a "
            r"(?:subscriber|member)|(?:for|to) subscribers only|(?:this|the) (?:article|content|story) is (?:for|"
            r"reserved for|available (?:only )?(?:to|for)|exclusive to) (?:our )?(?:paying )?(?:subscribers|members)|"
            r"unlock (?:this|the) (?:article|story)|free articles? (?:left|remaining|this month)|"
            r"start your (?:free )?trial"
        ),
    ),
    (
        "a check for robots",
        re.compile(
            r"captcha|verify (?:that )?you(?:'re| are) (?:not a robot|(?:a )?human)|unusual traffic|"
            r"enable (?:javascript|"
            r"cookies)[^.]{0,40}(?:continue|proceed|to view)|checking (?:if the site connection|your browser)|ray id"
        ),
    ),
    (
        "an error page",
        re.compile(
            r"(?:the )?(?:page|article|story|content|document) (?:you (?:are|were) looking for|you requested|"
            r"may have been "
            r"(?:moved|removed))|(?:page|article|url) (?:was |could )?not (?:be )?found|doesn't exist|"
            r"no longer (?:exists|"
            r"available)|access denied|you don't have permission|internal server error|technical difficulties"
        ),
    ),
)


def wall_reason(article: Article, html: str | None = None) -> str | None:
    """Why `article` is no article, in words for people; None where it is one.

    Args:
        article: as extracted.
        html: the page it came from, if at hand: a wall often loses its own words in the cleaning.
    """
    if _ERROR_TITLE.fullmatch(plain_line(article.title)):
        return f"its title is that of an error page: {article.title[:80]!r}"
    body = plain_line(article.text)
    if len(body) < _SHORT:
        shown = (
            f"{plain_line(article.title)} {body} {_visible(html)}" if html else f"{plain_line(article.title)} {body}"
        )
        for name, words in _WALLS:
            if found := words.search(shown):
                return f"{name}: {len(body)} characters of text and {found[0]!r}"
    if len(body) < _EMPTY:
        return f"no body: {len(body)} characters of text" if body else "no body: a title alone"
    return None


def _visible(html: str) -> str:
    without_code = re.sub(r"(?is)<(script|style|noscript|template)\b.*?</\1>", " ", html[:400_000])
    return plain_line(re.sub(r"<[^>]{0,2000}>", " ", without_code))[:6000]
