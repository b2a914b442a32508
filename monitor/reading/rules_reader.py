"""The reader that works by rules alone: puts the layers together behind the port. Needs no model."""

from functools import lru_cache

from monitor.reading.cast import Role, roles
from monitor.reading.claims import Listener, Told
from monitor.reading.compose import compose
from monitor.reading.coreference import lines
from monitor.reading.model import Document, Reading, Watch
from monitor.reading.sentences import split
from monitor.reading.speakers import Speakers
from monitor.reading.spotting import Spotter
from monitor.reading.tables import tables
from monitor.reading.times import publication_day
from monitor.reading.venues import gazetteer

VERSION = "rules-2"


class RulesReader:
    """Reads one article for one watch by rules; deterministic."""

    version = VERSION

    def read(self, document: Document, watch: Watch) -> Reading:
        """What the article says of the watch's meeting. Never raises on any text."""
        return compose(findings(document, watch), publication_day(document), gazetteer(), VERSION)


def findings(document: Document, watch: Watch) -> tuple[Told, ...]:
    """What the layers find in each sentence of the article, in its order."""
    on = publication_day(document)
    cast, spotter, speakers = _knowledge(watch, on.year if on else None)
    return Listener(cast, speakers, gazetteer(), on).told(lines(split(document), spotter))


@lru_cache(maxsize=64)
def _knowledge(watch: Watch, year: int | None) -> tuple[tuple[Role, ...], Spotter, Speakers]:
    cast = roles(watch, tables(), year)
    return cast, Spotter(cast, tables()), Speakers(cast, tables())
