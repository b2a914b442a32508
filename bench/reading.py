"""How fast articles are read on one core: the learned reader beside the rules alone, over the labelled streams.

python -m bench.reading
"""

import time
from pathlib import Path
from typing import Final

from monitor.reading.model import Document, Reader, Watch
from monitor.reading.readers import default_reader
from monitor.reading.rules_reader import RulesReader
from monitor.service.backtest import load_articles, load_watch
from scrapers.article import parse_instant

STREAMS: Final = Path(__file__).parent.parent / "training" / "data" / "dev"


def articles() -> list[tuple[Document, Watch]]:
    """Every article of the streams with the watch it is read for."""
    found = []
    for folder in sorted(STREAMS.iterdir()):
        told = load_watch(folder / "watch.toml")
        watch = Watch(told.name, told.principals)
        for arrived in load_articles(folder).values():
            one = arrived.article
            published = parse_instant(one.published) if one.published else None
            found.append((Document(one.title, one.paragraphs, published, one.source), watch))
    return found


def seconds(reader: Reader, read: list[tuple[Document, Watch]]) -> float:
    """CPU seconds an article; the first is read once before, to load what is loaded late."""
    reader.read(*read[0])
    begun = time.process_time()
    for document, watch in read:
        reader.read(document, watch)
    return (time.process_time() - begun) / len(read)


def main() -> None:
    """Print both and their ratio."""
    read = articles()
    rules, learned = seconds(RulesReader(), read), seconds(default_reader(), read)
    print(f"{len(read)} articles: {1 / learned:.1f} a CPU second, rules {1 / rules:.0f}; ratio {learned / rules:.1f}")


if __name__ == "__main__":
    main()
