"""What a page says of its article in data for machines and in marked places: title, times, author, address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import lxml.html
import msgspec

from scrapers.article import Basis
from scrapers.boilerplate import byline_author
from scrapers.datelines import DateLines
from scrapers.dates import Candidate, Stamp, find_stamps, read_stamp
from scrapers.headings import headings
from scrapers.headline import Offer, headline
from scrapers.identity import outlet
from scrapers.jsonld import article_object, names, text_of
from scrapers.publication import stated

_PUBLISHED_META: Final = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "publishdate", "publish-date", "publish_date", "pubdate", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "article.published",
    "bt:pubdate", "ptime", "pdate", "displaydate", "iso-8601-publish-date", "article_date_original", "date",
)  # fmt: skip
"""Names of meta tags for the time of publication, the most reliable first."""
_UPDATED_META: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "lastmod",
    "dc.date.modified", "parsely-mod-date", "article.updated",
)  # fmt: skip
_AUTHOR_META: Final = (
    "author",
    "parsely-author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "article:author",
)


class PageData(msgspec.Struct, frozen=True):
    """What a page's own data say."""

    title: str | None
    published: tuple[Candidate, ...] = ()
    updated: Stamp | None = None
    author: str | None = None
    language: str | None = None
    canonical: str | None = None
    site: str | None = None
    lead: str | None = None
    """The description: often the standfirst, often cut."""
    body: str | None = None
    """The whole text as the page states it in its data; often missing, cut or out of date."""
    date_lines: tuple[str, ...] = ()


def page_data(tree: lxml.html.HtmlElement, url: str | None) -> PageData:
    """Reads the head, the JSON-LD and the places around the headline."""
    meta = _meta(tree)
    article = article_object(tree)
    canonical = _canonical(tree, meta, url)
    site = meta.get("og:site_name") or next(iter(names(article.get("publisher"))), None)
    updated = read_stamp(text_of(article.get("dateModified")) or "") or _first_stamp(meta, _UPDATED_META)
    title = headline(list(_titles(tree, url, meta, article)), _site_names(site, canonical or url, meta))
    lines = DateLines(tree, title or "")
    published = (*_declared(meta, article), *lines.times())
    return PageData(
        title=title,
        published=published,
        updated=updated,
        author=_author(tree, meta, article),
        language=_language(tree, meta, article),
        canonical=canonical,
        site=site,
        lead=meta.get("og:description") or meta.get("description") or text_of(article.get("description")),
        body=text_of(article.get("articleBody")),
        date_lines=tuple(_date_lines(lines, known=bool(published))),
    )


def _date_lines(lines: DateLines, *, known: bool) -> list[str]:
    """The lines with a date around the headline; those that nothing marks only where no other time is known."""
    marked = lines.marked()
    if known or any(True for line in marked for _ in find_stamps(line)):
        return marked
    return [*marked, *lines.plain()]


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or tag.get("http-equiv")
        content = (tag.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _titles(
    tree: lxml.html.HtmlElement, url: str | None, meta: dict[str, str], article: dict[str, Any]
) -> Iterator[Offer]:
    given = (
        ("jsonld", text_of(article.get("headline")) or text_of(article.get("name"))),
        ("og", meta.get("og:title")),
        ("twitter", meta.get("twitter:title")),
        ("title", next((title.text_content() for title in tree.iter("title")), None)),
    )
    stated_ = [Offer(_unescaped(title), place) for place, title in given if title and title.strip()]
    yield from headings(tree, url, [offer.text for offer in stated_])
    yield from stated_


def _unescaped(text: str) -> str:
    """JSON-LD and meta content is often escaped twice."""
    return str(lxml.html.fromstring(f"<p>{text}</p>").text_content()) if "&" in text and ";" in text else text


def _site_names(site: str | None, url: str | None, meta: dict[str, str]) -> list[str]:
    given = [
        site,
        meta.get("application-name"),
        meta.get("twitter:site", "").removeprefix("@"),
        meta.get("al:ios:app_name"),
    ]
    if url:
        host = outlet(url)
        given += [host, host.rsplit(".", 1)[0], host.split(".")[0] if host.count(".") < 2 else host.split(".")[-2]]
    return [name for name in given if name]


def _declared(meta: dict[str, str], article: dict[str, Any]) -> Iterator[Candidate]:
    yield from stated(text_of(article.get("datePublished")), Basis.DECLARED)
    for name in _PUBLISHED_META:
        yield from stated(meta.get(name), Basis.DECLARED)
    yield from stated(text_of(article.get("dateCreated")) or text_of(article.get("uploadDate")), Basis.DECLARED)


def _first_stamp(meta: dict[str, str], among: tuple[str, ...]) -> Stamp | None:
    return next((stamp for name in among if (stamp := read_stamp(meta.get(name, "")))), None)


def _author(tree: lxml.html.HtmlElement, meta: dict[str, str], article: dict[str, Any]) -> str | None:
    if given := names(article.get("author")) or names(article.get("creator")):
        return " and ".join(dict.fromkeys(given[:6]))
    for key in _AUTHOR_META:
        if (author := meta.get(key)) and "://" not in author and len(author) < 120:
            return author
    marked = tree.xpath(
        "//*[@rel='author' or @itemprop='author' or contains(@class,'byline') or contains(@class,'author')]"
    )
    for element in marked[:6]:
        text = " ".join(element.text_content().split())
        if 3 < len(text) < 120 and (name := byline_author(text)):
            return name
    return None


def _language(tree: lxml.html.HtmlElement, meta: dict[str, str], article: dict[str, Any]) -> str | None:
    stated_ = (
        tree.get("lang") or text_of(article.get("inLanguage")) or meta.get("og:locale") or meta.get("content-language")
    )
    tag = (stated_ or "").strip().replace("_", "-").split(",")[0]
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else None


def _canonical(tree: lxml.html.HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    """The address the page gives itself, when it is one of the same site and not that of its front page."""
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for given in (*links, meta.get("og:url")):
        try:
            address: str = urljoin(url or "", (given or "").strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or parts.path in ("", "/"):
            continue
        if url is None or outlet(address).split(".")[-2:] == outlet(url).split(".")[-2:]:
            return address
    return None
