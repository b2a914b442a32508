"""Log lines on standard error, for people or as JSON. Formats, and keeps one lasting fault from filling the journal."""

import json
import logging
import sys
import time
from typing import Final

from monitor.log import LogError

REPEAT_SECONDS: Final = 60
"""The same error is said at most once in this time: a full disk meets every job, every second."""


class Calm(logging.Filter):
    """Lets an error that lasts through once a minute, with its count; storage faults come without a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        if record.levelno < logging.ERROR:
            return True
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, LogError):
            record.exc_info = None
        text = record.getMessage()
        key = f"{text} {fault!r}"
        last, times = self._last.get(key, (float("-inf"), 0))
        if record.created - last < REPEAT_SECONDS:
            self._last[key] = last, times + 1
            return False
        if times:
            record.msg, record.args = f"{text} (and {times} times since it was last said)", ()
        self._last = {k: v for k, v in self._last.items() if record.created - v[0] < 10 * REPEAT_SECONDS}
        self._last[key] = record.created, 0
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        fields = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def set_up_logs(log_format: str) -> None:
    """Send the program's log lines to standard error as `text` or `json`; libraries speak from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Calm())
    if log_format == "json":
        handler.setFormatter(JsonFormatter())
    else:
        text = logging.Formatter("%(asctime)sZ %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")
        text.converter = time.gmtime
        handler.setFormatter(text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("monitor", "scrapers"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # the daemon reports its jobs' troubles itself
