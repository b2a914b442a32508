"""Bytes of a page → text, in the order browsers use, UTF-8 checked first. Parses no HTML."""

from __future__ import annotations

import re
from typing import Final

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_WITHIN: Final = 2048
"""Pages must declare their encoding early (the HTML standard says 1,024 bytes; real ones need more)."""
_LABELS: Final = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
                  "ascii": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
                  "x-sjis": "cp932", "shift_jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}  # fmt: skip
"""Labels that the WHATWG encoding standard reads as another, wider encoding."""


def decode_page(data: bytes, content_type: str | None = None) -> str:
    """The text of a page, without NUL characters; bytes that do not fit become U+FFFD, never an error.

    A byte order mark counts most; then bytes that are valid UTF-8 are UTF-8, whatever is declared (FreshRSS #7510);
    then the Content-Type header, then the page's own declaration, then windows-1252.

    Args:
        data: the body as fetched, after decompression.
        content_type: the Content-Type header.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").replace("\0", "")
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError as error:
        at_the_end = error.start > len(data) - 4 and error.reason == "unexpected end of data"
        cut_short = at_the_end and not data[: error.start].isascii()
    declared = [match[1] for match in [_HEADER_CHARSET.search(content_type or "")] if match]
    declared += [match[1].decode("ascii", "replace") for match in [_META_CHARSET.search(data[:_META_WITHIN])] if match]
    if cut_short:
        declared.insert(0, "utf-8")
    for label in (*declared, "cp1252"):
        codec = _codec(label)
        if codec is not None:
            return data.decode(codec, "replace").replace("\0", "")
    raise AssertionError("windows-1252 is always there")


def _codec(label: str) -> str | None:
    name = _LABELS.get(label.lower(), label)
    try:
        b" ".decode(name)
    except (LookupError, ValueError):
        return None
    return name
