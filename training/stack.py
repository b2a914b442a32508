"""Fits how the encoder's and the rules' findings are weighed, and shows what that is worth on streams left out.

python -m training.stack training/out/NAME.jsonl --out monitor/reading/data/model/weights.json
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from monitor.reading.compose import features
from monitor.reading.encoder import SIGNALS
from monitor.reading.rules_reader import findings as rules_findings
from monitor.reading.weighing import Finding, Weights, findings, settle
from monitor.statuses import Signal
from training.examples import DATA, read_document, read_watch
from training.predict import Prediction

OFFSET = "offset "
PENALTY = 0.02
"""Of the squared distance from the encoder's own answer, for each article: there are few articles to fit on."""


class Row(msgspec.Struct, frozen=True):
    """One article: what speaks for each signal, and the right one."""

    stream: str
    name: str
    found: Mapping[Signal, Finding]
    signal: Signal
    alternatives: tuple[str, ...] = ()


def stream_folder(name: str) -> Path:
    """Where the stream of that name lies."""
    return next(p for p in (DATA / kind / name for kind in ("dev", "streams", "test")) if p.exists())


def load(paths: Sequence[Path]) -> list[Row]:
    """The articles among the predictions of `training.predict`, each with the rules' findings of today."""
    read = [msgspec.json.decode(line, type=Prediction) for path in paths for line in path.read_bytes().splitlines()]
    rows: list[Row] = []
    for stream in sorted({said.id.split("/")[0] for said in read if "/" in said.id}):
        folder = stream_folder(stream)
        watch, gold = read_watch(folder), json.loads((folder / "gold.json").read_text(encoding="utf-8"))["articles"]
        for said in read:
            if said.id.startswith(f"{stream}/"):
                name = said.id.removeprefix(f"{stream}/")
                told = rules_findings(read_document(folder / "articles" / f"{name}.txt"), watch)
                found = findings(said.opinion, features(told))
                rows.append(Row(stream, name, found, Signal(gold[name]["signal"]), tuple(gold[name].get("alt", ()))))
    return rows


def fit(rows: Sequence[Row]) -> Weights:
    """The weights that make the labels of `rows` most likely, with an offset for each signal, slightly held back.

    The offsets say how far the encoder's idea of how common a signal is was off on these streams. They are fitted so
    that they do not distort the other weights, and not shipped: the last stage of training moves that idea itself.
    """
    names = [*sorted(rows[0].found[Signal.NONE]), *(OFFSET + str(s) for s in SIGNALS)]
    table = np.array([[[with_offset(row.found, s).get(n, 0.0) for n in names] for s in SIGNALS] for row in rows])
    right = table[np.arange(len(rows)), [SIGNALS.index(row.signal) for row in rows]]
    start = np.array([float(n == "article") for n in names])

    def loss(weights: np.ndarray) -> float:
        lost = (logsumexp(table @ weights, axis=1) - right @ weights).mean()
        return float(lost + PENALTY * ((weights - start) ** 2).sum())

    best = minimize(loss, start, method="L-BFGS-B").x
    return {n: round(float(w), 3) for n, w in zip(names, best, strict=True)}


def with_offset(found: Mapping[Signal, Finding], signal: Signal) -> Finding:
    """What speaks for a signal, and that it is this one."""
    return {**found[signal], OFFSET + str(signal): 1.0}


def left_out(rows: Sequence[Row]) -> list[tuple[Row, dict[Signal, float]]]:
    """Each article read with weights fitted on all the other streams."""
    found = []
    for stream in sorted({row.stream for row in rows}):
        weights = fit([row for row in rows if row.stream != stream])
        own = [row for row in rows if row.stream == stream]
        found += [(row, settle({s: with_offset(row.found, s) for s in SIGNALS}, weights)) for row in own]
    return found


def report(read: Sequence[tuple[Row, dict[Signal, float]]]) -> str:
    """Right articles by stream (also with defensible alternatives), F1 by signal, and how reliable confidence is."""
    best = [(row, max(p, key=lambda s: p[s]), max(p.values())) for row, p in read]
    lines = []
    for stream in (*sorted({row.stream for row, _, _ in best}), "all"):
        own = [(row, said) for row, said, _ in best if stream in (row.stream, "all")]
        strict = sum(said is row.signal for row, said in own)
        fair = sum(said is row.signal or said in row.alternatives for row, said in own)
        lines.append(f"{stream}: {strict}/{len(own)} {strict / len(own):.3f}, with alternatives {fair / len(own):.3f}")
    f1s = {s: _f1([(row.signal is s, said is s) for row, said, _ in best]) for s in SIGNALS}
    lines.append(
        "F1 " + " ".join(f"{s} {f:.2f}" for s, f in f1s.items()) + f" macro {sum(f1s.values()) / len(f1s):.3f}"
    )
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01)):
        own = [(c, said is row.signal) for row, said, c in best if low <= c < high]
        if own:
            right, mean = sum(ok for _, ok in own) / len(own), sum(c for c, _ in own) / len(own)
            lines.append(f"confidence {low:.2f}-{high:.2f}: {len(own)} articles, mean {mean:.2f}, right {right:.2f}")
    return "\n".join(lines)


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    both = sum(a and b for a, b in pairs)
    return 2 * both / max(1, sum(a for a, _ in pairs) + sum(b for _, b in pairs))


def main() -> None:
    """Read the command line, report on streams left out, and write the weights fitted on all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path, nargs="+")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = load(args.predictions)
    print("encoder alone\n" + report([(r, {s: float(np.exp(r.found[s]["article"])) for s in SIGNALS}) for r in rows]))
    print("\nweighed, each stream left out\n" + report(left_out(rows)))
    fitted = fit(rows)
    print(fitted)
    if args.out:
        weights = {name: weight for name, weight in fitted.items() if not name.startswith(OFFSET)}
        args.out.write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")


if __name__ == "__main__":
    main()
