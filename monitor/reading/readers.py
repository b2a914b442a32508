"""Which reader this installation uses: the learned one where its model can be loaded, else the rules alone."""

from functools import cache

from monitor.reading.model import Reader


@cache
def default_reader() -> Reader:
    """The best reader that can be had here; loaded at the first call, the same object afterwards."""
    from monitor.reading.rules_reader import RulesReader  # here: its tables load slowly, most commands read nothing

    return RulesReader()
