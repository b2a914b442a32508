"""OPML 2.0 subscription lists: read and write. Fetches nothing."""

from collections.abc import Iterable
from html import escape
from typing import Final

import msgspec
from lxml import etree

MAX_BYTES: Final = 5_000_000


class OpmlError(ValueError):
    """A file that is not OPML."""


class Outline(msgspec.Struct, frozen=True):
    """One feed of a list."""

    url: str
    title: str = ""
    language: str | None = None


def read_opml(data: bytes, name: str) -> list[Outline]:
    """The feeds in an OPML file, each address once; `name` is what errors call it.

    Raises:
        OpmlError: too large, or not OPML.
    """
    if len(data) > MAX_BYTES:
        raise OpmlError(f"{name}: larger than {MAX_BYTES} bytes; split it")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OpmlError(f"{name}: not OPML: {error}") from error
    if root is None or root.tag != "opml":
        raise OpmlError(f"{name}: not OPML: export the list of feeds as OPML and give that file")
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        url = (element.get("xmlUrl") or element.get("xmlurl") or "").strip()
        if url.startswith(("http://", "https://")):
            title = (element.get("title") or element.get("text") or "").strip()
            found.setdefault(url, Outline(url, title, element.get("language")))
    return list(found.values())


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """An OPML document of these feeds."""
    lines = [
        f'    <outline type="rss" text="{escape(o.title)}" title="{escape(o.title)}" xmlUrl="{escape(o.url)}"'
        + (f' language="{escape(o.language)}"' if o.language else "")
        + "/>"
        for o in outlines
    ]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            f"  <head><title>{escape(title)}</title></head>",
            "  <body>",
            *lines,
            "  </body>",
            "</opml>\n",
        )
    )
