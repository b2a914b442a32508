"""Writes trained weights as the small quantised model that the program ships. Does not train or judge.

python -m training.export --encoder FOLDER --weights training/out/NAME.pt --out monitor/reading/data/model
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from tokenizers import Tokenizer
from torch import nn

from training.examples import DATA, LABELS, Example, passages, stream
from training.model import Votes, load_tokenizer, pieces_of

COMMON_WORDS = 14_000
"""The vocabulary is ordered by how often a word stands in English text: its head is kept, and all that the data use."""


class SmallWords(nn.Module):
    """Word vectors as 8-bit integers with one scale a word."""

    def __init__(self, vectors: torch.Tensor) -> None:
        super().__init__()
        scale = vectors.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("table", torch.round(vectors / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.table[ids].float() * self.scale[ids]


class Unmasked(nn.Module):
    """The network for one row without padding."""

    def __init__(self, votes: Votes) -> None:
        super().__init__()
        self.votes = votes

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.votes(ids, torch.ones_like(ids))


def kept_words(tokenizer: Tokenizer, used: set[int]) -> list[int]:
    """Ids to keep, in the old order: specials and single letters, frequent words, and what the data use."""
    words = tokenizer.get_vocab()
    added = set(tokenizer.get_added_tokens_decoder())
    short = {i for word, i in words.items() if len(word.removeprefix("##")) == 1}
    return sorted(added | short | used | set(range(4)) | {i for i in words.values() if i < COMMON_WORDS})


def smaller_tokenizer(tokenizer: Tokenizer, kept: Sequence[int]) -> str:
    """The same tokenizer with the kept words only, numbered anew, as JSON."""
    data = json.loads(tokenizer.to_str())
    number = {old: new for new, old in enumerate(kept)}
    data["model"]["vocab"] = {w: number[i] for w, i in data["model"]["vocab"].items() if i in number}
    data["added_tokens"] = [{**token, "id": number[token["id"]]} for token in data["added_tokens"]]
    data["post_processor"] = None
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def all_examples() -> list[Example]:
    """Everything the writers wrote, to see which words it uses."""
    found = list(passages(sorted((DATA / "passages").glob("*.jsonl"))))
    for folder in sorted(p.parent for p in DATA.glob("*/*/gold.json")):
        found += stream(folder)
    return found


def write_graph(model: Votes, out: Path) -> None:
    """`ids` (rows, tokens) in, `votes` (rows, tokens, OUTPUTS) out; matrix weights in 7 of 8 bits, for each column.

    Seven bits, because processors without VNNI instructions saturate at eight and would answer otherwise.
    """
    with tempfile.TemporaryDirectory() as work:
        full, ready = Path(work) / "full.onnx", Path(work) / "ready.onnx"
        torch.onnx.export(
            Unmasked(model),
            (torch.full((2, 16), 5, dtype=torch.int64),),
            str(full),
            input_names=["ids"],
            output_names=["votes"],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in ("ids", "votes")},
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(full, ready, skip_symbolic_shape=True)
        quantize_dynamic(
            ready,
            out,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )


def export(args: argparse.Namespace) -> None:
    """Write model.onnx, tokenizer.json and card.json into `args.out`."""
    tokenizer = load_tokenizer(args.encoder)
    model = Votes(args.encoder, tokenizer, args.layers)
    model.load_state_dict(torch.load(args.weights))
    model.eval()
    used = {i for example in all_examples() for piece in pieces_of(example, tokenizer) for i in piece.ids}
    kept = kept_words(tokenizer, used)
    vectors = model.encoder.get_input_embeddings().weight.detach()[kept]
    model.encoder.set_input_embeddings(SmallWords(vectors))
    args.out.mkdir(parents=True, exist_ok=True)
    write_graph(model, args.out / "model.onnx")
    (args.out / "tokenizer.json").write_text(smaller_tokenizer(tokenizer, kept), encoding="utf-8")
    card = {
        "name": args.name,
        "model_sha256": _sha256(args.out / "model.onnx"),
        "tokenizer_sha256": _sha256(args.out / "tokenizer.json"),
        "labels": LABELS,
        "temperature": args.temperature,
    }
    (args.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card), len(kept), "words", (args.out / "model.onnx").stat().st_size, "bytes")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--name", default="mpnet9-1")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True)
    export(parser.parse_args())


if __name__ == "__main__":
    main()
