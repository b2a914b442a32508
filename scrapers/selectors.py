"""CSS selectors as BeautifulSoup has them: checked with the configuration, used on pages of bounded size."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from bs4 import BeautifulSoup
from soupsieve import SelectorSyntaxError
from soupsieve import compile as compile_selector

MAX_TAGS: Final = 30_000
"""Real front pages have up to 10,000; BeautifulSoup's time grows with the square where they are nested."""
Selector = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class PageTooLarge(Exception):
    """More elements than selectors are tried on."""


def check_selectors(settings: msgspec.Struct, *keys: str) -> None:
    """Refuse selectors that are none, with the configuration rather than on the first page.

    Raises:
        ValueError: one is no CSS selector; the text names its key.
    """
    for key in keys:
        selector = getattr(settings, key)
        try:
            compile_selector(selector or "*")
        except SelectorSyntaxError as error:
            raise ValueError(f"{key} = {selector!r} is not a CSS selector: {str(error).splitlines()[0]}") from error


def parsed(text: str) -> BeautifulSoup:
    """A page to use selectors on.

    Raises:
        PageTooLarge: it has too many elements.
    """
    if text.count("<") > 2 * MAX_TAGS:
        raise PageTooLarge(f"a page of more than {MAX_TAGS} elements")
    return BeautifulSoup(text, "lxml")
