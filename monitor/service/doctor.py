"""Looks at a whole installation and says what is wrong and how to mend it. Changes nothing, sends nothing."""

import shutil
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from monitor.alerts.message import count
from monitor.config import Config
from monitor.service.assembly import Clock, Parts
from monitor.service.instance import running_process

LEAST_FREE_BYTES: Final = 200_000_000
"""A month of forty busy sources takes about 100 MB."""
MOST_LAG: Final = 1_000
"""Events: more than one round of polling brings."""
CLOCK_TOLERANCE: Final = timedelta(minutes=2)


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    good: bool
    says: str
    mend: str = ""


def examine(config: Config, parts: Parts, clock: Clock) -> Iterator[Finding]:
    """Everything that can be looked at from here, one finding each; channels and sources have their own checks."""
    yield Finding("configuration", True, f"{config.path}: {extent(config)}")
    if not config.watch:
        yield Finding("watches", False, "nothing is watched", "add a [[watch]] with two principals")
    if not config.alert:
        yield Finding("alerts", False, "nobody is told", "add an [[alert]]; docs/alerts.md has examples")
    yield _database(config, parts)
    yield _disk(config)
    yield _clock(parts, clock())
    yield _lag(parts)
    yield _daemon(config)
    yield from _names(config)


def extent(config: Config) -> str:
    """How much is watched, read and told: `1 watch, 78 sources, 2 alert channels`."""
    numbers = (
        (len(config.watch), "watch", "watches"),
        (len(config.source), "source", "sources"),
        (len(config.alert), "alert channel", "alert channels"),
    )
    return ", ".join(count(number, one, many) for number, one, many in numbers)


def _database(config: Config, parts: Parts) -> Finding:
    if not config.database.exists():
        return Finding("database", False, f"{config.database}: not there yet", "`summitwatch run` makes it")
    problems = [row[0] for row in parts.database.connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
    problems += parts.log.verify()[:3]
    if problems:
        return Finding("database", False, "; ".join(problems), "stop the daemon and `summitwatch restore` a backup")
    return Finding("database", True, f"{parts.database.path}: {parts.log.head()} events, whole")


def _disk(config: Config) -> Finding:
    free = shutil.disk_usage(config.database.parent).free
    says = f"{free // 1_000_000} MB free beside the database"
    return Finding("disk", free >= LEAST_FREE_BYTES, says, "free some space, or `summitwatch forget --older-than 365d`")


def _clock(parts: Parts, now: datetime) -> Finding:
    head = parts.log.head()
    last = next(parts.log.read(head - 1, limit=1), None) if head else None
    if last is not None and last.recorded_at > now + CLOCK_TOLERANCE:
        says = f"it is {now:%Y-%m-%d %H:%M} UTC here, before the last event of {last.recorded_at:%Y-%m-%d %H:%M} UTC"
        return Finding("clock", False, says, "set the clock (timedatectl set-ntp true)")
    return Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def _lag(parts: Parts) -> Finding:
    lag = parts.projector.lag()
    unread = parts.database.connection.execute("SELECT count(DISTINCT article) FROM due").fetchone()[0]
    says = f"{lag} events not folded, {unread} articles not read"
    return Finding("lag", lag <= MOST_LAG and unread <= MOST_LAG, says, "is the daemon running? `summitwatch once`")


def _daemon(config: Config) -> Finding:
    process = running_process(config.database)
    if process is None:
        return Finding("daemon", False, "not running", "start it with `summitwatch run` or your supervisor")
    return Finding("daemon", True, f"process {process}")


def _names(config: Config) -> Iterator[Finding]:
    """One line for all names if all resolve or none does, else one for each that does not."""
    hosts = sorted({urlsplit(source.url).hostname or "" for source in config.source} - {""})
    lost: dict[str, OSError] = {}
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
        except OSError as error:
            lost[host] = error
    if len(lost) == len(hosts) > 1:
        says = f"none of the {len(hosts)} names of sources is found, such as {hosts[0]}: {lost[hosts[0]]}"
        yield Finding("dns", False, says, "is this machine connected? see its resolver (/etc/resolv.conf)")
    elif lost:
        for host, fault in lost.items():
            yield Finding("dns", False, f"{host}: {fault}", "check the address and this machine's resolver")
    elif hosts:
        yield Finding("dns", True, f"{count(len(hosts), 'name', 'names')} of sources found")
