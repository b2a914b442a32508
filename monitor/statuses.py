"""The words of the codebook: what an article signals and what status a meeting has. Holds no rules."""

from enum import StrEnum

PartialDate = str
"""An ISO 8601 date cut to what is known: `2018`, `2018-07` or `2018-07-16`."""


class Signal(StrEnum):
    """What one article, read alone on its day, says of the current meeting."""

    NONE = "none"
    PROPOSED = "proposed"
    AGREED = "agreed"
    HELD = "held"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Speaker(StrEnum):
    """Who stands behind a claim."""

    OFFICIAL = "official"
    """On the record, by a principal or an office of either side."""
    HOST = "host"
    """On the record, by the mediator or the country where it is to take place."""
    ANONYMOUS = "anonymous"
    OUTLET = "outlet"
    """The article says it in its own voice."""
    OUTSIDER = "outsider"
    """An analyst, a former official, another country."""
    NOBODY = "none"
