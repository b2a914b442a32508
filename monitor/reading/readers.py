"""Which reader this installation uses: the learned one where its model can be loaded, else the rules alone."""

import logging
from functools import cache
from pathlib import Path

from monitor.reading.encoder import ModelError
from monitor.reading.learned import LearnedReader
from monitor.reading.model import Reader
from monitor.reading.rules_reader import RulesReader

MODEL = Path(__file__).parent / "data" / "model"
logger = logging.getLogger(__name__)


@cache
def default_reader() -> Reader:
    """The best reader that can be had here; loaded at the first call, the same object afterwards."""
    return reader_of(MODEL)


def reader_of(folder: Path) -> Reader:
    """The reader with the model in `folder`, or by rules alone, with a warning in the log, where it cannot be used."""
    try:
        return LearnedReader(folder)
    except ModelError as error:
        logger.warning("reading by rules alone, with lower confidence: %s", error)
        return RulesReader()
