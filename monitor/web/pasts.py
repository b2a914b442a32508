"""Keeps what was folded as of a moment, since such an address is shared and asked for again. Folds nothing itself."""

import sqlite3
import threading
from collections import OrderedDict
from datetime import datetime
from typing import Final

import msgspec

from monitor.meetings.model import WatchState
from monitor.projections.health import positions
from monitor.projections.watches import watch_state

KEPT: Final = 400
"""States; one of a busy watch takes about 100 kB without its verdicts."""


class Pasts:
    """States of watches as of moments, good as long as the state tables stand at the same position."""

    def __init__(self) -> None:
        self._states: OrderedDict[tuple[str, datetime, int], WatchState] = OrderedDict()
        self._lock = threading.Lock()

    def state(self, connection: sqlite3.Connection, watch: str, as_of: datetime | None) -> WatchState:
        """A watch as it was known then, with the last verdict only; the present state, whole, for None."""
        if as_of is None:
            return watch_state(connection, watch)
        key = (watch, as_of, positions(connection).get("state", 0))
        with self._lock:
            if known := self._states.get(key):
                self._states.move_to_end(key)
                return known
        state = watch_state(connection, watch, as_of)
        state = msgspec.structs.replace(state, verdicts=state.verdicts[-1:])
        with self._lock:
            self._states[key] = state
            while len(self._states) > KEPT:
                self._states.popitem(last=False)
        return state
