"""What every log must do. A backend passes by subclassing `LogContract` and giving `new_log`."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.events import CaughtUp, NewEvent
from monitor.log import ConcurrencyError, Log

NOW = datetime(2018, 7, 16, 12, tzinfo=UTC)


def event(key: str, stream: str = "watch/a", words: str | None = None) -> NewEvent:
    return NewEvent(stream, CaughtUp(watch=key), key, words=words)


class LogContract:
    """Subclass it for each backend."""

    appender: str
    """A program: `python -c appender LOCATION PREFIX COUNT` appends COUNT events, one transaction each."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> str:
        raise NotImplementedError

    def open(self, location: str) -> Log:
        raise NotImplementedError

    @pytest.fixture
    def log(self, location: str):
        log = self.open(location)
        yield log
        log.close()

    def test_positions_and_versions_count_from_one(self, log: Log) -> None:
        log.append([event("one", "s/1"), event("two", "s/2"), event("three", "s/1")])
        found = [(e.position, e.stream, e.version) for e in log.read()]
        assert found == [(1, "s/1", 1), (2, "s/2", 1), (3, "s/1", 2)]
        assert log.head() == 3

    def test_what_was_appended_is_what_is_read(self, log: Log, location: str) -> None:
        (appended,) = log.append([NewEvent("s/1", CaughtUp(watch="w"), "k", actor="person", cause=7)])
        other = self.open(location)
        (found,) = other.read()
        other.close()
        assert found == appended
        assert found.data == CaughtUp(watch="w")
        assert found.meta == {"actor": "person", "cause": 7}
        assert found.recorded_at.tzinfo is UTC

    def test_the_same_key_is_appended_once(self, log: Log) -> None:
        first = log.append([event("k")])
        again = log.append([event("k"), event("new"), event("new")])
        assert [e.position for e in again] == [1, 2, 2]
        assert again[0] == first[0]
        assert log.head() == 2

    def test_all_or_nothing(self, log: Log) -> None:
        with pytest.raises(TypeError):
            log.append([event("good"), NewEvent("s", CaughtUp(watch=object()), "bad")])  # type: ignore[arg-type]
        assert log.head() == 0
        log.append([event("next")])
        assert [e.position for e in log.read()] == [1]

    def test_a_stream_that_moved_on_is_noticed(self, log: Log) -> None:
        log.append([event("k", "s/1")])
        with pytest.raises(ConcurrencyError, match="s/1 is at version 1, not 0"):
            log.append([event("late", "s/1")], expected_versions={"s/1": 0})
        assert log.head() == 1
        log.append([event("in time", "s/1")], expected_versions={"s/1": 1})

    def test_read_takes_a_part(self, log: Log) -> None:
        log.append([event(f"k{n}", f"s/{n % 2}") for n in range(1, 7)])
        assert [e.position for e in log.read(2, until=5)] == [3, 4, 5]
        assert [e.position for e in log.read(limit=2)] == [1, 2]
        assert [e.position for e in log.read(stream="s/0")] == [2, 4, 6]
        assert list(log.read(types=["StatusChanged"])) == []
        assert [e.position for e in log.read(4, types=["CaughtUp"], limit=1)] == [5]
        assert list(log.read(limit=0)) == []

    def test_long_logs_are_read_whole(self, log: Log) -> None:
        log.append([event(f"k{n}") for n in range(2_500)])
        assert [e.position for e in log.read()] == list(range(1, 2_501))
        assert [e.position for e in log.read(1, limit=1_700)] == list(range(2, 1_702))

    def test_known_finds_by_key(self, log: Log) -> None:
        log.append([event("k")])
        found = log.known("k")
        assert found is not None
        assert found.position == 1
        assert log.known("other") is None

    def test_words_are_kept_once_and_can_be_forgotten(self, log: Log) -> None:
        log.append([event("a", words="some text"), event("b", words="some text")])
        sha = "b94f6f125c79e3a5ffaa826f584c10d52ada669e6762051b826b55776d05aed2"
        assert log.words(sha) == "some text"
        assert log.forget_words([sha, "0" * 64]) == 1
        assert log.words(sha) is None
        assert log.verify() == []

    def test_a_whole_log_verifies(self, log: Log) -> None:
        log.append([event(f"k{n}", f"s/{n}") for n in range(20)])
        assert log.verify() == []

    def test_several_processes_leave_no_gap(self, log: Log, location: str) -> None:
        count, writers = 60, 4
        processes = [
            subprocess.Popen([sys.executable, "-c", self.appender, location, f"w{n}", str(count)])
            for n in range(writers)
        ]
        seen: list[int] = []
        while any(process.poll() is None for process in processes):
            seen += [e.position for e in log.read(seen[-1] if seen else 0)]
        seen += [e.position for e in log.read(seen[-1] if seen else 0)]
        assert [process.returncode for process in processes] == [0] * writers
        assert seen == list(range(1, count * writers + 1)), "a tailing reader missed an event"
        assert log.verify() == []

    @settings(max_examples=25, deadline=None)
    @given(batches=st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=8))
    def test_append_is_idempotent_whatever_the_batches(self, batches: list[list[str]]) -> None:
        log = self.open(self.fresh())
        for batch in batches:
            log.append([event(key, f"s/{key}") for key in batch])
        found = [e.id for e in log.read()]
        expected = list(dict.fromkeys(key for batch in batches for key in batch))
        assert found == expected
        assert log.verify() == []
        log.close()

    def fresh(self) -> str:
        """A location that holds no log yet."""
        raise NotImplementedError
