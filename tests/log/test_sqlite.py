"""The SQLite log keeps the port's contract and its own promises: append-only, hash chain, clear errors."""

import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlite_utils

from monitor.events import CaughtUp
from monitor.log import BrokenLog, DatabaseTooNew, LogUnavailable, NotADatabase, SqliteLog, codec
from monitor.log.codec import upcast
from monitor.log.database import Database
from tests.log.contract import NOW, LogContract, event

APPENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.events import CaughtUp, NewEvent
from monitor.log import SqliteLog
from monitor.log.database import Database

location, prefix, count = sys.argv[1:]
log = SqliteLog(Database(Path(location)), lambda: datetime.now(UTC))
for n in range(int(count)):
    log.append([NewEvent(f"s/{prefix}", CaughtUp(watch="w"), f"{prefix}-{n}")])
"""


def open_log(path: Path | str) -> SqliteLog:
    return SqliteLog(Database(Path(path)), lambda: NOW)


class TestSqliteLog(LogContract):
    appender = APPENDER

    @pytest.fixture
    def location(self, tmp_path: Path) -> str:
        return str(tmp_path / "events.db")

    def open(self, location: str) -> SqliteLog:
        return open_log(location)

    def fresh(self) -> str:
        return ":memory:"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "events.db"
    log = open_log(path)
    log.append([event(f"k{n}", words=f"text {n}") for n in range(5)])
    log.close()
    return path


COPY = "SELECT {}, stream, 99, type, schema, recorded_at, data, meta, hash FROM events LIMIT 1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}' WHERE position = 2",
        "DELETE FROM events WHERE position = 5",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 2",
        "REPLACE INTO events " + COPY.format("2, 'k1'"),
        "INSERT INTO events " + COPY.format("9, 'k9'"),
        "INSERT INTO events " + COPY.format("0, 'k9'"),
    ],
    ids=["update", "delete", "insert or replace", "replace", "skipping a position", "before the first"],
)
def test_events_can_only_be_appended(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        connection.execute(statement)
    assert open_log(path).verify() == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ('UPDATE events SET data = \'{"watch":"x"}\' WHERE position = 3', "position 3: event k2 does not match"),
        ("DELETE FROM events WHERE position = 3", "position 4: follows 2"),
        ("UPDATE events SET type = 'Unheard' WHERE position = 2", "unknown event type 'Unheard'"),
        ("UPDATE words SET text = 'other'", "the text was altered"),
    ],
    ids=["altered", "removed", "unknown type", "words"],
)
def test_verify_says_what_was_tampered_with(path: Path, statement: str, says: str) -> None:
    with sqlite3.connect(path) as connection:
        for trigger in ("events_no_update", "events_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    problems = open_log(path).verify()
    assert any(says in problem for problem in problems), problems


def test_a_person_can_read_it_with_sqlite_utils(path: Path) -> None:
    row = sqlite_utils.Database(path)["events"].get(3)
    assert row["type"] == "CaughtUp"
    assert row["data"] == '{"watch":"k2"}'
    assert row["recorded_at"] == "2018-07-16T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"not a database at all, but long enough to be looked at " * 20, NotADatabase, "restore a backup"),
        (b"", None, ""),
    ],
    ids=["text", "empty"],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, error: type[Exception] | None, says: str) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(content)
    if error is None:
        assert open_log(path).head() == 0
        return
    with pytest.raises(error, match=says) as caught:
        open_log(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    sqlite_utils.Database(path)["people"].insert({"name": "A"})
    before = path.read_bytes()
    with pytest.raises(NotADatabase, match="another program"):
        open_log(path)
    assert path.read_bytes() == before


def test_a_database_from_a_later_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(DatabaseTooNew, match="upgrade Summitwatch"):
        open_log(path)


def test_a_full_disk_loses_nothing(path: Path) -> None:
    log = open_log(path)
    pages = log._database.connection.execute("PRAGMA page_count").fetchone()[0]
    log._database.connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(LogUnavailable, match="free some disk space"):
        log.append([event(f"big{n}", words="x" * 9_000 + str(n)) for n in range(50)])
    assert log.head() == 5
    assert log.verify() == []
    log._database.connection.execute("PRAGMA max_page_count=100000")
    log.append([event("after")])
    assert log.head() == 6


def test_a_folder_that_is_missing_is_named() -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.raises(LogUnavailable, match="can be written"):
        open_log(Path(folder) / "missing" / "events.db")


def test_old_events_are_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaughtUp, "schema", 3)
    monkeypatch.setitem(codec.UPCASTERS, ("CaughtUp", 1), lambda fields: {"name": fields["watch"]})
    monkeypatch.setitem(codec.UPCASTERS, ("CaughtUp", 2), lambda fields: {"watch": fields["name"].upper()})
    log = open_log(path)
    assert [e.data for e in log.read(limit=1)] == [CaughtUp(watch="K0")]
    assert log.verify() == [], "upcasting happens on reading; what is stored stays as it is"


def test_an_event_from_a_later_version_says_so() -> None:
    with pytest.raises(BrokenLog, match="upgrade Summitwatch"):
        upcast("CaughtUp", 2, {})


def test_recorded_at_sorts_as_time_does() -> None:
    times = [datetime(2018, 7, 16, 12, 0, 0, micros, tzinfo=UTC) for micros in (0, 5, 100_000)]
    texts = [codec.iso(at) for at in times]
    assert texts == sorted(texts)
    assert [datetime.fromisoformat(text) for text in texts] == times
