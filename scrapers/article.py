"""The Article and the seed format: read and write, to the byte. Does not fetch, clean or date anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

MAX_BYTES: Final = 2_000_000
"""A seed-format file larger than this is refused: the longest real articles are under 200 kB."""
KNOWN_KEYS: Final = ("url", "source", "published", "language", "author", "updated")
PRECISION_KEY: Final = "published-precision"
BASIS_KEY: Final = "published-basis"
RANGE_KEY: Final = "published-range"
_FENCE: Final = "---"
_HEADER_LINE = re.compile(r"([a-z][a-z0-9_-]*):(?: (.*))?")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)*\n")


class SeedError(ValueError):
    """A document that is not in the seed format; the text says what is wrong and where."""


class Precision(StrEnum):
    """How exactly the time of publication is known (`published-precision` in the header)."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    RANGE = "range"
    """Between two days, both in `published-range` as `first/last`; `published` is the first."""
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What the time of publication rests on (`published-basis` in the header)."""

    DECLARED = "declared"
    """The feed, or the page's own machine-readable data."""
    PAGE = "page"
    """A date line that a reader of the page sees."""
    URL = "url"
    """The address of the article."""
    TEXT = "text"
    """Worked out from what the article says."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One article in its own words."""

    title: str
    paragraphs: tuple[str, ...] = ()
    url: str | None = None
    source: str | None = None
    published: str | None = None
    """RFC 3339 in UTC, as it stands in the header; None where unknown."""
    language: str | None = None
    """BCP 47."""
    author: str | None = None
    updated: str | None = None
    header: tuple[tuple[str, str], ...] = ()
    """The header lines in order, unknown keys too: what makes the round trip exact. Where a known key has
    another value in its field, the field counts."""

    @property
    def text(self) -> str:
        """The paragraphs joined by blank lines, without the title."""
        return "\n\n".join(self.paragraphs)

    @property
    def published_precision(self) -> Precision:
        """What the header says of it, else what the form of `published` allows."""
        stated = dict(self.header).get(PRECISION_KEY)
        if stated in set(Precision):
            return Precision(stated)
        if self.published is None:
            return Precision.UNKNOWN
        return Precision.SECOND if "T" in self.published else Precision.DAY


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant or date as an aware UTC datetime.

    Raises:
        ValueError: it is neither.
    """
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def decode_seed(data: bytes, name: str) -> str:
    """The text of a seed-format file with plain line ends; `name` is what errors call it.

    Raises:
        SeedError: too large, not UTF-8, with NUL characters, or empty.
    """
    if len(data) > MAX_BYTES:
        raise SeedError(f"{name}: {len(data):,} bytes, more than {MAX_BYTES:,}: cut it to one article")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedError(f"{name}: not UTF-8 at byte {error.start}: save it as UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SeedError(f"{name}: NUL character in line {line}: this is not a text file, or a damaged one")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SeedError(f"{name}: empty: it needs a title at least")
    return text


def split_header(text: str, name: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The header's lines as (key, value) and what follows it; no lines where there is no header.

    Raises:
        SeedError: a header that is not closed, a line that is not `key: value`, a known key given twice.
    """
    lines = text.lstrip("\n").split("\n")
    if lines[0] != _FENCE:
        return (), text
    if _FENCE not in lines[1:]:
        raise SeedError(f"{name}: the header opened in line 1 is not closed: end it with a line {_FENCE}")
    end = lines.index(_FENCE, 1)
    header: list[tuple[str, str]] = []
    for number, line in enumerate(lines[1:end], start=2):
        match = _HEADER_LINE.fullmatch(line)
        if match is None:
            raise SeedError(f"{name}: line {number} of the header is not `key: value`: {line[:60]!r}")
        key, value = match[1], match[2] or ""
        if key in KNOWN_KEYS and key in dict(header):
            raise SeedError(f"{name}: header key `{key}` is given twice: keep one")
        header.append((key, value))
    return tuple(header), "\n".join(lines[end + 1 :])


def read_article(data: bytes, name: str) -> Article:
    """Read a seed-format document, with or without header; `name` is what errors call it.

    Raises:
        SeedError: not in the seed format.
    """
    header, body = split_header(decode_seed(data, name), name)
    blocks = [block.strip("\n") for block in _BLANK_LINES.split(body) if block.strip()]
    if not blocks:
        raise SeedError(f"{name}: no title: write it on the first line after the header")
    title, _, rest = blocks[0].partition("\n")
    known = {key: value.strip() or None for key, value in header if key in KNOWN_KEYS}
    for key in ("published", "updated"):
        _check_instant(known.get(key), key, name)
    paragraphs = ([rest] if rest else []) + blocks[1:]
    return Article(title=title.strip(), paragraphs=tuple(paragraphs), header=header, **known)


def write_article(article: Article) -> bytes:
    """The article as a seed-format document; `read_article` gives the same article back.

    Raises:
        SeedError: a title or paragraph that the format cannot hold (blank, or with a blank line inside), or a
            header value with a line break.
    """
    title, header = article.title, _header_lines(article)
    if not title.strip() or title != title.strip() or "\n" in title:
        raise SeedError(f"title {title[:60]!r} is not one line of text")
    for paragraph in article.paragraphs:
        if not paragraph.strip() or paragraph != paragraph.strip("\n") or _BLANK_LINES.search(paragraph):
            raise SeedError(f"paragraph {paragraph[:60]!r} is not one block of text")
    body = "\n\n".join((title, *article.paragraphs)) + "\n"
    if "\0" in body or "\r" in body:
        raise SeedError("the seed format holds neither NUL nor carriage return characters")
    if header or title == _FENCE:
        body = "\n".join((_FENCE, *header, _FENCE, body))
    return body.encode()


def _header_lines(article: Article) -> list[str]:
    fields: dict[str, str | None] = {key: getattr(article, key) for key in KNOWN_KEYS}
    entries = []
    for key, value in article.header:
        kept = value if key not in fields or fields[key] == (value.strip() or None) else fields[key]
        fields.pop(key, None)
        if kept is not None:
            entries.append((key, kept))
    entries = [(key, value) for key, value in fields.items() if value is not None] + entries
    lines = [f"{key}: {value}" if value else f"{key}:" for key, value in entries]
    for line in lines:
        if _HEADER_LINE.fullmatch(line) is None or "\r" in line or "\0" in line:
            raise SeedError(f"header line {line[:60]!r} is not `key: value` on one line")
    return lines


def _check_instant(value: str | None, key: str, name: str) -> None:
    if value is None:
        return
    try:
        parse_instant(value)
    except ValueError:
        raise SeedError(
            f"{name}: header key `{key}`: {value[:40]!r} is no RFC 3339 time: write 2018-06-28T11:42:00Z"
        ) from None
