"""Templates and how values are written in them: times, distances in days, foreign text made harmless."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

import jinja2
from markupsafe import Markup, escape

from monitor.projections.search import END, START

LONGEST_TITLE: Final = 200
LONGEST_SENTENCE: Final = 600
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Control characters, and those that turn the direction of a line around."""
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def environment() -> jinja2.Environment:
    """The templates of this folder; everything is escaped unless a filter below says that it is markup."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        plain=plain, cut=cut, moment=moment, day=day, link=safe_link, host=host, found=found, number="{:,}".format
    )
    made.globals.update(distance=distance, address=address)
    return made


def plain(text: str | None) -> str:
    """Foreign text without control characters and without any that turn the direction of what follows."""
    return _CONTROLS.sub("", text or "")


def cut(text: str | None, longest: int = LONGEST_TITLE) -> str:
    """Foreign text of a bounded length; an ellipsis where something was cut."""
    text = plain(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def safe_link(url: str | None) -> str | None:
    """An address that may be linked: http or https with a host; None for anything else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc and len(url or "") <= 2_000 else None


def host(url: str) -> str:
    """The host of an address; a path, a query or a password in it may be a secret."""
    try:
        return urlsplit(url).hostname or urlsplit(url).scheme
    except ValueError:
        return "?"


def moment(at: datetime | None, form: str = "minute") -> Markup:
    """An instant in UTC, which the page's script rewrites in the reader's zone; `form`: minute or day."""
    if at is None:
        return Markup("–")
    at = at.astimezone(UTC)
    text = f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    text += f", {at:%H:%M} UTC" if form == "minute" else ""
    whole = at.replace(tzinfo=None).isoformat(" ", "seconds")
    # a page has hundreds of them, none with foreign text: Markup.format took a third of the board's time
    return Markup(f'<time datetime="{whole[:10]}T{whole[11:]}Z" title="{whole} UTC" data-form="{form}">{text}</time>')


def day(partial: str | None) -> str:
    """`2018-07-16` → `16 Jul 2018`; shortened dates stay short."""
    if not partial:
        return ""
    year, *rest = partial.split("-")
    words = [str(int(rest[1]))] if len(rest) > 1 else []
    words += [MONTHS[int(rest[0]) - 1]] if rest else []
    return " ".join([*words, year])


def distance(partial: str | None, now: datetime) -> str:
    """How far a whole day is from now, in words; nothing for a date known less exactly."""
    if not partial or len(partial) != len("2018-07-16"):
        return ""
    days = (date.fromisoformat(partial) - now.date()).days
    if abs(days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    count = f"{abs(days):,} days"
    return f"in {count}" if days > 0 else f"{count} ago"


def found(snippet: str | None) -> Markup:
    """A search snippet with what was found marked."""
    pieces: list[Markup] = []
    for part in re.split(f"({START}[^{END}]*{END})", snippet or ""):
        inner = escape(plain(part))
        pieces.append(Markup("<mark>{}</mark>").format(inner) if part.startswith(START) else inner)
    return Markup("").join(pieces)


def address(path: str, **query: object) -> str:
    """A path with those parts of a query that have a value."""
    given = [(key, _query_value(value)) for key, value in query.items() if value is not None and value != ""]
    return f"{path}?{urlencode(given)}" if given else path


def _query_value(value: object) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


def marked(paragraph: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A paragraph in pieces, each with whether it is evidence. Spans out of bounds count as far as they are in."""
    inside = sorted((max(0, start), min(len(paragraph), end)) for start, end in spans)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in inside:
        if end > max(start, at):
            pieces += [(paragraph[at : max(start, at)], False), (paragraph[max(start, at) : end], True)]
            at = end
    return [piece for piece in [*pieces, (paragraph[at:], False)] if piece[0]]
