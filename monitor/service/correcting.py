"""Appends a person's correction and announces what follows from it. Checks nothing of who asks."""

from monitor.events import NewEvent, SignalCorrected
from monitor.log.codec import text_hash
from monitor.service.assembly import Parts


def record_correction(parts: Parts, correction: SignalCorrected) -> None:
    """Append a correction, fold it, read what is due, and announce what changed.

    The same correction twice in a row at the same head of the log is one event.
    """
    about = f"{correction.watch}:{correction.article}:{correction.signal}"
    words = text_hash(f"{correction.venue}\n{correction.date}\n{correction.note}")[:8]
    key = f"correct:{about}:{words}:{parts.log.head()}"
    stream = f"reading/{correction.watch}/{correction.article}"
    parts.log.append([NewEvent(stream, correction, key, actor="person")])
    parts.pipeline.step()
