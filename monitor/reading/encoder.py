"""Runs the shipped encoder over a framed article: what it makes of each sentence and of the whole. Decides nothing."""

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from monitor.reading.framing import Framed
from monitor.reading.pieces import Piece, Tokenizer, lay
from monitor.statuses import Signal

SIGNALS = tuple(Signal)
LABELS = (*(str(s) for s in Signal), "background", "other-future")
"""What a sentence may say: a signal of the current meeting, an earlier meeting, a further one in the future."""
_SENTENCE, _SENTENCE_WEIGHT = slice(0, len(LABELS)), len(LABELS)
_ARTICLE = slice(len(LABELS) + 1, len(LABELS) + 1 + len(SIGNALS))
_ARTICLE_WEIGHT = len(LABELS) + 1 + len(SIGNALS)
_NOTHING_SAID = tuple(float(label == "none") for label in LABELS)

Numbers = npt.NDArray[np.float32]


class ModelError(Exception):
    """The model cannot be used: absent, damaged, or not for this machine. The text names the file and the mend."""


class Opinion(msgspec.Struct, frozen=True):
    """What the encoder makes of one article."""

    article: tuple[float, ...]
    """Probability of each of `SIGNALS`."""
    sentences: tuple[tuple[float, ...], ...]
    """For each sentence the probability of each of `LABELS`; sentences beyond the encoder's reach are left out."""
    shares: tuple[float, ...]
    """How much each sentence weighed in `article`; together 1."""


class Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used."""

    def run(self, outputs: list[str], inputs: dict[str, npt.NDArray[np.int64]]) -> list[Any]: ...


class Card(msgspec.Struct, frozen=True):
    """`card.json` beside the model: what it is, and the hashes that its files must have."""

    name: str
    model_sha256: str
    tokenizer_sha256: str
    labels: tuple[str, ...]
    temperature: float


class Encoder:
    """The model in `folder`, loaded whole when it is made; one thread, so that the same text gives the same numbers.

    Raises:
        ModelError: a file is absent or not the one that the card names, or onnxruntime refuses it.
    """

    def __init__(self, folder: Path) -> None:
        self.card = read_card(folder)
        self._tokenizer, self._session = _load(folder, self.card)

    @property
    def version(self) -> str:
        """Name and the first eight digits of the model's hash; the name changes with the weighing, too."""
        return f"{self.card.name}:{self.card.model_sha256[:8]}"

    def judge(self, framed: Framed) -> Opinion | None:
        """What the encoder makes of the article; None where it has no words."""
        pieces = lay(framed.front, framed.units, framed.paragraphs, self._tokenizer)
        runs = [(piece, self._run(piece)) for piece in pieces]
        judged = [votes[start:end] for piece, votes in runs for _, start, end in piece.spans]
        return opinion(judged, self.card.temperature) if any(map(len, judged)) else None

    def _run(self, piece: Piece) -> Numbers:
        ids = np.array([piece.ids], dtype=np.int64)
        (votes,) = self._session.run(["votes"], {"ids": ids})
        return np.asarray(votes[0], dtype=np.float32)


def opinion(judged: list[Numbers], temperature: float) -> Opinion:
    """Pool the tokens' votes, sentence by sentence and over the article, each token by its own weight.

    At least one sentence must have tokens; one without any, such as a line of control characters, says nothing.
    """
    article = np.concatenate(judged)
    weights = _softmax(article[:, _ARTICLE_WEIGHT])
    ends = np.cumsum([len(votes) for votes in judged])
    shares = [float(part.sum()) for part in np.split(weights, ends[:-1])]
    return Opinion(
        _rounded(_softmax(weights @ article[:, _ARTICLE] / temperature)),
        tuple(_sentence(votes) if len(votes) else _NOTHING_SAID for votes in judged),
        tuple(round(share, 4) for share in shares),
    )


def _sentence(votes: Numbers) -> tuple[float, ...]:
    return _rounded(_softmax(_softmax(votes[:, _SENTENCE_WEIGHT]) @ votes[:, _SENTENCE]))


def _softmax(values: Numbers) -> Numbers:
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def _rounded(values: Numbers) -> tuple[float, ...]:
    """To four places: what is kept in the log should not hang on the last bits of a processor."""
    return tuple(round(float(v), 4) for v in values)


def read_card(folder: Path) -> Card:
    """The card of the model in `folder`.

    Raises:
        ModelError: there is none, or it is not for this program.
    """
    path = folder / "card.json"
    try:
        card = msgspec.convert(json.loads(path.read_bytes()), Card)
    except FileNotFoundError:
        raise ModelError(f"{path}: there is no model; install the package with its data") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: {error}; install the package again") from error
    if card.labels != LABELS:
        raise ModelError(f"{path}: the model is made for other labels; install the package again")
    return card


def _load(folder: Path, card: Card) -> tuple[Tokenizer, Session]:
    model = _checked(folder / "model.onnx", card.model_sha256)
    words = _checked(folder / "tokenizer.json", card.tokenizer_sha256)
    try:
        import onnxruntime
        from tokenizers import Tokenizer as Words

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return Words.from_buffer(words), session
    except Exception as error:  # onnxruntime and tokenizers raise their own kinds, and ImportError elsewhere
        raise ModelError(f"{folder}: the model cannot be loaded on this machine: {error}") from error


def _checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; install the package again") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path}: not the file that card.json names; install the package again")
    return data
