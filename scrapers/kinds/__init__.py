"""The kinds of sources by name: our own, and those that installed packages offer. Polls nothing."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

import msgspec

from scrapers.source import Kind, Options

GROUP: Final = "summitwatch.sources"
OWN: Final = {
    "feed": "scrapers.kinds.feed:FeedKind",
    "listing": "scrapers.kinds.listing:ListingKind",
    "sitemap": "scrapers.kinds.sitemap:SitemapKind",
    "api": "scrapers.kinds.api:ApiKind",
    "gdelt": "scrapers.kinds.searches:GdeltKind",
    "google-news": "scrapers.kinds.searches:GoogleNewsKind",
    "folder": "scrapers.kinds.folder:FolderKind",
}


class UnfitSource(ValueError):
    """A source's settings cannot be used; the text begins with the key."""


def kind_names() -> tuple[str, ...]:
    """Every kind there is, our own first."""
    return (*OWN, *sorted({point.name for point in entry_points(group=GROUP)} - set(OWN)))


@cache
def kind_named(name: str) -> Kind:
    """The kind of that name.

    Raises:
        UnfitSource: there is none, or the package that offers it cannot be loaded.
    """
    if name in OWN:
        module, _, attribute = OWN[name].partition(":")
        kind: Kind = getattr(import_module(module), attribute)()
        return kind
    for point in entry_points(group=GROUP, name=name):
        try:
            offered: Kind = point.load()()
        except Exception as error:  # a third party's code may raise anything
            raise UnfitSource(f"kind: {name!r} from {point.value} cannot be loaded: {error}") from error
        return offered
    raise UnfitSource(f"kind: there is no kind {name!r}; there are {', '.join(kind_names())}")


def fitting_options(name: str, url: str, given: dict[str, Any]) -> Options:
    """A source's options, checked against its kind, and so is its address.

    Raises:
        UnfitSource: something does not fit; the text names the key.
    """
    kind = kind_named(name)
    scheme = url.partition("://")[0]
    if scheme not in kind.schemes:
        forms = " or ".join(f"{scheme}://..." for scheme in kind.schemes if scheme)
        raise UnfitSource(f"url: {url!r} does not suit kind {name!r}; write {forms}")
    try:
        return msgspec.convert(given, type=kind.options)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$.")
        key = f"options.{where.rstrip('`')}" if where else "options"
        raise UnfitSource(f"{key}: {text}; kind {name!r} takes {_taken(kind.options)}") from error


def _taken(options: type[Options]) -> str:
    return ", ".join(options.__struct_fields__) or "none"
