"""A fault that lasts is said clearly and not every second."""

import io
import logging

import pytest

from monitor.log import LogUnavailable
from monitor.service.logs import REPEAT_SECONDS, Calm

FULL = LogUnavailable("events.db: database or disk is full; free some disk space; nothing was appended")


class Journal:
    """What a person reads, with the hour as the test wants it."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self._handler = logging.StreamHandler(self.text)
        self._handler.addFilter(Calm())

    def say(self, at: float, message: str, level: int = logging.ERROR, fault: Exception | None = None) -> None:
        caught = (type(fault), fault, None) if fault else None
        record = logging.LogRecord("monitor", level, "file.py", 1, message, (), caught)
        record.created = at
        self._handler.handle(record)

    def lines(self) -> list[str]:
        return self.text.getvalue().splitlines()


@pytest.fixture
def journal() -> Journal:
    return Journal()


def test_a_lasting_error_is_said_once_a_minute_with_its_count(journal: Journal) -> None:
    for second in range(REPEAT_SECONDS + 1):
        journal.say(second, "the disk is full")
    assert journal.lines() == ["the disk is full", "the disk is full (and 59 times since it was last said)"]


def test_other_errors_are_said_beside_it(journal: Journal) -> None:
    journal.say(0, "the disk is full")
    journal.say(1, "no route to host")
    journal.say(2, "job failed", fault=ValueError("one"))
    journal.say(3, "job failed", fault=ValueError("two"))
    assert [line for line in journal.lines() if "Error" not in line] == [
        "the disk is full",
        "no route to host",
        "job failed",
        "job failed",
    ]


def test_what_is_no_error_is_always_said(journal: Journal) -> None:
    for second in range(3):
        journal.say(second, "alert desk/change/12: 250 taken", logging.INFO)
    assert len(journal.lines()) == 3


def test_a_fault_of_the_storage_has_no_traceback_and_others_keep_theirs(journal: Journal) -> None:
    journal.say(0, "newsroom: not kept; it is tried again", fault=FULL)
    journal.say(0, "newsroom: fault", fault=ValueError("a bug"))
    assert journal.lines() == ["newsroom: not kept; it is tried again", "newsroom: fault", "ValueError: a bug"]
