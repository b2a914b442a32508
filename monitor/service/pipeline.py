"""One article's way from arrival to announcement: record, read, fold, announce. Fetches and sends nothing."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from monitor.config import WatchSection
from monitor.events import (
    ArticleDismissed,
    ArticleRead,
    CaughtUp,
    NewEvent,
    Origin,
    Recorded,
    WatchConfigured,
    WatchRemoved,
)
from monitor.log.codec import text_hash
from monitor.log.database import Database
from monitor.log.port import Log
from monitor.meetings.announce import Arrival, Told, announcements
from monitor.projections.projector import Projector
from monitor.projections.state import told_modes
from monitor.projections.watches import watch_state
from monitor.reading.model import Document, Principal, Reader, Reading, Watch
from monitor.service.intake import Arrived, article_id, recording
from monitor.statuses import Signal

logger = logging.getLogger(__name__)

FAILED = "failed:"
"""Before the version of a reader that broke down on an article; another version reads the article again."""
READ_BATCH = 25
"""Readings appended in one transaction: a kill loses at most so many readings, which are made again."""

DUE = """
SELECT a.article, a.text, a.title, a.published, a.counted_at, a.outlet, a.url, a.language, a.position,
       group_concat(d.watch)
FROM (SELECT watch, article FROM due UNION
      SELECT watch, article FROM readings WHERE reader LIKE 'failed:%' AND reader <> ?) d
JOIN articles a ON a.article = d.article
GROUP BY a.article ORDER BY a.counted_at, a.article LIMIT ?
"""


class Pipeline:
    """Everything between an article's arrival and the events that alerts are made of."""

    def __init__(
        self,
        database: Database,
        log: Log,
        projector: Projector,
        reader: Reader,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._log = log
        self._projector = projector
        self._reader = reader
        self._clock = clock

    def configure(self, watches: Sequence[WatchSection]) -> None:
        """Append what differs between the configured watches and those in the log."""
        self._projector.catch_up()
        rows = self._database.connection.execute("SELECT watch, principals, policy, removed FROM watches")
        known = {row[0]: row[1:] for row in rows.fetchall()}
        events: list[NewEvent] = []
        for watch in watches:
            data = WatchConfigured(watch=watch.name, principals=watch.principals, policy=watch.policy)
            stored = known.pop(watch.name, None)
            if stored != (_json(watch.principals), _json(watch.policy), 0):
                events.append(self._about_watch(watch.name, data))
        for name, (*_, removed) in known.items():
            if not removed:
                events.append(self._about_watch(name, WatchRemoved(watch=name)))
        self._log.append(events)
        self._projector.catch_up()

    def _about_watch(self, watch: str, data: WatchConfigured | WatchRemoved | CaughtUp) -> NewEvent:
        return NewEvent(f"watch/{watch}", data, f"{type(data).__name__}:{watch}:{self._log.head()}")

    def record(self, arrivals: Iterable[Arrived]) -> list[Recorded]:
        """Append articles that are new or changed. -> the events of those that were."""
        events: list[NewEvent] = []
        last: dict[str, str | None] = {}
        for arrived in arrivals:
            identity = article_id(arrived.article)
            if identity not in last:
                last[identity] = self._known_text(identity)
            event = recording(arrived, last[identity], self._log.words)
            if event is not None:
                last[identity] = event.data.text  # type: ignore[attr-defined]  # recording gives ArticleRecorded
                events.append(event)
        return self._log.append(events) if events else []

    def _known_text(self, identity: str) -> str | None:
        events = list(self._log.read(stream=f"article/{identity}", types=("ArticleRecorded", "ArticleRevised")))
        return events[-1].data.text if events else None  # type: ignore[attr-defined]  # by the types asked for

    def step(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Read everything that is due, fold and announce. -> how many articles were read.

        `stop` is asked between batches; what is left then is still due at the next start.
        """
        read = 0
        while (batch := self.advance()) and not stop():
            read += batch
            logger.info("read %d articles", read)
        return read

    def advance(self) -> int:
        """Read one batch of what is due, oldest first, fold and announce. -> how many articles were read."""
        self._projector.catch_up()
        read = self._read_batch()
        self._projector.catch_up()
        self.announce()
        return read

    def _read_batch(self) -> int:
        rows = self._database.connection.execute(DUE, (f"{FAILED}{self._reader.version}", READ_BATCH)).fetchall()
        events: list[NewEvent] = []
        for article, text, title, published, counted, outlet, url, language, position, watches in rows:
            body = (self._log.words(text) or "").split("\n\n")[1:]
            at = published or counted
            document = Document(title, tuple(body), datetime.fromisoformat(at) if at else None, outlet, url, language)
            events += self._readings(document, article, text, position, sorted(watches.split(",")))
        if events:
            self._log.append(events)
        return len(rows)

    def _readings(
        self, document: Document, article: str, text: str, position: int, watches: Sequence[str]
    ) -> list[NewEvent]:
        """One event for each watch that the article speaks of, one for all the others together."""
        events: list[NewEvent] = []
        silent: dict[str, int] = {}
        tail = f"{article}@{position}:{self._reader.version}"
        for name in watches:
            watch, defined_at = self._watch(name)
            reading = self._read(document, watch)
            if _says_nothing(reading):
                silent[name] = defined_at
                continue
            data = ArticleRead(article=article, text=text, watch=name, reading=reading)
            key = f"read:{name}@{defined_at}:{tail}"
            events.append(NewEvent(f"reading/{name}/{article}", data, key, cause=position))
        if silent:
            dismissed = ArticleDismissed(article=article, text=text, watches=tuple(silent), reader=self._reader.version)
            key = f"dismissed:{text_hash(repr(silent))[:16]}:{tail}"
            events.append(NewEvent(f"article/{article}", dismissed, key, cause=position))
        return events

    def _read(self, document: Document, watch: Watch) -> Reading:
        """A fault in the reader must cost one article, seen in its record, and never the service."""
        try:
            return self._reader.read(document, watch)
        except Exception:
            logger.exception("%s: the reader failed on %s", watch.name, document.url or document.title)
            return Reading(Signal.NONE, f"{FAILED}{self._reader.version}")

    def _watch(self, name: str) -> tuple[Watch, int]:
        row = self._database.connection.execute(
            "SELECT principals, defined_at FROM watches WHERE watch = ?", (name,)
        ).fetchone()
        return Watch(name, msgspec.json.decode(row[0], type=tuple[Principal, ...])), row[1]

    def announce(self) -> list[Recorded]:
        """Append what the folded state holds and the log does not say yet. -> those events."""
        connection = self._database.connection
        appended: list[Recorded] = []
        rows = connection.execute("SELECT watch, caught_up FROM watches WHERE NOT removed ORDER BY watch")
        for watch, caught_up in rows.fetchall():
            state = watch_state(connection, watch)
            told = [Told(*item) for item in told_modes(connection, watch)]
            changes = [*state.changes, *filter(None, [state.unconfirmed]), *(item.change for item in told)]
            arrivals = self._arrivals(watch, {article for c in changes for article in (c.article, *c.supporters)})
            events = announcements(state, told, arrivals, caught_up=bool(caught_up))
            appended += self._log.append(events)
        self._projector.catch_up()
        return appended

    def _arrivals(self, watch: str, articles: set[str]) -> dict[str, Arrival]:
        rows = self._database.connection.execute(
            "SELECT a.article, a.origin, r.correction IS NOT NULL FROM articles a "
            "JOIN readings r ON r.article = a.article AND r.watch = ? "
            "WHERE a.article IN (SELECT value FROM json_each(?))",
            (watch, json.dumps(sorted(articles))),
        )
        return {article: Arrival(Origin(origin), bool(corrected)) for article, origin, corrected in rows}

    def idle(self) -> bool:
        """Whether everything recorded has been read."""
        return self._database.connection.execute("SELECT 1 FROM due LIMIT 1").fetchone() is None

    def caught_up(self) -> list[Recorded]:
        """Mark every watch that has read all there was; what changes from now on is news."""
        rows = self._database.connection.execute(
            "SELECT watch FROM watches WHERE NOT caught_up AND NOT removed ORDER BY watch"
        ).fetchall()
        events = [NewEvent(f"watch/{watch}", CaughtUp(watch=watch), f"CaughtUp:{watch}") for (watch,) in rows]
        appended = self._log.append(events)
        self._projector.catch_up()
        return appended


def _says_nothing(reading: Reading) -> bool:
    nothing = not (reading.background or reading.also or reading.claims)
    return reading.signal is Signal.NONE and nothing and not reading.reader.startswith(FAILED)


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
