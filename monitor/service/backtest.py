"""Runs a labelled or unlabelled stream of articles through the real pipeline in a throwaway log. Sends nothing."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from monitor.config import ConfigError, Name, WatchSection
from monitor.events import Origin, StatusChanged
from monitor.meetings.model import Policy
from monitor.projections.watches import watch_state
from monitor.reading.model import PastMeeting, Principal, Reader, Reading
from monitor.service.assembly import Parts, open_parts
from monitor.service.documents import Refused, load
from monitor.service.intake import Arrived, article_id
from monitor.statuses import Signal

BEFORE_ALL: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Where an article without a date is put: first, since nothing may rest on what came later."""


class WatchFile(msgspec.Struct, frozen=True):
    """`watch.toml` of a stream."""

    name: Name
    principals: tuple[Principal, ...]


def load_watch(path: Path) -> WatchFile:
    """Read a stream's `watch.toml`.

    Raises:
        ConfigError: it is missing or wrong.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=WatchFile)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; a stream needs watch.toml and articles/*.txt") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}; it needs `name` and [[principals]] with `name` and `aliases`") from error


def load_articles(folder: Path) -> dict[str, Arrived]:
    """The articles of a stream by name, in order of publication.

    Raises:
        ConfigError: there is none, or one cannot be read.
    """
    arrivals: dict[str, Arrived] = {}
    for path in sorted((folder / "articles").glob("*.txt")):
        loaded = load(path, Origin.POLL, BEFORE_ALL)
        if isinstance(loaded, Refused):
            raise ConfigError(f"{loaded.path}: {loaded.reason}")
        arrivals[path.stem] = loaded
    if not arrivals:
        raise ConfigError(f"{folder}: no articles/*.txt; a stream needs watch.toml and articles/*.txt")
    return dict(sorted(arrivals.items(), key=lambda item: (item[1].article.published or "", item[0])))


def backtest(folder: Path, reader: Reader | None = None, policy: Policy | None = None) -> dict[str, Any]:
    """What the program would have read and told, article by article: the object that `backtest --json` prints.

    Raises:
        ConfigError: the folder does not hold a stream.
    """
    watch = load_watch(folder / "watch.toml")
    arrivals = load_articles(folder)
    parts = open_parts(":memory:", _StoppedClock(), reader)
    try:
        parts.pipeline.configure(
            [WatchSection(name=watch.name, principals=watch.principals, policy=policy or Policy())]
        )
        parts.pipeline.caught_up()
        names = {article_id(arrived.article): name for name, arrived in arrivals.items()}
        for arrived in arrivals.values():
            at = arrived.article.published
            seen = datetime.fromisoformat(at) if at else BEFORE_ALL
            parts.pipeline.record([msgspec.structs.replace(arrived, first_seen=seen)])
            parts.pipeline.step()
        return _result(parts, watch.name, names)
    finally:
        parts.close()


class _StoppedClock:
    """The log of a backtest must not tell when it was run."""

    def __call__(self) -> datetime:
        return BEFORE_ALL


def _result(parts: Parts, watch: str, names: dict[str, str]) -> dict[str, Any]:
    rows = parts.database.connection.execute("SELECT article, reading FROM readings WHERE watch = ?", (watch,))
    readings = {names[article]: msgspec.json.decode(text, type=Reading) for article, text in rows}
    nothing = reading_json(Reading(Signal.NONE, "nobody"))
    state = watch_state(parts.database.connection, watch)
    changes = [event.data for event in parts.log.read(types=("StatusChanged",))]
    return {
        "watch": watch,
        "articles": {
            name: reading_json(readings[name]) if name in readings else nothing for name in sorted(names.values())
        },
        "changes": [_change_json(data, names) for data in changes if isinstance(data, StatusChanged)],
        "meetings": [{"id": m.id, "status": m.status, "venue": m.venue, "date": m.date} for m in state.meetings],
    }


def reading_json(reading: Reading) -> dict[str, Any]:
    """One reading as the command contract has it."""
    return {
        "signal": reading.signal,
        "venue": reading.venue,
        "date": reading.date,
        "evidence": reading.evidence.text if reading.evidence else None,
        "background": [_past_json(past) for past in reading.background],
    }


def _past_json(past: PastMeeting) -> dict[str, Any]:
    return {"status": "held", "venue": past.venue, "date": past.date}


def _change_json(data: StatusChanged, names: dict[str, str]) -> dict[str, Any]:
    change = data.change
    return {
        "article": names[change.article],
        "status": change.status,
        "meeting": change.meeting,
        "venue": change.venue,
        "date": change.date,
        "evidence": change.evidence,
    }
