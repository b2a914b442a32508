"""Reads a response's body within bounds, decompressing as it goes. Knows no HTTP beyond Content-Encoding."""

import zlib
from collections.abc import AsyncIterator
from typing import Final

ACCEPTED: Final = "gzip, deflate"
"""What we say we accept: formats whose output can be bounded while it is made."""
MAX_MEMBERS: Final = 1_000
"""Parts of one gzip body; each costs a new decompressor."""


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
    if inflate is not None:
        inflate.end()
    return bytes(body)


def gunzip(data: bytes, limit: int) -> bytes:
    """A gzip file's content, at most `limit` bytes.

    Raises:
        BodyError: it is longer, or not gzip.
    """
    inflate = _Inflate("gzip")
    body = inflate(data, limit + 1)
    if len(body) > limit:
        raise BodyError(f"more than {limit} bytes after decompression")
    inflate.end()
    return body


def _inflate(encoding: str) -> "_Inflate | None":
    if encoding in ("", "identity"):
        return None
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise BodyError(f"sent in {encoding!r}, which was not asked for")
    return _Inflate(encoding)


class _Inflate:
    """gzip of one or more members, zlib, or the headless deflate that some servers send. Its output is bounded by
    `room`: it never makes more than it is asked for."""

    def __init__(self, encoding: str) -> None:
        self._gzip = encoding != "deflate"
        self._head = b""
        self._stream: zlib._Decompress | None = None
        self._members = 0

    def __call__(self, chunk: bytes, room: int) -> bytes:
        data = self._head + chunk
        if self._stream is None and len(data) < 2:
            self._head = data
            return b""
        self._head = b""
        out = bytearray()
        try:
            while data and len(out) < room:
                stream = self._stream = self._stream or self._begin(data)
                out += stream.decompress(data, room - len(out))
                data = stream.unused_data
                if stream.eof and (not self._gzip or not data.startswith(b"\x1f\x8b")):
                    break  # what follows the last member is padding
                self._stream = None if stream.eof else stream
        except zlib.error as error:
            raise BodyError(f"broken compression: {error}") from error
        return bytes(out)

    def _begin(self, data: bytes) -> "zlib._Decompress":
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BodyError(f"compressed in more than {MAX_MEMBERS} parts")
        if self._gzip:
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        headed = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0  # RFC 1950, 2.2
        return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)

    def end(self) -> None:
        """Say that no more data follows.

        Raises:
            BodyError: more should have followed.
        """
        if self._head or (self._stream is not None and not self._stream.eof):
            raise BodyError("the compressed body ends in the middle")
