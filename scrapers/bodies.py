"""Reads a response's body within bounds, decompressing as it goes. Knows no HTTP beyond Content-Encoding."""

import zlib
from collections.abc import AsyncIterator
from typing import Final

ACCEPTED: Final = "gzip, deflate"
"""What we say we accept: formats whose output can be bounded while it is made."""
WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class BodyError(ValueError):
    """The body breaks its bounds or its encoding."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The decoded body, at most `limit` bytes.

    Raises:
        BodyError: it is longer, or not in the encoding it declares, or in one we did not ask for.
    """
    inflate = _inflate(encoding.strip().lower())
    body = bytearray()
    async for chunk in chunks:
        body += inflate(chunk, limit + 1 - len(body)) if inflate else chunk
        if len(body) > limit:
            raise BodyError(f"more than {limit} bytes after decompression")
    if inflate is not None and body and not inflate.complete:
        raise BodyError("the compressed body ends in the middle")
    return bytes(body)


def _inflate(encoding: str) -> "_Inflate | None":
    if encoding in ("", "identity"):
        return None
    if encoding not in WINDOWS:
        raise BodyError(f"sent in {encoding!r}, which was not asked for")
    return _Inflate(WINDOWS[encoding])


class _Inflate:
    """gzip, zlib, or the headless deflate that some servers send; never makes more than it is asked for."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether the end of the compressed data was reached."""
        return self._stream.eof

    def __call__(self, chunk: bytes, room: int) -> bytes:
        try:
            out = self._stream.decompress(chunk, room)
        except zlib.error as error:
            if self._begun or self._window != zlib.MAX_WBITS:
                raise BodyError(f"broken compression: {error}") from error
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
            out = self._stream.decompress(chunk, room)
        self._begun = True
        return out
