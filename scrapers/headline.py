"""Which of the titles a page offers is the headline its readers see. Reads no tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

_SEPARATOR = re.compile(r"\s+[|–—:•·»«~/\\-]+\s+|\s*(?:\||::|»|«|•)\s*|\s+[-–—]\s*|:\s+")
_WORDS = re.compile(r"\w+")
_LONGEST_SITE_NAME: Final = 6


class Offer(msgspec.Struct, frozen=True):
    """A title and where on the page it stands."""

    text: str
    place: str
    """One of `h1`, `og`, `jsonld`, `twitter`, `title`, `h2`."""


_WEIGHT: Final = {"h1": 0.45, "jsonld": 0.25, "og": 0.2, "twitter": 0.05, "title": 0.0, "h2": -0.2}
"""How near each place is to what readers see, when all else is equal: h1 is seen, the others are for machines."""


def headline(offers: Sequence[Offer], site: Sequence[str]) -> str | None:
    """The headline among `offers`; None where there are none.

    Each offer is freed of the site's name; the one that the other places support most counts, the visible first.

    Args:
        offers: in the order of the page.
        site: the names of the site, as it gives them and as its host reads.
    """
    cleaned = [Offer(text, offer.place) for offer in offers if (text := _without_site(offer, offers, site))]
    if not cleaned:
        return None

    def standing(offer: Offer) -> tuple[float, int]:
        others = {other.place: other for other in cleaned if other.place != offer.place}
        agreement = sum(_likeness(offer.text, other.text) for other in others.values())
        return (agreement / len(others) if others else 0.0) + _WEIGHT[offer.place], -cleaned.index(offer)

    return max(cleaned, key=standing).text


def _without_site(offer: Offer, offers: Sequence[Offer], site: Sequence[str]) -> str:
    text = " ".join(offer.text.split())
    if offer.place in ("h1", "h2"):
        return "" if _is_site(text, site) else _without_kicker(text, offers)
    for other in offers:  # the same words without a tail elsewhere on the page settle it
        seen = " ".join(other.text.split())
        if other.place == "h1" and len(seen) > 15 and text != seen and text.startswith(seen):
            return seen
    while (cut := _cut(text, site)) is not None:
        text = cut
    return "" if _is_site(text, site) else text


def _without_kicker(heading: str, offers: Sequence[Offer]) -> str:
    """A heading without the label in front of it, where the page gives it without the label too."""
    for other in offers:
        seen = " ".join(other.text.split())
        if other.place in ("jsonld", "og") and len(seen) > 15 and heading != seen and heading.endswith(seen):
            return seen
    return heading


def _cut(text: str, site: Sequence[str]) -> str | None:
    """`text` without a site's name at its end or start; None where there is none."""
    found = list(_SEPARATOR.finditer(text))
    if not found:
        return None
    head, tail = text[: found[-1].start()], text[found[-1].end() :]
    if len(_WORDS.findall(head)) >= 2 and _is_site(tail, site):
        return head
    head, tail = text[: found[0].start()], text[found[0].end() :]
    if len(_WORDS.findall(tail)) >= 2 and _is_site(head, site):
        return tail
    return None


def _is_site(text: str, site: Sequence[str]) -> bool:
    bare = _bare(text)
    if not bare or len(_WORDS.findall(text)) > _LONGEST_SITE_NAME:
        return False
    return any(
        bare == name or (len(name) > 3 and (name in bare or (len(bare) > 3 and bare in name)))
        for name in map(_bare, site)
    )


def _bare(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold())).removeprefix("www").removeprefix("the")


def _likeness(one: str, other: str) -> float:
    a, b = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    return len(a & b) / len(a | b) if a | b else 0.0
