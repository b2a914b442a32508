"""Asks the second reader about readings in doubt, within its budget, and records what it said. Weighs nothing."""

import asyncio
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from monitor.config import Config, seconds, secret
from monitor.events import NewEvent, SecondReaderAnswered
from monitor.log.codec import iso
from monitor.reading.model import Document, Principal, Watch
from monitor.reading.second.answer import Answer, Discarded, checked
from monitor.reading.second.question import PROMPT, SCHEMA, messages
from monitor.service.assembly import Clock, Parts
from monitor.service.collecting import Row
from monitor.service.endpoint import Declined, Endpoint, NoAnswer, Reply
from monitor.service.worker import InWorker

logger = logging.getLogger(__name__)

REQUESTS: Final = "CREATE TABLE IF NOT EXISTS second_reader_requests (at TEXT NOT NULL)"
"""Operational, not history: what the budget is counted by, also over a restart."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
LOOKED_AT: Final = 200
"""Questions due at a time from which the next one is taken."""
DUE: Final = """
SELECT r.watch, r.article, r.text, r.position, w.principals, a.title, k.text, a.published, a.counted_at, a.outlet,
       a.url, a.language
FROM readings r
JOIN articles a ON a.article = r.article AND a.text = r.text
JOIN watches w ON w.watch = r.watch AND NOT w.removed
JOIN words k ON k.sha256 = r.text
WHERE r.second IS NULL AND r.correction IS NULL AND r.reader NOT LIKE 'failed:%' AND {doubt}
ORDER BY a.counted_at DESC, r.watch, r.article LIMIT :limit
"""
DOUBT: Final = {
    "low-margin": "r.confidence < :below",
    "pending": "r.article IN (SELECT value FROM statuses s, json_each(s.unconfirmed, '$.supporters') "
    "WHERE s.watch = r.watch)",
    "all": "1",
}


class Question(msgspec.Struct, frozen=True):
    """A reading that is to be asked about."""

    watch: Watch
    article: str
    text: str
    asked: int
    """Position of the reading."""
    document: Document


class SecondReader:
    """Takes what is due, newest first; where a question failed, the others go before it."""

    def __init__(self, config: Config, parts: Parts, clock: Clock, worker: InWorker) -> None:
        """Call in the worker's thread: it sets up its table.

        Raises:
            ConfigError: the key is not where the configuration says.
        """
        section = config.second_reader
        self._section = section
        self._parts = parts
        self._clock = clock
        self._worker = worker
        key = secret(msgspec.structs.asdict(section), "api_key", f"{config.path}: second_reader")
        self._endpoint = Endpoint(section.url, section.model, key, seconds(section.timeout))
        self._failures: Counter[int] = Counter()
        self._pause = FIRST_PAUSE
        self._resume_at = datetime.min.replace(tzinfo=UTC)
        self._nothing_due_at = 0
        self._turn: asyncio.Task[int] | None = None
        with parts.database.transaction() as connection:
            connection.execute(REQUESTS)

    async def run_due(self) -> int:
        """Ask what is due until budget, rate or server say stop. -> how many answers were recorded."""
        recorded = 0
        while self._section.when != "off" and self._clock() >= self._resume_at:
            question = await self._worker(self._next)
            if question is None or not await self._worker(self._allowed):
                break
            try:
                data = await self._answer(question)
            except NoAnswer as fault:
                self._rest(question, fault)
                break
            await self._worker(partial(self._record, question, data))
            self._pause = FIRST_PAUSE
            recorded += 1
        return recorded

    async def begin(self) -> None:
        """Set to work on what is due and come back at once: an answer may take a minute.

        Raises:
            LogError: the turn before ended with it; what was due then is still due.
        """
        if self._turn is not None and self._turn.done():
            done, self._turn = self._turn, None
            await done
        if self._turn is None:
            self._turn = asyncio.create_task(self.run_due(), name="second reader")

    async def close(self) -> None:
        """Break off what is under way; it is asked again at the next start."""
        if self._turn is not None:
            self._turn.cancel()
            await asyncio.gather(self._turn, return_exceptions=True)

    async def reach(self) -> Row:
        """Whether the server answers, for `check`; asks no question."""
        try:
            await self._endpoint.reach()
        except (NoAnswer, Declined) as fault:
            return Row("second reader", False, f"{self._section.url}: {fault}")
        return Row("second reader", True, f"{self._section.url} answers")

    def _next(self) -> Question | None:
        """Looks again only when something was appended since nothing was due."""
        head = self._parts.log.head()
        if head == self._nothing_due_at:
            return None
        query = DUE.format(doubt=DOUBT[self._section.when])
        rows = self._parts.database.connection.execute(query, {"below": self._section.below, "limit": LOOKED_AT})
        question = min((_question(*row) for row in rows), key=lambda q: self._failures[q.asked], default=None)
        self._nothing_due_at = head if question is None else 0
        return question

    def _allowed(self) -> bool:
        """Take one request from the day's budget and the minute's rate; False where either is used up."""
        now = self._clock()
        midnight, minute = now.replace(hour=0, minute=0, second=0, microsecond=0), now - timedelta(minutes=1)
        with self._parts.database.transaction() as connection:
            connection.execute("DELETE FROM second_reader_requests WHERE at < ?", (iso(min(midnight, minute)),))
            today, lately = connection.execute(
                "SELECT count(*) FILTER (WHERE at >= ?), count(*) FILTER (WHERE at > ?) FROM second_reader_requests",
                (iso(midnight), iso(minute)),
            ).fetchone()
            if today >= self._section.budget or lately >= self._section.per_minute:
                return False
            connection.execute("INSERT INTO second_reader_requests VALUES (?)", (iso(now),))
        if today + 1 == self._section.budget:
            logger.warning("the second reader's budget of %d requests is used up for today", self._section.budget)
        return True

    async def _answer(self, question: Question) -> SecondReaderAnswered:
        """What is to be recorded of the model's answer, or of its refusal."""
        model = self._section.model
        try:
            reply = await self._ask_twice(question)
            model = reply.model
            return _answered(question, model, checked(reply.content, question.document))
        except (Declined, Discarded) as fault:
            return _answered(question, model, None, str(fault)[:400])

    async def _ask_twice(self, question: Question) -> Reply:
        asked = messages(question.document, question.watch)
        try:
            return await self._endpoint.ask(asked, SCHEMA)
        except NoAnswer as fault:
            if fault.wait is not None or not await self._worker(self._allowed):
                raise
            logger.info("second reader: %s; asked once more", fault)
            return await self._endpoint.ask(asked, SCHEMA)

    def _rest(self, question: Question, fault: NoAnswer) -> None:
        """Leave the server alone for as long as it asks, else twice as long with each failure."""
        self._failures[question.asked] += 1
        pause = timedelta(seconds=fault.wait) if fault.wait is not None else self._pause
        self._resume_at = self._clock() + pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        logger.warning("second reader at %s: %s; asked again in %d s", self._section.url, fault, pause.total_seconds())

    def _record(self, question: Question, data: SecondReaderAnswered) -> None:
        """One answer for each reading, whoever asks twice; then say what it changes."""
        name = f"{question.watch.name}/{question.article}"
        key = f"second:{name}@{question.asked}"
        event = NewEvent(f"reading/{name}", data, key, actor="second-reader", cause=question.asked)
        self._parts.log.append([event])
        self._parts.projector.catch_up()
        self._parts.pipeline.announce()


def _answered(question: Question, model: str, answer: Answer | None, reason: str = "") -> SecondReaderAnswered:
    return SecondReaderAnswered(
        article=question.article,
        text=question.text,
        watch=question.watch.name,
        asked=question.asked,
        model=model,
        prompt=PROMPT,
        accepted=answer is not None,
        reason=reason,
        signal=answer.signal if answer else None,
        venue=answer.venue if answer else None,
        date=answer.date if answer else None,
        evidence=answer.evidence if answer else None,
    )


def _question(
    watch: str,
    article: str,
    text: str,
    asked: int,
    principals: str,
    title: str,
    words: str,
    published: str | None,
    counted: str | None,
    outlet: str,
    url: str | None,
    language: str | None,
) -> Question:
    at = published or counted
    paragraphs = tuple(words.split("\n\n")[1:])
    document = Document(title, paragraphs, datetime.fromisoformat(at) if at else None, outlet, url, language)
    people = msgspec.json.decode(principals, type=tuple[Principal, ...])
    return Question(Watch(watch, people), article, text, asked, document)
