"""JSON APIs, read by a mapping of their keys. Fetches no article."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

import msgspec

from scrapers.fetch import Fetcher
from scrapers.identity import article_key
from scrapers.kinds.asking import ask
from scrapers.kinds.jsonfeed import decode_json, stamp_of, text_of, web_address
from scrapers.source import MAX_ENTRIES, Entry, Listing, Options, Request, SourceFault, page_of

MAX_ANSWER: Final = 6_000_000


class ApiOptions(Options, frozen=True, kw_only=True):
    """Where in the answer things stand: keys joined by dots, numbers for places in a list (`data.0.items`)."""

    items: str = ""
    """The list of entries; the whole answer without it."""
    url: str | None = "url"
    """In each entry, as are the following."""
    id: str | None = None
    """What makes it the same entry; its address without it."""
    title: str = "title"
    published: str | None = None
    updated: str | None = None
    body: str | None = None
    """The article's own text, HTML or plain."""
    whole: bool = False
    """Whether `body` is all of the article, so that no page is fetched."""
    next: str | None = None
    """The address of the next page, in the answer."""
    pages: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    """Pages to read at most."""


class ApiKind:
    """`kind = "api"`"""

    options: ClassVar[type[Options]] = ApiOptions
    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:
        """See `Kind`."""
        assert isinstance(request.options, ApiOptions)
        return await poll_api(fetcher, request, request.url, request.options)


async def poll_api(fetcher: Fetcher, request: Request, url: str, options: ApiOptions) -> Listing:
    """Ask an API at `url` and read its answer by a mapping.

    Raises:
        FetchError: no usable answer.
        SourceFault: the answer is not JSON, or not as the mapping says.
    """
    first = await ask(fetcher, request, url, limit=MAX_ANSWER)
    if first.unchanged(request):
        return first.listing(not_modified=True)
    entries: dict[str, Entry] = {}
    answer, seen = first.response, {first.response.url}
    for _ in range(options.pages):
        value = decode_json(answer.body, answer.url)
        entries |= {entry.key: entry for entry in read_answer(value, answer.url, options, request.now)}
        following = web_address(answer.url, at_path(value, options.next)) if options.next else None
        if following is None or following in seen or len(seen) == options.pages:
            break
        seen.add(following)
        answer = await fetcher.fetch(following, limit=MAX_ANSWER)
    return first.listing(tuple(entries.values()))


def read_answer(value: Any, url: str, options: ApiOptions, now: datetime) -> list[Entry]:
    """The entries of one answer.

    Raises:
        SourceFault: there is no list where the mapping says, or no entry in it that the mapping fits.
    """
    items = at_path(value, options.items)
    if not isinstance(items, list):
        raise SourceFault(f"{url}: no list at items = {options.items!r} in the answer", "no match")
    entries = [entry for item in items[: 2 * MAX_ENTRIES] if (entry := _entry(item, url, options, now)) is not None]
    if items and not entries:
        raise SourceFault(f"{url}: {len(items)} items, none with an address at url = {options.url!r}", "no match")
    return entries


def at_path(value: Any, path: str | None) -> Any:
    """What stands at a path; None where the path leads nowhere."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _entry(item: Any, base: str, options: ApiOptions, now: datetime) -> Entry | None:
    url = web_address(base, at_path(item, options.url)) if options.url else None
    title = text_of(at_path(item, options.title))[:500]
    body = page_of(title, text_of(at_path(item, options.body))) if options.body else b""
    whole = bool(body) and options.whole
    key = text_of(at_path(item, options.id)) if options.id else article_key(url) if url else ""
    if not key or not (url or whole):
        return None
    published = stamp_of(at_path(item, options.published), now) if options.published else None
    updated = stamp_of(at_path(item, options.updated), now) if options.updated else None
    stamp = published or updated
    return Entry(
        key[:500],
        url,
        title,
        stamp.rfc3339() if stamp else None,
        updated.rfc3339() if updated else None,
        stamp.precision if stamp else "unknown",
        body,
        whole,
    )
