"""Counts what readers get right on labelled passages and streams, side by side. Fits nothing.

python -m training.evaluate keywords rules monitor/reading/data/model --streams dev
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.reading.learned import LearnedReader
from monitor.reading.model import Document, Reader
from monitor.reading.rules_reader import RulesReader
from monitor.statuses import Signal
from training.examples import DATA, day, read_document, read_watch, watch_of
from training.keywords import KeywordReader

Pair = tuple[str, str]
"""The label, and what was read."""


def reader_named(name: str) -> Reader:
    """`keywords`, `rules`, or the folder of a model."""
    return {"keywords": KeywordReader, "rules": RulesReader}.get(name, lambda: LearnedReader(Path(name)))()


def behaviour(reader: Reader) -> dict[str, list[Pair]]:
    """The behaviour passages by phenomenon."""
    found = defaultdict(list)
    for line in (DATA / "behaviour.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = Document("", (row["text"],), day(row["published"]))
        found[row["phenomenon"]].append((row["signal"], str(reader.read(document, watch_of(row["principals"])).signal)))
    return found


def articles(reader: Reader, folder: Path) -> Iterator[Pair]:
    """The articles of one stream; what a careful person could defend as well counts as the label."""
    watch = read_watch(folder)
    for name, gold in sorted(json.loads((folder / "gold.json").read_text(encoding="utf-8"))["articles"].items()):
        said = str(reader.read(read_document(folder / "articles" / f"{name}.txt"), watch).signal)
        yield (said if said in gold.get("alt", ()) else gold["signal"]), said


def accuracy(pairs: Sequence[Pair]) -> float:
    """The share that is right."""
    return sum(gold == said for gold, said in pairs) / max(1, len(pairs))


def macro_f1(pairs: Sequence[Pair]) -> float:
    """The mean F1 of the signals that occur."""
    found = []
    for signal in map(str, Signal):
        sizes = sum(g == signal for g, _ in pairs) + sum(s == signal for _, s in pairs)
        if any(g == signal for g, _ in pairs):
            found.append(2 * sum(g == s == signal for g, s in pairs) / sizes)
    return sum(found) / max(1, len(found))


def main() -> None:
    """Read the command line and print a table for each reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="+")
    parser.add_argument("--streams", default="dev", help="folder of streams in training/data")
    parser.add_argument("--only", nargs="*", help="these streams alone")
    args = parser.parse_args()
    folders = sorted(p.parent for p in (DATA / args.streams).glob("*/gold.json"))
    for name in args.readers:
        reader = reader_named(name)
        phenomena = behaviour(reader)
        passages = [pair for pairs in phenomena.values() for pair in pairs]
        worst = sorted((accuracy(pairs), phenomenon) for phenomenon, pairs in phenomena.items())[:4]
        print(f"{reader.version}: behaviour {accuracy(passages):.3f}, macro F1 {macro_f1(passages):.3f}, worst {worst}")
        everything: list[Pair] = []
        for folder in folders:
            if not args.only or folder.name in args.only:
                pairs = list(articles(reader, folder))
                everything += pairs
                print(f"  {folder.name}: {accuracy(pairs):.3f} of {len(pairs)}")
        print(
            f"  all: {accuracy(everything):.3f} of {len(everything)}, macro F1 {macro_f1(everything):.3f}", flush=True
        )


if __name__ == "__main__":
    main()
