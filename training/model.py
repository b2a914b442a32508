"""The network: an encoder and one linear layer that gives every token its votes. Knows no files but the encoder's."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoConfig, AutoModel

from monitor.reading.framing import MASKS
from monitor.reading.pieces import Piece, lay
from training.examples import LABELS, SIGNALS, Example

SENTENCE = slice(0, len(LABELS))
SENTENCE_WEIGHT = len(LABELS)
ARTICLE = slice(len(LABELS) + 1, len(LABELS) + 1 + len(SIGNALS))
ARTICLE_WEIGHT = len(LABELS) + 1 + len(SIGNALS)
OUTPUTS = ARTICLE_WEIGHT + 1
"""For each token: votes for the labels of its sentence and their weight, votes for the article and their weight."""


def load_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's own tokenizer with the masks added, without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.add_special_tokens(list(MASKS))
    return tokenizer


class Votes(nn.Module):
    """Token ids in, `OUTPUTS` numbers for every token out."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, layers: int | None = None) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(folder)
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        if layers:
            config.num_hidden_layers = layers
        self.encoder = AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False)
        self.encoder.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
        words = self.encoder.get_input_embeddings().weight
        words.requires_grad_(False)
        for mask, word in zip(MASKS, ("alpha", "beta"), strict=True):
            words[tokenizer.token_to_id(mask)] = words[tokenizer.token_to_id(word)]
        self.dropout = nn.Dropout(0.1)
        self.votes = nn.Linear(config.hidden_size, OUTPUTS)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.votes(self.dropout(hidden).float() if not self.training else self.dropout(hidden))


def pool(votes: torch.Tensor, columns: slice, weight: int) -> torch.Tensor:
    """Votes of the tokens given, weighted by the tokens' own weights: (tokens, OUTPUTS) -> (classes,)."""
    return torch.softmax(votes[:, weight], 0) @ votes[:, columns]


class Batch:
    """Examples laid out for one run: padded ids, and where each sentence stands."""

    def __init__(self, examples: Sequence[Example], pieces: Sequence[Sequence[Piece]], pad: int) -> None:
        self.examples = examples
        self.pieces = pieces
        rows = [piece for own in pieces for piece in own]
        longest = max(len(row.ids) for row in rows)
        self.ids = torch.tensor([[*row.ids, *[pad] * (longest - len(row.ids))] for row in rows])
        self.mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows])

    def judged(self, votes: torch.Tensor) -> list[tuple[torch.Tensor, list[tuple[int, int, int]]]]:
        """For each example the votes of all its judged tokens, and (unit, start, end) into them."""
        found, row = [], 0
        for own in self.pieces:
            parts, spans, at = [], [], 0
            for piece in own:
                first = piece.spans[0][1]
                parts.append(votes[row, first : piece.spans[-1][2]])
                spans += [(unit, start - first + at, end - first + at) for unit, start, end in piece.spans]
                at += len(parts[-1])
                row += 1
            found.append((torch.cat(parts), spans))
        return found


def pieces_of(example: Example, tokenizer: Tokenizer) -> tuple[Piece, ...]:
    """The example's pieces, as they will be at run time."""
    return lay(example.framed.front, example.framed.units, example.framed.paragraphs, tokenizer)


def pad_id(tokenizer: Tokenizer) -> int:
    """The id that fills a short row."""
    return next(i for t in ("<pad>", "[PAD]") if (i := tokenizer.token_to_id(t)) is not None)
