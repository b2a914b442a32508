"""Every watch at a glance, as of now or of a moment. Reads only."""

import sqlite3
from datetime import datetime

import msgspec

from monitor.projections.moments import Place, place
from monitor.projections.standing import Standing, standing, unconfirmed
from monitor.projections.watches import watch_names
from monitor.reading.model import Principal


class Card(Standing, frozen=True, kw_only=True):
    """One watch at a glance."""

    watch: str
    principals: tuple[str, ...]
    unconfirmed: Standing | None = None
    """A later change that still lacks voices."""
    last_article: datetime | None = None
    """Publication of the last article that speaks of the principals."""


def cards(connection: sqlite3.Connection, as_of: datetime | None = None) -> list[Card]:
    """A card for each watch in use, by name."""
    return [card(connection, watch, as_of) for watch in watch_names(connection)]


def card(connection: sqlite3.Connection, watch: str, as_of: datetime | None = None) -> Card:
    """One watch; what was published up to `as_of` (UTC) counts, or everything.

    Raises:
        KeyError: there is no such watch.
    """
    until = place(as_of)
    return Card(
        watch=watch,
        principals=principals(connection, watch),
        unconfirmed=unconfirmed(connection, watch, until),
        last_article=_last_article(connection, watch, until),
        **msgspec.structs.asdict(standing(connection, watch, until)),
    )


def principals(connection: sqlite3.Connection, watch: str) -> tuple[str, ...]:
    """The names of the people a watch follows.

    Raises:
        KeyError: there is no such watch.
    """
    row = connection.execute("SELECT principals FROM watches WHERE watch = ? AND NOT removed", (watch,)).fetchone()
    if row is None:
        raise KeyError(watch)
    return tuple(p.name for p in msgspec.json.decode(row[0], type=tuple[Principal, ...]))


def _last_article(connection: sqlite3.Connection, watch: str, until: Place) -> datetime | None:
    (at,) = connection.execute("SELECT max(at) FROM readings WHERE watch = ? AND at <= ?", (watch, until[0])).fetchone()
    return datetime.fromisoformat(at) if at else None
