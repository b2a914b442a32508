"""Puts together what is known of an article's time of publication. The rule which stamp counts is in dates.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from scrapers.article import BASIS_KEY, PRECISION_KEY, RANGE_KEY, Basis, Precision
from scrapers.dates import Candidate, Stamp, choose, find_stamps, read_stamp
from scrapers.dating import work_out
from scrapers.identity import day_in_url

_UPDATED = re.compile(r"\b(?:updated|modified|edited|revised|last (?:changed|update))\b", re.IGNORECASE)
_PUBLISHED = re.compile(r"\b(?:published|posted|created|issued)\b", re.IGNORECASE)


def publication(
    declared: Sequence[Candidate],
    *,
    date_lines: Sequence[str] = (),
    url: str | None = None,
    paragraphs: Sequence[str] = (),
    captions: Sequence[str] = (),
    updated: Stamp | None = None,
    latest: datetime | None = None,
) -> dict[str, Any]:
    """`published`, `updated` and the header entries that say how sure `published` is, as fields of an Article.

    Args:
        declared: by the page and the feed, in order of rank.
        date_lines: what stands around the article on the page; only full dates in it count.
        url: of the article; a day in its path counts least of what is written.
        paragraphs: title and own words, for a day worked out from the text where nothing is written.
        captions: of its pictures, for the same.
        updated: as the page declares it.
        latest: the moment of the fetch.
    """
    written, changed = _written(date_lines)
    in_url = day_in_url(url) if url else None
    candidates = [*declared, *(Candidate(stamp, Basis.PAGE) for stamp in written)]
    if in_url:
        candidates.append(Candidate(_midnight(in_url), Basis.URL))
    chosen = choose(candidates, latest)
    fields: dict[str, Any] = {}
    if chosen is not None:
        fields = _fields(chosen.stamp, chosen.stamp.precision, chosen.basis)
    elif worked_out := work_out(paragraphs, captions, latest.date() if latest else None):
        first, last = worked_out.first, worked_out.last
        precision = Precision.DAY if first == last else Precision.RANGE
        fields = _fields(_midnight(first), precision, Basis.TEXT, None if first == last else f"{first}/{last}")
    updated = updated or changed
    if updated and (latest is None or updated.at <= latest):
        fields["updated"] = updated.rfc3339()
    return fields


def stated(text: str | None, basis: Basis) -> list[Candidate]:
    """What a feed or a page's own data states as a time; empty where it is none."""
    stamp = read_stamp(text) if text else None
    return [Candidate(stamp, basis)] if stamp else []


def _fields(stamp: Stamp, precision: Precision, basis: Basis, span: str | None = None) -> dict[str, Any]:
    header = [(PRECISION_KEY, precision.value), (BASIS_KEY, basis.value)]
    if span:
        header.append((RANGE_KEY, span))
    return {"published": stamp.rfc3339(), "header": tuple(header)}


def _written(lines: Sequence[str]) -> tuple[list[Stamp], Stamp | None]:
    """The stamps in date lines, those called "published" first; and the one called "updated"."""
    published: list[Stamp] = []
    plain: list[Stamp] = []
    updated: Stamp | None = None
    for line in lines:
        for label, stamp in _labelled(line):
            if _UPDATED.search(label):
                updated = updated or stamp
            elif _PUBLISHED.search(label):
                published.append(stamp)
            else:
                plain.append(stamp)
    found = published + plain
    return (found or ([updated] if updated else [])), updated


def _labelled(line: str) -> Iterator[tuple[str, Stamp]]:
    at = 0
    for stamp in find_stamps(line):
        yield line[at : stamp.start], stamp
        at = stamp.end


def _midnight(day: date) -> Stamp:
    return Stamp(datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY)
