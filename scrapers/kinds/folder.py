"""A folder into which programs and people drop documents: seed format, raw text or HTML. Changes nothing in it."""

import asyncio
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

from scrapers.article import MAX_BYTES
from scrapers.fetch import Fetcher
from scrapers.source import MAX_ENTRIES, Entry, Listing, Options, Request, SourceFault

SUFFIXES: Final = (".txt", ".html", ".htm", ".md")


class FolderKind:
    """`kind = "folder"`, `url = "file:///..."`. Files whose name begins with a dot are still being written."""

    options: ClassVar[type[Options]] = Options
    schemes: ClassVar[tuple[str, ...]] = ("file",)

    async def poll(self, fetcher: Fetcher, request: Request) -> Listing:  # noqa: ARG002  # a folder needs no network
        """See `Kind`."""
        return await asyncio.to_thread(_read, Path(unquote(urlsplit(request.url).path)), request.digest)


def _read(folder: Path, digest: str | None) -> Listing:
    try:
        found = sorted(_files(folder), reverse=True)
    except OSError as error:
        raise SourceFault(
            f"{folder}: {error.strerror}; make the folder, or name another under url", "folder"
        ) from error
    now = blake2b(repr([(at, size, str(path)) for at, size, path in found]).encode(), digest_size=16).hexdigest()
    if now == digest:
        return Listing(digest=now, not_modified=True)
    entries = tuple(_entry(folder, at, path) for at, _, path in found[:MAX_ENTRIES])
    return Listing(entries, digest=now, cut=max(0, len(found) - MAX_ENTRIES))


def _files(folder: Path) -> list[tuple[int, int, Path]]:
    """(changed in nanoseconds, size, path) of the documents; links out of the folder are not followed."""
    found = []
    for path in folder.iterdir():
        if (
            path.suffix.lower() in SUFFIXES
            and not path.name.startswith(".")
            and path.is_file()
            and not path.is_symlink()
        ):
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size, path))
    return found


def _entry(folder: Path, at: int, path: Path) -> Entry:
    """One byte more than a document may have is read, so that a larger one is refused with that reason."""
    with path.open("rb") as file:
        body = file.read(MAX_BYTES + 1)
    changed = datetime.fromtimestamp(at / 1e9, UTC)
    return Entry(path.relative_to(folder).as_posix(), None, updated=changed.isoformat(), body=body, whole=True)
