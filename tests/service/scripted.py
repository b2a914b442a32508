"""A reader that does as the text says: for tests of everything behind the reader's port."""

from monitor.reading.model import Document, PastMeeting, Reading, Span, Watch
from monitor.statuses import Signal, Speaker


class ScriptedReader:
    """Reads a first paragraph such as `agreed Helsinki 2018-07-16 official`; anything else says nothing."""

    version = "scripted-1"

    def read(self, document: Document, watch: Watch) -> Reading:  # noqa: ARG002  # the port's
        words = document.paragraphs[0].split() if document.paragraphs else []
        if len(words) < 4 or words[0] not in set(Signal):
            return Reading(Signal.NONE, self.version)
        signal, venue, date, speaker = words[:4]
        background = tuple(PastMeeting(*pair.split("@")) for pair in words[4:] if "@" in pair)
        return Reading(
            Signal(signal),
            self.version,
            None if venue == "-" else venue,
            None if date == "-" else date,
            Span(0, 0, len(document.paragraphs[0]), document.paragraphs[0]),
            Speaker(speaker),
            0.9,
            background,
        )
