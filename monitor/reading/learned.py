"""The reader that asks the encoder and the rules, and weighs both. Trains nothing; falls back on nothing."""

from pathlib import Path

import msgspec

from monitor.reading.background import Belief
from monitor.reading.claims import Told
from monitor.reading.compose import compose, features
from monitor.reading.encoder import LABELS, Encoder, ModelError, Opinion
from monitor.reading.framing import frame
from monitor.reading.model import Document, Reading, Watch
from monitor.reading.rules_reader import VERSION as RULES
from monitor.reading.rules_reader import findings as rules_findings
from monitor.reading.times import publication_day
from monitor.reading.venues import gazetteer
from monitor.reading.weighing import Weights, findings, settle
from monitor.statuses import Signal

_UNREAD: Belief = {"none": 1.0}
"""What is believed of sentences beyond the encoder's reach."""


class LearnedReader:
    """Reads one article for one watch with the model in `folder`; deterministic.

    Raises:
        ModelError: the model is absent, damaged, or not for this machine.
    """

    def __init__(self, folder: Path) -> None:
        self._encoder = Encoder(folder)
        self._weights = _read_weights(folder / "weights.json")
        self.version = f"{self._encoder.version}+{RULES}"

    def read(self, document: Document, watch: Watch) -> Reading:
        """What the article says of the watch's meeting. Never raises on any text."""
        on = publication_day(document)
        told = rules_findings(document, watch)
        opinion = self.opinion(document, watch, told)
        if opinion is None:
            return compose(told, on, gazetteer(), self.version, (Signal.NONE, 0.99))
        settled = settle(findings(opinion, features(told)), self._weights)
        signal = max(settled, key=lambda s: settled[s])
        beliefs = [_belief(p) for p in opinion.sentences] + [_UNREAD] * (len(told) - len(opinion.sentences))
        return compose(told, on, gazetteer(), self.version, (signal, round(settled[signal], 3)), beliefs)

    def opinion(self, document: Document, watch: Watch, told: tuple[Told, ...]) -> Opinion | None:
        """What the encoder makes of the article; None, unasked, where it mentions no principal or their country."""
        if not any(mention.who for t in told for mention in t.line.mentions):
            return None
        on = publication_day(document)
        return self._encoder.judge(frame([t.line.sentence for t in told], watch, on))


def _belief(probabilities: tuple[float, ...]) -> Belief:
    return dict(zip(LABELS, probabilities, strict=True))


def _read_weights(path: Path) -> Weights:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, float])
    except (OSError, msgspec.MsgspecError) as error:
        raise ModelError(f"{path}: {error}; install the package again") from error
