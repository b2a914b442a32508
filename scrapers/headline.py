"""Which of the titles a page offers is the headline its readers see. Reads no tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

_SEPARATOR = re.compile(r"\s+[|–—:•·»«~/\\-]+\s+|\s*(?:\||::|»|«|•|│|ǀ|ㅣ)\s*|\s+[-–—]\s*|:\s+|_|--")
_WORDS = re.compile(r"\w+")
_LONGEST_SITE_NAME: Final = 6
_SHORTEST_HEADLINE: Final = 15
"""Characters: what is shorter is as likely a label, a section or a name."""

_LONGEST_TITLE: Final = 500
"""Characters that are looked at: the longest real headlines have about 250."""
_MOST_LABELS: Final = 5


class Offer(msgspec.Struct, frozen=True):
    """A title and where on the page it stands."""

    text: str
    place: str
    """One of `h1`, `h2`, `marked` (an element marked as the headline), `jsonld`, `og`, `twitter`, `title`."""


_WEIGHT: Final = {"h1": 0.45, "jsonld": 0.25, "og": 0.2, "marked": 0.2, "h2": 0.1, "twitter": 0.0, "title": -0.1}
"""How near each place is to what readers see, when all else is equal: h1 is seen, the others are for machines."""
_SEEN: Final = {"h1": 0.5, "h2": 0.4, "marked": 0.3}
"""What it adds that such a heading says the very same."""
_LATER: Final = -0.3
"""For a heading that is not the first of its level."""
_SHORT: Final = -0.2


def headline(offers: Sequence[Offer], site: Sequence[str]) -> str | None:
    """The headline among `offers`; None where there are none.

    Each offer is freed of the site's name; the one that the other places support most counts, the visible first.

    Args:
        offers: in the order of the page.
        site: the names of the site, as it gives them and as its host reads.
    """
    plain = [Offer(text, offer.place) for offer in offers if (text := " ".join(offer.text[:_LONGEST_TITLE].split()))]
    cleaned = [Offer(text, offer.place) for offer in plain if (text := _without_site(offer, plain, site))] or plain
    return cleaned[max(range(len(cleaned)), key=lambda at: (_standing(at, cleaned), -at))].text if cleaned else None


def bare(text: str) -> str:
    """The letters and digits of a title, for telling whether two say the same."""
    return "".join(_WORDS.findall(text.casefold()))


def _standing(at: int, offers: Sequence[Offer]) -> float:
    """How much speaks for one offer: its place, how like the others it is, and who says the very same."""
    offer = offers[at]
    likeness: dict[str, float] = {}
    for other in offers:
        if other.place != offer.place:
            likeness[other.place] = max(likeness.get(other.place, 0.0), _likeness(offer.text, other.text))
    same = {other.place for other in offers if bare(other.text) == bare(offer.text)} - {offer.place}
    return (
        _WEIGHT[offer.place]
        + sum(likeness.values()) / max(1, len(likeness))
        + sum(_SEEN.get(place, 0.0) for place in same)
        + _LATER * any(other.place == offer.place for other in offers[:at])
        + _SHORT * (len(bare(offer.text)) < _SHORTEST_HEADLINE and len(_WORDS.findall(offer.text)) < 3)
    )


def _without_site(offer: Offer, offers: Sequence[Offer], site: Sequence[str]) -> str:
    if offer.place in _SEEN:
        if _name(offer.text) in map(_name, site):
            return ""
        return _without_rival_label(_as_stated(offer.text, offers), offers)
    for other in offers:  # the same words without a tail elsewhere on the page settle it
        if other.place == "h1" and _is_within(other.text, offer.text) and offer.text.startswith(other.text):
            return other.text
    text = offer.text
    while (cut := _cut(text, site)) is not None:
        text = cut
    return "" if _is_site(text, site) else _without_rival_label(text, offers)


def _as_stated(heading: str, offers: Sequence[Offer]) -> str:
    """A heading without the label before it or the site's name behind it, where the page's data have neither."""
    for other in offers:
        if other.place in ("jsonld", "og") and _is_within(other.text, heading):
            if heading.endswith(other.text):
                return other.text
            if heading.startswith(other.text) and _SEPARATOR.match(heading, len(other.text)):
                return other.text
    return heading


def _is_within(part: str, whole: str) -> bool:
    return _SHORTEST_HEADLINE < len(part) < len(whole)


def _without_rival_label(text: str, offers: Sequence[Offer]) -> str:
    """`text` without the label in front of it, where another place sets another label before the same words."""
    for label, rest in _labelled(text):
        for other in offers:
            for rival, same in _labelled(other.text):
                if bare(same) == bare(rest) and not _likeness(rival, label):
                    return rest
    return text


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    for match in islice(_SEPARATOR.finditer(text), _MOST_LABELS):
        if len(text) - match.end() > _SHORTEST_HEADLINE:
            yield text[: match.start()], text[match.end() :]


def _cut(text: str, site: Sequence[str]) -> str | None:
    """`text` without a site's name at its end or start; None where there is none."""
    found = list(_SEPARATOR.finditer(text))
    if not found:
        return None
    head, tail = text[: found[-1].start()], text[found[-1].end() :]
    if _may_stand_alone(head) and _is_site(tail, site):
        return head
    head, tail = text[: found[0].start()], text[found[0].end() :]
    if _may_stand_alone(tail) and _is_site(head, site):
        return tail
    return None


def _may_stand_alone(text: str) -> bool:
    return len(_WORDS.findall(text)) >= 2 or len(text) > _SHORTEST_HEADLINE  # some scripts set no spaces


def _is_site(text: str, site: Sequence[str]) -> bool:
    own = _name(text)
    if not own or len(_WORDS.findall(text)) > _LONGEST_SITE_NAME:
        return False
    return any(
        own == name or (len(name) > 3 and (name in own or (len(own) > 3 and own in name))) for name in map(_name, site)
    )


def _name(text: str) -> str:
    return bare(text).removeprefix("www").removeprefix("the")


def _likeness(one: str, other: str) -> float:
    a, b = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    return len(a & b) / len(a | b) if a | b else 0.0
