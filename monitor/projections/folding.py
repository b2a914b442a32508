"""Carries the fold of a watch on from the first observation that is new, and stores its steps. Decides no status."""

import sqlite3
from collections.abc import Sequence
from typing import Final
from zlib import crc32

import msgspec

from monitor.log.codec import iso
from monitor.meetings.fold import NOTHING, Memory, Stepper, in_order
from monitor.meetings.history import Step
from monitor.meetings.model import Change, Observation, Policy
from monitor.meetings.places import Places
from monitor.projections import moments
from monitor.projections.moments import AFTER_ALL, BEFORE_ALL, Place
from monitor.projections.observations import load_observations
from monitor.reading.venues import gazetteer

MEMORY_EVERY: Final = 64
"""Observations from one stored memory to the next, on average: a late article costs so many steps beside those after
it. Chosen by the article's id, so that an article put in between moves no other memory."""
STEP_TABLES: Final = ("verdicts", "changes", "courses", "rumours", "mentions", "memories")
Row = tuple[object, ...]


def policy_of(connection: sqlite3.Connection, watch: str) -> Policy | None:
    """How many voices a change of a watch needs; None where there is no such watch."""
    row = connection.execute("SELECT policy FROM watches WHERE watch = ?", (watch,)).fetchone()
    return msgspec.json.decode(row[0], type=Policy) if row else None


def carry_on(connection: sqlite3.Connection, watch: str, policy: Policy, since: Place) -> None:
    """Fold what stands at `since` and after it, where something is new, and bring the watch's rows up to date."""
    start, memory = memory_before(connection, watch, since)
    for table in STEP_TABLES:
        connection.execute(f"DELETE FROM {table} WHERE watch = ? AND (at, article) > (?, ?)", (watch, *start))
    stepper = stepper_at(connection, watch, policy, start, memory)
    seen = in_order(load_observations(connection, watch, start))
    if seen and not _is_kept(start[1]):
        connection.execute("DELETE FROM memories WHERE watch = ? AND (at, article) = (?, ?)", (watch, *start))
    _store_steps(connection, watch, stepper, seen, memory.unconfirmed)
    _store_present(connection, watch)


def memory_before(connection: sqlite3.Connection, watch: str, since: Place) -> tuple[Place, Memory]:
    """The last stored memory of what stands before a place, and where it stands itself."""
    row = connection.execute(
        "SELECT at, article, memory FROM memories WHERE watch = ? AND (at, article) < (?, ?) "
        "ORDER BY at DESC, article DESC LIMIT 1",
        (watch, *since),
    ).fetchone()
    return ((row[0], row[1]), _DECODE_MEMORY(row[2])) if row else (BEFORE_ALL, NOTHING)


def stepper_at(connection: sqlite3.Connection, watch: str, policy: Policy, start: Place, memory: Memory) -> Stepper:
    """A fold that goes on after `start`."""
    places = Places(gazetteer())
    return Stepper(watch, policy, places, moments.ledger(connection, watch, start, places), memory)


def _is_kept(article: str) -> bool:
    return crc32(article.encode()) % MEMORY_EVERY == 0


def _store_steps(
    connection: sqlite3.Connection,
    watch: str,
    stepper: Stepper,
    seen: Sequence[Observation],
    unconfirmed: Change | None,
) -> None:
    """Take the steps and store each at its place; a memory of some of them, and of the last."""
    rows: dict[str, list[Row]] = {table: [] for table in STEP_TABLES}
    for each in seen:
        step = stepper.step(each)
        at = iso(step.at)
        _add_rows(rows, watch, at, step)
        if step.unconfirmed != unconfirmed:
            unconfirmed = step.unconfirmed
            rows["rumours"].append((watch, at, each.article, _json(unconfirmed) if unconfirmed else None))
        if _is_kept(each.article) or each is seen[-1]:
            rows["memories"].append((watch, at, each.article, _json(stepper.memory())))
    for table, statement in _INSERTS.items():
        connection.executemany(statement, rows[table])


_INSERTS: Final = {
    "verdicts": "INSERT INTO verdicts VALUES (?,?,?,?,?,?)",
    "changes": "INSERT INTO changes SELECT ?1,?2,count(*) + 1,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15 "
    "FROM changes WHERE watch = ?1 AND meeting = ?2",
    "courses": "INSERT OR REPLACE INTO courses VALUES (?,?,?,?,?,?,?)",
    "rumours": "INSERT INTO rumours VALUES (?,?,?,?)",
    "mentions": "INSERT INTO mentions VALUES (?,?,?,?,?)",
    "memories": "INSERT INTO memories VALUES (?,?,?,?)",
}


def _add_rows(rows: dict[str, list[Row]], watch: str, at: str, step: Step) -> None:
    verdict = step.verdict
    article = verdict.article
    rows["verdicts"].append((watch, article, verdict.meeting, verdict.counted, verdict.reason, at))
    rows["changes"] += [
        (
            watch, change.meeting, change.status, change.previous, at, article, change.venue, change.date,
            change.evidence, change.voices, change.official, change.confidence, change.why, _json(change), nth,
        )
        for nth, change in enumerate(step.changes)
    ]  # fmt: skip
    rows["courses"] += [
        (watch, course.meeting, at, article, course.status, course.venue, course.date) for course in step.courses
    ]
    rows["mentions"] += [(watch, at, article, nth, _json(noted)) for nth, noted in enumerate(step.noted)]


def _store_present(connection: sqlite3.Connection, watch: str) -> None:
    """The rows that tell how the watch stands now, for people and other queries; written only where they differ."""
    current = moments.current(connection, watch, AFTER_ALL)
    unconfirmed = moments.unconfirmed(connection, watch, AFTER_ALL)
    connection.execute(
        "INSERT OR REPLACE INTO statuses VALUES (?, ?, ?, ?, ?)",
        (
            watch,
            current.status if current else "none",
            iso(current.at) if current else None,
            _json(current) if current else None,
            _json(unconfirmed) if unconfirmed else None,
        ),
    )
    known = moments.meetings(connection, watch, AFTER_ALL)
    after = {
        (watch, m.id, ordinal, m.status, m.venue, m.date, int(m.background)) for ordinal, m in enumerate(known, start=1)
    }
    before = set(connection.execute("SELECT * FROM meetings WHERE watch = ?", (watch,)))
    connection.executemany("DELETE FROM meetings WHERE watch = ? AND meeting = ?", [row[:2] for row in before - after])
    connection.executemany("INSERT INTO meetings VALUES (?, ?, ?, ?, ?, ?, ?)", after - before)


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


_DECODE_MEMORY: Final = msgspec.json.Decoder(Memory).decode
