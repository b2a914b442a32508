"""Reads seed-format files from disk into arrivals; what cannot be read is reported, never dropped."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from monitor.events import Origin
from monitor.service.intake import Arrived
from scrapers.article import SeedError
from scrapers.fetch import MAX_BODY
from scrapers.normalize import normalize


class Refused(msgspec.Struct, frozen=True):
    """A file that is not an article, with the reason."""

    path: Path
    reason: str


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the `.txt` files in the folders named, in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.txt"))
        else:
            yield path


def load(path: Path, origin: Origin, now: datetime) -> Arrived | Refused:
    """One file as an arrival. Raw seeds are normalised; a file that is no article is refused with the reason."""
    try:
        if path.stat().st_size > MAX_BODY:
            return Refused(path, f"larger than {MAX_BODY} bytes; split it or cut what is not the article")
        article = normalize(path.read_bytes(), name=str(path))
    except OSError as error:
        return Refused(path, f"{error.strerror}; check the path and its permissions")
    except SeedError as error:
        return Refused(path, str(error))
    return Arrived(article, origin, path.name, now, article.published_precision)
