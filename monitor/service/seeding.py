"""Plants the seeds in a log that has no article yet. Reads files; raises no alert."""

import logging
from collections.abc import Callable
from datetime import datetime

from monitor.config import Config
from monitor.events import Origin
from monitor.service.assembly import Parts
from monitor.service.documents import Refused, files, load

logger = logging.getLogger(__name__)


def plant_seeds(config: Config, parts: Parts, now: datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Record and read the configured seeds if the log holds no article. -> how many were new."""
    folder = config.seeds
    if folder is None or next(parts.log.read(types=("ArticleRecorded",), limit=1), None) is not None:
        return 0
    loaded = [load(path, Origin.SEED, now) for path in files([folder])]
    for item in loaded:
        if isinstance(item, Refused):
            logger.warning("seed %s is left out: %s", item.path, item.reason)
    planted = parts.pipeline.record(item for item in loaded if not isinstance(item, Refused))
    parts.pipeline.step(stop)
    logger.info("planted %d seeds from %s", len(planted), folder)
    return len(planted)
