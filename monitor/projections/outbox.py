"""Folds alerts into the outbox: what is still to be told, how often it was tried, which thread it belongs to."""

import sqlite3
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from monitor.events import AlertAbandoned, AlertFailed, AlertQueued, AlertResent, AlertSent, Recorded
from monitor.log.codec import iso

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS outbox (
        alert TEXT PRIMARY KEY, channel TEXT NOT NULL, kind TEXT NOT NULL, watch TEXT, thread TEXT,
        state TEXT NOT NULL, queued_at TEXT NOT NULL, next_at TEXT NOT NULL, set_at TEXT NOT NULL,
        attempts INTEGER NOT NULL, unknowns INTEGER NOT NULL, tries_left_to TEXT NOT NULL, reason TEXT,
        ended_at TEXT, answer TEXT, recipients TEXT NOT NULL, refused TEXT NOT NULL, told_in TEXT,
        causes TEXT NOT NULL, why TEXT NOT NULL, text TEXT, position INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS outbox_state ON outbox (state, channel, next_at)",
    "CREATE INDEX IF NOT EXISTS outbox_told_in ON outbox (told_in)",
    "CREATE INDEX IF NOT EXISTS outbox_ended_at ON outbox (channel, ended_at)",
    """CREATE TABLE IF NOT EXISTS outbox_causes (
        cause INTEGER NOT NULL, channel TEXT NOT NULL, alert TEXT NOT NULL, kind TEXT NOT NULL, thread TEXT,
        PRIMARY KEY (cause, channel, alert)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS outbox_threads (
        channel TEXT NOT NULL, thread TEXT NOT NULL, reference TEXT NOT NULL, alert TEXT NOT NULL,
        PRIMARY KEY (channel, thread)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS outbox_channels (
        channel TEXT PRIMARY KEY, held_until TEXT, set_at TEXT NOT NULL) WITHOUT ROWID""",
)


class OutboxProjection:
    """Every alert with its state: queued, told (in another one), sent or abandoned."""

    name: ClassVar[str] = "outbox"
    version: ClassVar[int] = 3
    types: ClassVar[tuple[str, ...]] = ("AlertQueued", "AlertSent", "AlertFailed", "AlertAbandoned", "AlertResent")
    tables: ClassVar[tuple[str, ...]] = ("outbox", "outbox_causes", "outbox_threads", "outbox_channels")
    schema: ClassVar[tuple[str, ...]] = SCHEMA

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """See `Projection`."""
        match event.data:
            case AlertQueued():
                _queued(connection, event, event.data)
            case AlertSent():
                _sent(connection, event, event.data)
            case AlertFailed():
                _failed(connection, event, event.data)
            case AlertAbandoned():
                _abandoned(connection, event, event.data)
            case AlertResent():
                _resent(connection, event, event.data)
            case _:
                pass

    def finish(self, connection: sqlite3.Connection) -> None:
        """See `Projection`: nothing is derived."""


def _queued(connection: sqlite3.Connection, event: Recorded, data: AlertQueued) -> None:
    at = data.not_before or event.recorded_at
    connection.execute(
        "INSERT INTO outbox VALUES (?,?,?,?,?,'queued',?,?,?,0,0,'[]',NULL,NULL,NULL,'[]','[]',NULL,?,?,?,?)",
        (
            data.alert, data.channel, data.kind, data.watch, data.thread, iso(event.recorded_at), iso(at),
            iso(event.recorded_at),
            _json(data.causes), data.why, data.text, event.position,
        ),
    )  # fmt: skip
    connection.executemany(
        "UPDATE outbox SET state = 'told', told_in = ? WHERE alert = ?", [(data.alert, key) for key in data.replaces]
    )
    if not data.replaces:
        connection.executemany(
            "INSERT INTO outbox_causes VALUES (?, ?, ?, ?, ?)",
            [(cause, data.channel, data.alert, data.kind, data.thread) for cause in data.causes],
        )


def _sent(connection: sqlite3.Connection, event: Recorded, data: AlertSent) -> None:
    connection.execute(
        "UPDATE outbox SET state = 'sent', attempts = attempts + 1, ended_at = ?, answer = ?, reason = NULL, "
        "recipients = ?, refused = ? WHERE alert = ?",
        (iso(event.recorded_at), data.answer, _json(data.to), _json(data.refused), data.alert),
    )
    _hold(connection, data.channel, None, event.recorded_at)
    if data.reference is not None:
        connection.execute(
            "INSERT INTO outbox_threads SELECT channel, thread, ?, alert FROM outbox "
            "WHERE alert = ? AND thread IS NOT NULL ON CONFLICT DO NOTHING",
            (data.reference, data.alert),
        )


def _failed(connection: sqlite3.Connection, event: Recorded, data: AlertFailed) -> None:
    connection.execute(
        "UPDATE outbox SET attempts = ?, unknowns = unknowns + ?, next_at = ?, set_at = ?, reason = ?, "
        "tries_left_to = ? WHERE alert = ?",
        (
            data.attempt,
            data.unknown,
            iso(data.retry_at),
            iso(event.recorded_at),
            data.reason,
            _json(data.left),
            data.alert,
        ),
    )
    _hold(connection, data.channel, data.retry_at, event.recorded_at)


def _abandoned(connection: sqlite3.Connection, event: Recorded, data: AlertAbandoned) -> None:
    connection.execute(
        "UPDATE outbox SET state = 'abandoned', attempts = attempts + 1, ended_at = ?, reason = ? WHERE alert = ?",
        (iso(event.recorded_at), data.reason, data.alert),
    )
    _hold(connection, data.channel, None, event.recorded_at)


def _resent(connection: sqlite3.Connection, event: Recorded, data: AlertResent) -> None:
    connection.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, unknowns = 0, queued_at = ?, next_at = ?, set_at = ?, "
        "ended_at = NULL WHERE alert = ? AND state = 'abandoned'",
        (*(iso(event.recorded_at),) * 3, data.alert),
    )


def _hold(connection: sqlite3.Connection, channel: str, until: datetime | None, at: datetime) -> None:
    """After a fault the whole channel waits: the next message would meet the same server."""
    connection.execute(
        "INSERT INTO outbox_channels VALUES (?, ?, ?) "
        "ON CONFLICT (channel) DO UPDATE SET held_until = excluded.held_until, set_at = excluded.set_at",
        (channel, iso(until) if until else None, iso(at)),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


class Queued(msgspec.Struct, frozen=True):
    """One alert that waits in the outbox."""

    alert: str
    channel: str
    kind: str
    watch: str | None
    thread: str | None
    queued_at: datetime
    next_at: datetime
    attempts: int
    unknowns: int
    left: tuple[str, ...]
    """Recipients that are still to get it; none: all."""
    causes: tuple[int, ...]
    why: str
    text: str | None


COLUMNS = (
    "alert, channel, kind, watch, thread, queued_at, next_at, attempts, unknowns, tries_left_to, causes, why, text"
)


def waiting(connection: sqlite3.Connection, channel: str, now: datetime) -> list[Queued]:
    """Alerts of a channel whose time has come: those never tried first, then by age.

    A time set in what is now the future means that the clock was put back: it is not waited for.
    """
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'queued' AND channel = ? AND (next_at <= ? OR set_at > ?) "
        "ORDER BY attempts > 0, position",
        (channel, iso(now), iso(now)),
    ).fetchall()
    return [_queued_row(row) for row in rows]


def queued_alert(connection: sqlite3.Connection, alert: str) -> Queued | None:
    """One alert that waits; None where it has ended or never was."""
    row = connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE alert = ? AND state = 'queued'", (alert,)).fetchone()
    return _queued_row(row) if row else None


def told_together(connection: sqlite3.Connection, alert: str) -> list[Queued]:
    """The alerts that one message replaces, in order."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE told_in = ? ORDER BY position", (alert,))
    return [_queued_row(row) for row in rows.fetchall()]


def _queued_row(row: tuple[str, ...]) -> Queued:
    fields = dict(zip(Queued.__struct_fields__, row, strict=True))
    left, causes = msgspec.json.decode(row[9]), msgspec.json.decode(row[10])
    return msgspec.convert({**fields, "left": left, "causes": causes}, type=Queued)


def is_held(connection: sqlite3.Connection, channel: str, now: datetime) -> bool:
    """Whether a channel waits after a fault; not for ever where the clock was put back meanwhile."""
    row = connection.execute(
        "SELECT 1 FROM outbox_channels WHERE channel = ? AND held_until > ? AND set_at <= ?",
        (channel, iso(now), iso(now)),
    ).fetchone()
    return row is not None


def sent_since(connection: sqlite3.Connection, channel: str, since: datetime) -> list[datetime]:
    """When messages left by a channel after a moment, oldest first."""
    rows = connection.execute(
        "SELECT ended_at FROM outbox WHERE channel = ? AND state = 'sent' AND ended_at > ? ORDER BY ended_at",
        (channel, iso(since)),
    ).fetchall()
    return [datetime.fromisoformat(at) for (at,) in rows]


def thread_reference(connection: sqlite3.Connection, channel: str, thread: str) -> str | None:
    """What a channel's later messages of a thread refer to, once the first one was accepted."""
    row = connection.execute(
        "SELECT reference FROM outbox_threads WHERE channel = ? AND thread = ?", (channel, thread)
    ).fetchone()
    return row[0] if row else None


def history(connection: sqlite3.Connection, last: int) -> list[dict[str, Any]]:
    """The last alerts for people, newest first."""
    rows = connection.execute(
        "SELECT queued_at, alert, state, attempts, ended_at, next_at, recipients, answer, reason, refused, told_in, "
        "why FROM outbox ORDER BY position DESC LIMIT ?",
        (last,),
    )
    names = [column[0] for column in rows.description]
    return [_history_row(dict(zip(names, row, strict=True))) for row in rows.fetchall()]


def _history_row(row: dict[str, Any]) -> dict[str, Any]:
    waits = row["state"] == "queued"
    return {
        "queued_at": row["queued_at"][:19] + "Z",
        "alert": row["alert"],
        "state": f"told in {row['told_in']}" if row["told_in"] else row["state"],
        "attempts": row["attempts"],
        "ended_at": row["ended_at"][:19] + "Z" if row["ended_at"] else None,
        "next_at": row["next_at"][:19] + "Z" if waits else None,
        "to": msgspec.json.decode(row["recipients"]),
        "said": row["answer"] or row["reason"],
        "refused": msgspec.json.decode(row["refused"]),
        "why": row["why"],
    }


def abandoned(connection: sqlite3.Connection) -> dict[str, str]:
    """Alerts that were set aside → their channel, oldest first."""
    rows = connection.execute("SELECT alert, channel FROM outbox WHERE state = 'abandoned' ORDER BY position")
    return dict(rows.fetchall())
