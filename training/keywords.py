"""The reader that the others are measured against: the first status with a keyword in the text. Not for use."""

import re

from monitor.reading.model import Document, Reading, Watch
from monitor.statuses import Signal

_WORDS = (
    (Signal.CANCELLED, r"cancel\w*|called? off|scrapp\w+|turned down|will not (?:meet|take place)"),
    (Signal.POSTPONED, r"postpon\w+|delay\w*|put off|pushed back|resched\w+"),
    (Signal.HELD, r"met (?:with )?\w+|shook hands|held talks|sat down|wrapped up"),
    (Signal.AGREED, r"will (?:meet|host|hold)|agreed to|announced|is set for|scheduled"),
    (Signal.PROPOSED, r"invit\w+|propos\w+|would like to|ready to meet|open to|possible (?:meeting|summit)"),
)


class KeywordReader:
    """Reads by keywords, only where both surnames stand."""

    version = "keywords-1"

    def read(self, document: Document, watch: Watch) -> Reading:
        """The first of the statuses, from the latest to the earliest, that has a keyword in the article."""
        text = "\n".join((document.title, *document.paragraphs))
        if all(p.name.split()[-1] in text or p.name.split()[0] in text for p in watch.principals):
            for signal, words in _WORDS:
                if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
                    return Reading(signal, self.version)
        return Reading(Signal.NONE, self.version)
