"""Fine-tunes an encoder on passages, windows and articles together. Does not export, stack or report.

python -m training.train --encoder FOLDER --out training/out/NAME.pt
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch.nn import functional

from training.examples import DATA, LABELS, SIGNALS, Example, Target, passages, stream
from training.model import (
    ARTICLE,
    ARTICLE_WEIGHT,
    SENTENCE,
    SENTENCE_WEIGHT,
    Batch,
    Votes,
    load_tokenizer,
    pad_id,
    pieces_of,
    pool,
)

TOKENS_A_STEP = 1600
CLASS_WEIGHT = {"postponed": 1.5, "cancelled": 1.5, "held": 1.2}
SMOOTHING = 0.05


def material(args: argparse.Namespace) -> list[tuple[Example, ...]]:
    """Each example twice: with the principals as given, and turned round."""
    left_out = set(args.without)
    kinds = {"passages": ("w*.jsonl", DATA / "passages"), "windows": ("y*.jsonl", DATA / "passages")}
    found: list[tuple[Example, ...]] = []
    for kind in args.data:
        if kind in kinds:
            pattern, folder = kinds[kind]
            paths = sorted(folder.glob(pattern))
            both = list(zip(passages(paths), passages(paths, swap=True), strict=True))
            found += random.Random(args.seed).sample(both, round(args.share * len(both)))
            continue
        for folder in sorted(p for p in (DATA / kind).iterdir() if (p / "gold.json").exists()):
            if folder.name not in left_out:
                found += zip(stream(folder), stream(folder, swap=True), strict=True)
    return found


def batches(lengths: Sequence[int], generator: random.Random, budget: int = TOKENS_A_STEP) -> Iterator[list[int]]:
    """Numbers of examples of like length, about `budget` padded tokens at a time, in random order."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] * generator.uniform(0.85, 1.15))
    found: list[list[int]] = [[]]
    for i in order:
        if found[-1] and (len(found[-1]) + 1) * lengths[i] > budget:
            found.append([])
        found[-1].append(i)
    generator.shuffle(found)
    yield from found


def span_loss(votes: torch.Tensor, spans: Sequence[tuple[int, int, int]], target: Target) -> torch.Tensor | None:
    """How badly the sentences' label is read; None where they were cut off."""
    inside = [(start, end) for unit, start, end in spans if target.first <= unit <= target.last]
    if not inside:
        return None
    scores = functional.log_softmax(pool(votes[inside[0][0] : inside[-1][1]], SENTENCE, SENTENCE_WEIGHT), 0)
    wanted = torch.logsumexp(scores[[LABELS.index(label) for label in target.labels]], 0)
    return -(1 - SMOOTHING) * wanted - SMOOTHING * scores.mean()


def batch_loss(batch: Batch, votes: torch.Tensor) -> torch.Tensor:
    """Mean loss of the sentences, plus mean loss of the articles."""
    sums, weights = [torch.zeros(()), torch.zeros(())], [1e-6, 1e-6]
    for example, (own, spans) in zip(batch.examples, batch.judged(votes), strict=True):
        for target in example.targets:
            loss = span_loss(own, spans, target)
            weight = target.weight * CLASS_WEIGHT.get(target.labels[0], 1.0)
            if loss is not None:
                sums[0], weights[0] = sums[0] + weight * loss, weights[0] + weight
        if example.article:
            weight = example.article_weight * CLASS_WEIGHT.get(example.article, 1.0)
            loss = functional.cross_entropy(
                pool(own, ARTICLE, ARTICLE_WEIGHT),
                torch.tensor(SIGNALS.index(example.article)),
                label_smoothing=SMOOTHING,
            )
            sums[1], weights[1] = sums[1] + weight * loss, weights[1] + weight
    return sums[0] / max(weights[0], 1.0) + sums[1] / max(weights[1], 1.0)


def train(args: argparse.Namespace) -> None:
    """Train and write the weights to `args.out` after every epoch."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    generator = random.Random(args.seed)
    tokenizer = load_tokenizer(args.encoder)
    model = Votes(args.encoder, tokenizer, args.layers)
    if args.start:
        model.load_state_dict(torch.load(args.start))
    examples = material(args)
    pieces = [tuple(pieces_of(version, tokenizer) for version in both) for both in examples]
    lengths = [sum(len(piece.ids) for piece in own[0]) for own in pieces]
    print(f"{len(examples)} examples, {sum(lengths)} tokens", flush=True)
    free = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(free, lr=args.lr, weight_decay=0.01, fused=True)
    steps = args.epochs * len(list(batches(lengths, random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.08 * steps)) * (0.02 + 0.98 * max(0.0, 1 - step / steps))
    )
    begin, pad = time.monotonic(), pad_id(tokenizer)
    for epoch in range(args.epochs):
        model.train()
        total, count = 0.0, 0
        for chosen in batches(lengths, generator):
            side = generator.randrange(2)
            batch = Batch([examples[i][side] for i in chosen], [pieces[i][side] for i in chosen], pad)
            with torch.autocast("cpu", torch.bfloat16):
                votes = model(batch.ids, batch.mask)
            loss = batch_loss(batch, votes.float())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(free, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total, count = total + loss.item(), count + 1
            if count % 25 == 0:
                print(f"{epoch} {count} {total / count:.3f} {time.monotonic() - begin:.0f}s", flush=True)
        torch.save(model.state_dict(), args.out)
        print(f"epoch {epoch} loss {total / count:.3f} {time.monotonic() - begin:.0f}s", flush=True)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the published encoder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--layers", type=int, help="keep only this many of the encoder's layers")
    parser.add_argument("--data", nargs="+", default=["passages", "windows", "streams"])
    parser.add_argument("--without", nargs="*", default=[], help="streams to leave out")
    parser.add_argument("--share", type=float, default=1.0, help="of the passages and windows, drawn by the seed")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--lr", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
