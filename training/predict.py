"""Writes what an exported model says of labelled texts, one JSON line a text, and counts what is right.

python -m training.predict --model FOLDER --data behaviour dev --out training/out/NAME.jsonl
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from monitor.reading.encoder import LABELS, SIGNALS, Encoder, Opinion
from training.examples import DATA, Example, passages, stream


class Prediction(msgspec.Struct, frozen=True):
    """What the model made of one labelled text."""

    id: str
    signal: str | None
    """The label of the whole; None for a window."""
    paragraphs: tuple[int, ...]
    """The paragraph of each sentence."""
    opinion: Opinion


def labelled(kinds: Sequence[str]) -> Iterator[Example]:
    """Examples of `behaviour`, of a passage file (`y1`), of one stream folder (`dev/biden-xi`), or of all (`dev`)."""
    for kind in kinds:
        if kind == "behaviour":
            yield from passages([DATA / "behaviour.jsonl"])
        elif (DATA / "passages" / f"{kind}.jsonl").exists():
            yield from passages([DATA / "passages" / f"{kind}.jsonl"])
        elif (DATA / kind / "gold.json").exists():
            yield from stream(DATA / kind)
        else:
            for folder in sorted(p for p in (DATA / kind).iterdir() if (p / "gold.json").exists()):
                yield from stream(folder)


def marks(example: Example, opinion: Opinion) -> Iterator[tuple[str, bool]]:
    """What was asked, and whether it was answered rightly: the article's signal, and single sentences' labels."""
    source = example.id.split("/")[0] if "/" in example.id else "passages"
    if example.article:
        yield source, _best(opinion.article, SIGNALS) == example.article
    for target in example.targets:
        if target.first == target.last < len(opinion.sentences):
            yield f"{source}: sentences", _best(opinion.sentences[target.first], LABELS) in target.labels


def _best(probabilities: Sequence[float], names: Sequence[str]) -> str:
    return names[max(range(len(names)), key=probabilities.__getitem__)]


def main() -> None:
    """Read the command line, predict, and print how many are right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", nargs="+", default=["behaviour", "dev"])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    encoder = Encoder(args.model)
    right: dict[str, list[bool]] = {}
    with args.out.open("wb") as out:
        for example in labelled(args.data):
            opinion = encoder.judge(example.framed)
            if opinion is None:
                continue
            said = Prediction(example.id, example.article, example.framed.paragraphs, opinion)
            out.write(msgspec.json.encode(said) + b"\n")
            for asked, answered in marks(example, opinion):
                right.setdefault(asked, []).append(answered)
    for asked, answers in sorted(right.items()):
        print(f"{asked}: {sum(answers)}/{len(answers)} {sum(answers) / len(answers):.3f}")


if __name__ == "__main__":
    main()
