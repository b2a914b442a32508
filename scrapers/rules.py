"""A user's rules for one site: what on its pages is title, body and date, and what is to go. Judges no text."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from bs4 import Tag

from scrapers.dates import read_stamp
from scrapers.selectors import PageTooLarge, Selector, check_selectors, parsed


class PageRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[source.extract]`: selectors for pages that are read wrongly without."""

    title: Selector | None = None
    """The headline."""
    body: Selector | None = None
    """The place or places that hold the article's paragraphs, all of them."""
    date: Selector | None = None
    """The time of publication: its `datetime` or `content` attribute, or its words."""
    drop: Selector | None = None
    """What is taken off the page before anything is read."""

    def __post_init__(self) -> None:
        """Refuse what is no selector."""
        check_selectors(self, "title", "body", "date", "drop")

    @property
    def ask_for_something(self) -> bool:
        """Whether any is set."""
        return any((self.title, self.body, self.date, self.drop))


class Found(msgspec.Struct, frozen=True):
    """What rules found on a page."""

    html: str
    """The page without what is to be dropped."""
    title: str | None = None
    date: str | None = None
    """As written there."""
    body: str | None = None
    """HTML of the places."""
    missing: tuple[str, ...] = ()
    """What each rule that found nothing would say to the operator. `drop` may find nothing: not every page has it."""


def found_by(rules: PageRules, html: str) -> Found:
    """Look for what the rules name on a page; a rule that finds nothing leaves its part to the general reading."""
    try:
        soup = parsed(html)
    except PageTooLarge as error:
        return Found(html, missing=(f"the rules were not tried on {error}",))
    for element in soup.select(rules.drop) if rules.drop else ():
        element.extract()
    titles = soup.select(rules.title, limit=1) if rules.title else []
    dates = soup.select(rules.date, limit=5) if rules.date else []
    places = _outermost(soup.select(rules.body)) if rules.body else []
    title = " ".join(titles[0].get_text(" ").split()) if titles else ""
    date = next((text for place in dates if (text := _date(place))), None)
    body = "".join(map(str, places)) if any(place.get_text(strip=True) for place in places) else None
    return Found(
        str(soup),
        title or None,
        date,
        body,
        tuple(
            f"the rule {key} = {selector!r} {says}"
            for key, selector, found, says in (
                ("title", rules.title, title, "matches nothing"),
                ("date", rules.date, date, "matches no date" if dates else "matches nothing"),
                ("body", rules.body, body, "matches no text" if places else "matches nothing"),
            )
            if selector and not found
        ),
    )


def _outermost(places: Sequence[Tag]) -> list[Tag]:
    chosen = set(map(id, places))
    return [place for place in places if not any(id(parent) in chosen for parent in place.parents)]


def _date(place: Tag) -> str | None:
    texts = (place.get("datetime"), place.get("content"), place.get_text(" "))
    return next((str(text)[:200] for text in texts if text and read_stamp(str(text)[:200])), None)
