"""Compares policies on labelled streams: read perfectly, by made-up readers, or by the program's own. Trains nothing.

python -m training.policy_study dev streams            tables in Markdown, made-up readers
python -m training.policy_study dev streams --reader DIR [--only NAME ...]
                                                       the same with the learned reader whose model is in DIR
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from monitor.meetings.fold import fold
from monitor.meetings.model import Observation, Policy
from monitor.reading.model import Reader as ArticleReader
from monitor.reading.readers import reader_of
from training.gold_streams import Stream, Tally, observations, read_stream, tally, together
from training.noise import Reader, misread
from training.read_streams import reports_of_reader

DATA: Final = Path(__file__).parent / "data"
SEEDS: Final = range(5)
SIGHTS: Final = (2.6, 2.9, 3.2)
QUIET: Final = 5
"""Articles without news for each labelled one, in the table of a quiet watch."""
NAMED: Final = {
    "every article counts": Policy(1, 1, True, 0.0, 1.1, 0.0),
    "two outlets": Policy(2, 2, False, 0.0, 1.1, 0.0),
    "two outlets, one for a proposal": Policy(2, 1, False, 0.0, 1.1, 0.0),
    "two outlets or one official": Policy(2, 1, True, 0.0, 1.1, 0.0),
    "the same, and certainty 0.75": Policy(2, 1, True, 0.0, 1.1, 0.75),
    "certainty 0.75 alone": Policy(1, 1, True, 0.0, 1.1, 0.75),
    "certainty 0.9 alone": Policy(1, 1, True, 0.0, 1.1, 0.9),
    "the default": Policy(),
}
GRID: Final = tuple(
    Policy(voices, 1, True, 0.0, sure, least)
    for voices, least, sure in product((1, 2), (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9), (0.8, 0.85, 0.9, 0.95))
    if sure >= least and (voices == 2 or sure == 0.95)
)
"""Of one voice, a lone sure report needs no rule of its own: there one value of it stands for all."""
Seen = Mapping[str, Sequence[tuple[Stream, Sequence[Observation]]]]
"""By stream: each reading of it, one for a real reader, one for each seed for a made-up one."""


def outcome(read: Iterable[tuple[Stream, Sequence[Observation]]], policy: Policy) -> Tally:
    """How a policy fares on streams as they were read."""
    return together(_one(stream, seen, policy) for stream, seen in read)


def _one(stream: Stream, seen: Sequence[Observation], policy: Policy) -> Tally:
    """Articles strewn into the stream stand, for the score, at the labelled article before them."""
    order = sorted(seen, key=lambda one: (one.published, one.article))
    labelled, at = stream.order[0], {}
    for one in order:
        labelled = one.article if one.article in stream.published else labelled
        at[one.article] = labelled
    changes = [(at[c.article], c.status) for c in fold(stream.watch, seen, policy).changes]
    return replace(tally(stream, changes), articles=len(seen))


def leave_one_out(seen: Seen) -> tuple[Tally, dict[str, Policy]]:
    """Each stream under the policy that is worth most on the others: what to expect of a stream never seen."""
    fared = {(name, n): outcome(reads, policy) for name, reads in seen.items() for n, policy in enumerate(GRID)}

    def worth(n: int, without: str) -> float:
        return together(fared[name, n] for name in seen if name != without).worth

    picks = {name: max(range(len(GRID)), key=partial(worth, without=name)) for name in seen}
    return together(fared[pick] for pick in picks.items()), {name: GRID[n] for name, n in picks.items()}


def made_up(streams: Sequence[Stream], sight: float, quiet: int = 0) -> Seen:
    """The streams as a made-up reader sees them, once for each seed."""
    return {s.name: [(s, misread(s, Reader(sight), seed, quiet)) for seed in SEEDS] for s in streams}


def table(title: str, seen: Seen) -> Iterator[str]:
    """The named policies in Markdown."""
    reads = [read for of_stream in seen.values() for read in of_stream]
    yield f"\n{title}\n"
    yield "| policy | F1 | precision | recall | worth | false in 100 | delay |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, policy in NAMED.items():
        yield row(name, outcome(reads, policy))


def row(name: str, t: Tally) -> str:
    """One line of a table."""
    return (
        f"| {name} | {t.f1:.3f} | {t.precision:.3f} | {t.recall:.3f} | {t.worth:.3f} "
        f"| {t.false_per_100:.2f} | {t.mean_delay:.2f} |"
    )


def right(seen: Seen) -> float:
    """Share of the labelled articles whose signal was read right."""
    hits: list[bool] = [
        one.main.signal == stream.gold["articles"][one.article]["signal"]
        for reads in seen.values()
        for stream, observed in reads
        for one in observed
        if one.article in stream.published
    ]
    return sum(hits) / len(hits)


def study(streams: Sequence[Stream], reader: ArticleReader | None) -> Iterator[str]:
    """All tables."""
    yield from table("Read perfectly", {s.name: [(s, observations(s))] for s in streams})
    if reader is not None:
        seen: Seen = {s.name: [(s, reports_of_reader(s, reader))] for s in streams}
        yield from table(f"{reader.version}, {right(seen):.0%} of the articles right", seen)
        yield from _left_out(seen)
        return
    for sight in SIGHTS:
        seen = made_up(streams, sight)
        yield from table(f"A made-up reader, {right(seen):.0%} of the articles right", seen)
        yield from _left_out(seen)
    seen = made_up(streams, 3.2, QUIET)
    yield from table(f"The reader of {right(seen):.0%} on a quiet watch: {QUIET} articles without news for each", seen)


def _left_out(seen: Seen) -> Iterator[str]:
    tallied, picks = leave_one_out(seen)
    yield row("chosen on the other streams", tallied)
    kinds = {(p.voices, p.least_certainty, p.sure_confidence) for p in picks.values()}
    yield f"\nChosen (voices, least certainty, sure confidence): {sorted(kinds)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", help="folders of streams under training/data")
    parser.add_argument("--reader", type=Path, help="read the articles with the model in this folder")
    parser.add_argument("--only", nargs="+", help="only these streams: those that the model never saw")
    asked = parser.parse_args()
    folders = [folder for name in asked.folders for folder in sorted((DATA / name).iterdir())]
    chosen = [read_stream(folder) for folder in folders if not asked.only or folder.name in asked.only]
    for line in study(chosen, reader_of(asked.reader) if asked.reader else None):
        print(line, flush=True)


if __name__ == "__main__":
    main()
