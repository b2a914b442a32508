"""Folds articles, readings and watches into the state tables; the meetings themselves are `monitor.meetings`' fold."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from monitor.events import (
    ArticleDismissed,
    ArticleRead,
    ArticleRecorded,
    ArticleRevised,
    CaughtUp,
    ChangeReported,
    ChangeWithdrawn,
    Mode,
    Origin,
    Recorded,
    SecondReaderAnswered,
    SignalCorrected,
    StatusChanged,
    WatchConfigured,
    WatchRemoved,
)
from monitor.log.codec import iso
from monitor.meetings.model import Change
from monitor.projections.folding import carry_on, policy_of
from monitor.projections.moments import AFTER_ALL, BEFORE_ALL, Place
from monitor.projections.schema import SCHEMA, TABLES
from monitor.reading.model import Reading
from monitor.reading.second.answer import Answer
from monitor.reading.second.merging import merged
from monitor.statuses import Signal
from scrapers.copies import is_copy

CANDIDATE_HASHES = 8
"""Smallest hashes of a sketch that are indexed: two copies share one of them nearly always."""
COPY_WINDOW = timedelta(days=5)
"""Copies of one dispatch appear within days; the same words a month later are a new publication."""
FUTURE_TOLERANCE = timedelta(hours=1)
"""Clocks of outlets run ahead by minutes; a date further ahead than this is not believed."""


def counted_at(event: ArticleRecorded) -> datetime | None:
    """The instant that puts an article in its place: the declared one unless it lies in the future, else the
    first sight of it. An undated import has no place: it may be years old."""
    published = event.published
    if published is not None and published <= event.first_seen + FUTURE_TOLERANCE:
        return published
    return event.first_seen if event.origin is Origin.POLL else None


class StateProjection:
    """Articles, readings, watches, meetings and changes."""

    name: ClassVar[str] = "state"
    version: ClassVar[int] = 3
    types: ClassVar[tuple[str, ...]] = (
        "WatchConfigured",
        "WatchRemoved",
        "ArticleRecorded",
        "ArticleRevised",
        "ArticleRead",
        "ArticleDismissed",
        "SecondReaderAnswered",
        "SignalCorrected",
        "CaughtUp",
        "StatusChanged",
        "ChangeReported",
        "ChangeWithdrawn",
    )
    tables: ClassVar[tuple[str, ...]] = TABLES
    schema: ClassVar[tuple[str, ...]] = SCHEMA

    def __init__(self) -> None:
        self._new: dict[str, Place] = {}
        """Watch → the first place at which its observations are others than those that were folded."""

    def apply(self, connection: sqlite3.Connection, event: Recorded) -> None:
        """See `Projection`."""
        data = event.data
        match data:
            case WatchConfigured() | WatchRemoved() | CaughtUp():
                self._watch(connection, data, event.position)
            case ArticleRecorded():
                self._article(connection, data, event.position)
            case ArticleRead():
                self._reading(connection, data, event.position)
            case ArticleDismissed():
                self._dismissed(connection, data)
            case SecondReaderAnswered():
                self._second_answer(connection, data)
            case SignalCorrected():
                self._correction(connection, data, event.position)
            case StatusChanged() | ChangeReported() | ChangeWithdrawn():
                _told(connection, data, event)
            case _:
                pass

    def _watch(
        self, connection: sqlite3.Connection, data: WatchConfigured | WatchRemoved | CaughtUp, position: int
    ) -> None:
        if isinstance(data, WatchConfigured):
            self._definition(connection, data, position)
            return
        column = "removed" if isinstance(data, WatchRemoved) else "caught_up"
        connection.execute(f"UPDATE watches SET {column} = 1 WHERE watch = ?", (data.watch,))
        if isinstance(data, WatchRemoved):
            connection.execute("DELETE FROM due WHERE watch = ?", (data.watch,))

    def _definition(self, connection: sqlite3.Connection, data: WatchConfigured, position: int) -> None:
        """Other principals make every article due again; another policy only folds anew."""
        row = connection.execute(
            "SELECT principals, removed, policy FROM watches WHERE watch = ?", (data.watch,)
        ).fetchone()
        principals, policy = _json(data.principals), _json(data.policy)
        if row is None or row[2] != policy:
            self._touch(data.watch, *BEFORE_ALL)
        connection.execute(
            "INSERT INTO watches VALUES (?, ?, ?, 0, 0, ?) ON CONFLICT (watch) DO UPDATE SET "
            "policy = excluded.policy, defined_at = CASE "
            "WHEN principals = excluded.principals AND NOT removed THEN defined_at ELSE excluded.defined_at END, "
            "principals = excluded.principals, removed = 0",
            (data.watch, principals, policy, position),
        )
        if row is None or row[0] != principals or row[1]:
            connection.execute(
                "INSERT INTO due SELECT ?, article FROM articles WHERE true ON CONFLICT DO NOTHING",
                (data.watch,),
            )

    def _article(self, connection: sqlite3.Connection, data: ArticleRecorded, position: int) -> None:
        at = counted_at(data)
        if isinstance(data, ArticleRevised):
            connection.execute(
                "UPDATE articles SET title = ?, text = ?, updated = ?, sketch = ?, revisions = revisions + 1, "
                "position = ? WHERE article = ?",
                (data.title, data.text, _iso(data.updated), json.dumps(data.sketch), position, data.article),
            )
        else:
            added = connection.execute(
                "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?) ON CONFLICT DO NOTHING",
                (
                    data.article, data.title, data.source or data.feed, data.url, data.feed, data.origin,
                    _iso(data.published), data.precision, _iso(at), iso(data.first_seen), _iso(data.updated),
                    data.language, data.author, data.official, data.text, json.dumps(data.sketch),
                    data.article, position,
                ),
            ).rowcount  # fmt: skip
            if added and data.origin is Origin.POLL:
                connection.execute(
                    "INSERT INTO feeds VALUES (?, 1, ?) ON CONFLICT (feed) DO UPDATE "
                    "SET articles = articles + 1, last_seen = max(last_seen, excluded.last_seen)",
                    (data.feed, iso(data.first_seen)),
                )
        connection.execute(
            "INSERT INTO due SELECT watch, ? FROM watches WHERE NOT removed ON CONFLICT DO NOTHING",
            (data.article,),
        )
        if data.sketch and at is not None:
            self._group(connection, data.article, data.sketch, at)

    def _group(self, connection: sqlite3.Connection, article: str, sketch: tuple[int, ...], at: datetime) -> None:
        """Join the article with its copies: a group is named by its smallest id, whatever the order of arrival."""
        keys = sorted(sketch)[:CANDIDATE_HASHES]
        rows = connection.execute(
            f"SELECT DISTINCT a.article, a.sketch, a.copies FROM shingles s JOIN articles a USING (article) "
            f"WHERE s.hash IN ({','.join('?' * len(keys))}) AND a.counted_at BETWEEN ? AND ?",
            (*keys, iso(at - COPY_WINDOW), iso(at + COPY_WINDOW)),
        ).fetchall()
        groups = {group for other, text, group in rows if other == article or is_copy(sketch, tuple(json.loads(text)))}
        connection.executemany(
            "INSERT INTO shingles VALUES (?, ?) ON CONFLICT DO NOTHING", [(key, article) for key in keys]
        )
        own = connection.execute("SELECT copies FROM articles WHERE article = ?", (article,)).fetchone()[0]
        groups.add(own)
        name = min(groups)
        self._touch_voices(connection, groups, name)
        for group in groups - {name}:
            connection.execute("UPDATE articles SET copies = ? WHERE copies = ?", (name, group))

    def _touch_voices(self, connection: sqlite3.Connection, groups: set[str], name: str) -> None:
        """Groups that become one under a name: who is no longer alone, or was called otherwise, has another voice."""
        if len(groups) == 1:
            return
        (alone,) = connection.execute("SELECT count(*) = 1 FROM articles WHERE copies = ?", (name,)).fetchone()
        renamed = groups if alone else groups - {name}
        rows = connection.execute(
            "SELECT r.watch, r.at, r.article FROM articles a JOIN readings r ON r.article = a.article "
            "WHERE a.copies IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(renamed)),),
        )
        for row in rows.fetchall():
            self._touch(*row)

    def _touch(self, watch: str, at: str | None, article: str) -> None:
        """Something is new of an article, which stands where it was published; nowhere if that is not known."""
        if at is not None:
            self._new[watch] = min((at, article), self._new.get(watch, AFTER_ALL))

    def _reading(self, connection: sqlite3.Connection, data: ArticleRead, position: int) -> None:
        at = _store_reading(connection, data.watch, data.article, data.reading, data.text, position)
        self._touch(data.watch, at, data.article)
        _done(connection, data.article, data.text, (data.watch,))

    def _second_answer(self, connection: sqlite3.Connection, data: SecondReaderAnswered) -> None:
        """It counts for the reading it was asked about and for no later one."""
        row = connection.execute(
            "SELECT reading, text FROM readings WHERE watch = ? AND article = ? AND position = ?",
            (data.watch, data.article, data.asked),
        ).fetchone()
        if row is None:
            return
        if data.accepted and data.signal is not None:
            answer = Answer(data.signal, data.evidence, data.venue, data.date)
            reading = merged(msgspec.json.decode(row[0], type=Reading), answer, f"{data.model}/{data.prompt}")
            at = _store_reading(connection, data.watch, data.article, reading, row[1], data.asked)
            self._touch(data.watch, at, data.article)
        connection.execute(
            "UPDATE readings SET second = ? WHERE watch = ? AND article = ?", (_json(data), data.watch, data.article)
        )

    def _dismissed(self, connection: sqlite3.Connection, data: ArticleDismissed) -> None:
        """An article that once said something and was revised to say nothing leaves no reading behind."""
        for watch, at in connection.execute(
            "SELECT watch, at FROM readings WHERE article = ? AND correction IS NULL", (data.article,)
        ).fetchall():
            if watch in data.watches:
                connection.execute("DELETE FROM readings WHERE watch = ? AND article = ?", (watch, data.article))
                self._touch(watch, at, data.article)
        _done(connection, data.article, data.text, data.watches)

    def _correction(self, connection: sqlite3.Connection, data: SignalCorrected, position: int) -> None:
        nothing, (at, outlet) = Reading(Signal.NONE, "nobody"), _place(connection, data.article)
        connection.execute(
            "INSERT INTO readings VALUES (?,?,'none',NULL,NULL,0,'none',NULL,'nobody','',0,?,?,?,NULL,?,?) "
            "ON CONFLICT (watch, article) DO UPDATE SET correction = excluded.correction",
            (data.watch, data.article, _json(nothing), _json(data), position, at, outlet),
        )
        self._touch(data.watch, at, data.article)

    def finish(self, connection: sqlite3.Connection) -> None:
        """See `Projection`: fold the watches that this batch touched."""
        for watch, since in sorted(self._new.items()):
            policy = policy_of(connection, watch)
            if policy is not None:
                carry_on(connection, watch, policy, since)
        self._new.clear()


def _done(connection: sqlite3.Connection, article: str, text: str, watches: tuple[str, ...]) -> None:
    """What was read is due no more, unless the article has other words by now."""
    connection.execute(
        "DELETE FROM due WHERE watch IN (SELECT value FROM json_each(?)) AND article = ? AND EXISTS "
        "(SELECT 1 FROM articles a WHERE a.article = due.article AND a.text = ?)",
        (json.dumps(watches), article, text),
    )


def _place(connection: sqlite3.Connection, article: str) -> tuple[str | None, str | None]:
    """When an article counts, and its outlet."""
    row = connection.execute("SELECT counted_at, outlet FROM articles WHERE article = ?", (article,)).fetchone()
    return row or (None, None)


def _store_reading(
    connection: sqlite3.Connection, watch: str, article: str, reading: Reading, text: str, position: int
) -> str | None:
    """Put a reading in the place of the one before; a correction stays. -> when the article counts."""
    at, outlet = _place(connection, article)
    says = reading.signal != Signal.NONE or bool(reading.background or reading.also)
    connection.execute(
        "INSERT INTO readings VALUES (?,?,?,?,?,?,?,?,?,?,?,?,NULL,?,NULL,?,?) ON CONFLICT (watch, article) DO UPDATE "
        "SET signal=excluded.signal, venue=excluded.venue, date=excluded.date, confidence=excluded.confidence, "
        "speaker=excluded.speaker, evidence=excluded.evidence, reader=excluded.reader, text=excluded.text, "
        "says=excluded.says, reading=excluded.reading, position=excluded.position, second=NULL",
        (
            watch, article, reading.signal, reading.venue, reading.date, reading.confidence, reading.speaker,
            reading.evidence.text if reading.evidence else None, reading.reader, text, says, _json(reading), position,
            at, outlet,
        ),
    )  # fmt: skip
    return at


def _told(
    connection: sqlite3.Connection, data: StatusChanged | ChangeReported | ChangeWithdrawn, event: Recorded
) -> None:
    change, mode = data.change, data.mode
    connection.execute(
        "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event.position, data.watch, event.type, change.status, change.article, mode, _json(change)),
    )


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at is not None else None


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def told_modes(connection: sqlite3.Connection, watch: str) -> Iterable[tuple[str, Change, Mode]]:
    """(event type, change, mode) of everything recorded about a watch's changes, in order."""
    rows = connection.execute("SELECT type, change, mode FROM told WHERE watch = ? ORDER BY position", (watch,))
    return [(type_, msgspec.json.decode(text, type=Change), Mode(mode)) for type_, text, mode in rows.fetchall()]
