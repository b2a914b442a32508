"""Whoever keeps the service can copy it, bring it back, slim it and reload it without losing anything."""

import socket
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from monitor.config import parse_config
from monitor.log import BrokenLog, LogUnavailable, NotADatabase
from monitor.projections.search import find
from monitor.projections.watches import status_json, timeline_json
from monitor.service.assembly import Parts, open_parts
from monitor.service.backup import back_up, restore
from monitor.service.checking import state_problems
from monitor.service.instance import AlreadyRunning, only_instance, running_process
from monitor.service.notify import READY, notify
from monitor.service.reloading import differences
from monitor.service.retention import forget_before
from tests.service.scripted import ScriptedReader
from tests.service.stories import HELSINKI, START, WATCH, arrived


@pytest.fixture
def path(tmp_path: Path) -> Path:
    parts = opened(tmp_path / "events.db")
    parts.pipeline.configure([WATCH])
    for item in HELSINKI:
        parts.pipeline.record([arrived(item)])
        parts.pipeline.step()
    parts.close()
    return tmp_path / "events.db"


def opened(path: Path) -> Parts:
    return open_parts(path, lambda: START, ScriptedReader())


def view(path: Path) -> object:
    parts = opened(path)
    connection = parts.database.connection
    answer = status_json(connection, "ada-bela"), timeline_json(connection, "ada-bela"), list(parts.log.read())
    parts.close()
    return answer


def test_a_backup_is_made_beside_a_writer_and_comes_back(path: Path, tmp_path: Path) -> None:
    writer = opened(path)
    with writer.database.transaction():
        events = back_up(path, tmp_path / "copy.db")
    writer.close()
    assert events > 0
    before = view(path)
    path.unlink()
    assert restore(tmp_path / "copy.db", path) == events
    assert view(path) == before
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "copy.db")
    with pytest.raises(LogUnavailable, match="name another file"):
        back_up(path, tmp_path / "copy.db")
    with pytest.raises(LogUnavailable, match="move it away first"):
        restore(tmp_path / "copy.db", path)


def test_a_copy_that_is_broken_is_not_restored(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    parts = opened(path)
    parts.database.connection.execute("DROP TRIGGER events_no_update")
    parts.database.connection.execute("UPDATE events SET data = '{}' WHERE position = 3")
    parts.close()
    with pytest.raises(BrokenLog, match="position 3"):
        restore(path, target)
    assert not target.exists()
    (tmp_path / "text").write_text("no database " * 200, encoding="utf-8")
    with pytest.raises(NotADatabase):
        restore(tmp_path / "text", target)
    with pytest.raises(LogUnavailable, match="no such file"):
        restore(tmp_path / "missing.db", target)


def test_old_bodies_go_and_everything_still_holds(path: Path) -> None:
    before = view(path)
    parts = opened(path)
    assert forget_before(parts, START + timedelta(days=25)) == 5
    assert forget_before(parts, START + timedelta(days=25)) == 0
    assert parts.log.verify() == []
    assert state_problems(parts) == []
    parts.projector.rebuild()
    parts.close()
    assert view(path) == before


def test_the_words_of_old_bodies_leave_the_search_index(path: Path) -> None:
    parts = opened(path)
    connection = parts.database.connection
    connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'row')")

    def held() -> set[str]:
        return {term for (term,) in connection.execute("SELECT term FROM terms")}

    assert {"word1x1", "word30x1"} <= held()
    assert [hit.title for hit in find(connection, "word1x1", limit=9)] == ["Article 1"]
    forget_before(parts, START + timedelta(days=25))
    assert "word1x1" not in held()
    assert "word30x1" in held()
    assert find(connection, "word1x1", limit=9) == []
    connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    parts.projector.rebuild()
    assert "word1x1" not in held()
    assert state_problems(parts) == []
    parts.close()


def test_what_is_still_to_be_read_is_kept(path: Path) -> None:
    parts = opened(path)
    parts.pipeline.configure([WATCH, msgspec.structs.replace(WATCH, name="other")])
    assert forget_before(parts, START + timedelta(days=900)) == 0
    parts.close()


def test_one_daemon_a_database(tmp_path: Path) -> None:
    database = tmp_path / "events.db"
    assert running_process(database) is None
    with only_instance(database):
        assert running_process(database) is not None
        with pytest.raises(AlreadyRunning, match="stop it first"), only_instance(database):
            pass
    assert running_process(database) is None
    with only_instance(database):
        pass


def test_a_reload_says_what_differs_and_no_value() -> None:
    old = parse_config(b"[web]\nport = 1\n[[source]]\nname = 'a'\nurl = 'https://a'", Path("c"))
    new = parse_config(b"[web]\nport = 2\n[[source]]\nname = 'b'\nurl = 'https://user:pass@b'", Path("c"))
    assert differences(old, new) == ("source a: removed", "source b: added", "web: changed port")
    assert differences(new, new) == ()


@pytest.mark.parametrize("abstract", [False, True], ids=["file", "abstract"])
def test_the_supervisor_hears_us(tmp_path: Path, *, abstract: bool) -> None:
    name = f"summitwatch-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind("\0" + name if abstract else name)
        assert notify(READY, {"NOTIFY_SOCKET": "@" + name if abstract else name})
        assert supervisor.recv(100) == b"READY=1"
    assert not notify(READY, {})
