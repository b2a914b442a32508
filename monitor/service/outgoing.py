"""The operational tables of alerting: how far each channel has considered the log, what is on its way. Not history."""

from collections.abc import Sequence

import msgspec

from monitor.log.database import Database

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS alert_cursors (channel TEXT PRIMARY KEY, position INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS flights (
        alert TEXT PRIMARY KEY, channel TEXT NOT NULL, outcome TEXT NOT NULL)""",
)


class Flight(msgspec.Struct, frozen=True):
    """An attempt that began."""

    alert: str
    channel: str
    outcome: str
    """Idempotency key of the event that will say what came of it."""


class Outgoing:
    """The tables, over one database connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            for statement in SCHEMA:
                connection.execute(statement)

    def register(self, channels: Sequence[str], head: int) -> None:
        """Know these channels and no others; a new one is told of what comes after `head`."""
        with self._database.transaction() as connection:
            for channel in channels:
                connection.execute("INSERT INTO alert_cursors VALUES (?, ?) ON CONFLICT DO NOTHING", (channel, head))
            marks = ",".join("?" * len(channels))
            connection.execute(f"DELETE FROM alert_cursors WHERE channel NOT IN ({marks})", tuple(channels))

    def considered(self, channel: str) -> int:
        """The last position that was decided on for a channel."""
        row = self._database.connection.execute(
            "SELECT position FROM alert_cursors WHERE channel = ?", (channel,)
        ).fetchone()
        return int(row[0])

    def consider(self, channels: Sequence[str], position: int) -> None:
        """Everything up to a position has been decided on."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE alert_cursors SET position = ? WHERE channel = ?", [(position, name) for name in channels]
            )

    def take_off(self, flight: Flight) -> None:
        """An attempt begins. Where this cannot be written nothing may be sent: neither could its outcome."""
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO flights VALUES (?, ?, ?)", (flight.alert, flight.channel, flight.outcome))

    def land(self, flight: Flight) -> None:
        """The outcome of an attempt stands in the log."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM flights WHERE alert = ?", (flight.alert,))

    def flights(self) -> list[Flight]:
        """Attempts of which nobody knows how they ended."""
        rows = self._database.connection.execute("SELECT alert, channel, outcome FROM flights ORDER BY alert")
        return [Flight(*row) for row in rows.fetchall()]
