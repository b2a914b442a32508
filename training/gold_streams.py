"""Labelled streams as observations of a perfect reader, and how a fold scores against them. Trains nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from monitor.meetings.model import Observation, Report
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal, Speaker
from scrapers.article import parse_instant

LATEST = 3
"""A change counts when it is raised at the gold article or at most so many articles later."""
_HEADER = re.compile(r"^(published|source): *(\S+)", re.MULTILINE)


class Stream(msgspec.Struct, frozen=True):
    """One labelled stream: the articles in order of publication, and the labels."""

    name: str
    watch: str
    folder: Path
    gold: Mapping[str, Any]
    published: Mapping[str, datetime]
    source: Mapping[str, str]

    @property
    def order(self) -> list[str]:
        """Article names, as they were published."""
        return sorted(self.gold["articles"])

    @property
    def transitions(self) -> list[tuple[str, Signal]]:
        """Article and status of each labelled change, in order."""
        return [(t["article"], Signal(t["status"])) for t in self.gold["transitions"]]


def read_stream(folder: Path) -> Stream:
    """Read `gold.json` and the headers of the articles of one stream folder."""
    gold = msgspec.json.decode((folder / "gold.json").read_bytes())
    heads = {
        name: dict(_HEADER.findall((folder / "articles" / f"{name}.txt").read_text("utf-8")[:600]))
        for name in gold["articles"]
    }
    return Stream(
        folder.name,
        gold["watch"],
        folder,
        gold,
        {name: parse_instant(head["published"]) for name, head in heads.items()},
        {name: head.get("source", name) for name, head in heads.items()},
    )


def observations(stream: Stream) -> list[Observation]:
    """What a perfect reader would see: each article a voice of its own, all of them official."""
    meetings = {m["id"]: m for m in stream.gold["meetings"]}
    return [
        Observation(
            article=name,
            published=stream.published[name],
            voice=name,
            main=_report(label),
            also=tuple(_report(also) for also in label.get("also", ())),
            background=tuple(
                PastMeeting(meetings[past].get("venue"), meetings[past].get("date"))
                for past in label.get("background", ())
                if past in meetings
            ),
        )
        for name, label in sorted(stream.gold["articles"].items())
    ]


def _report(label: Mapping[str, Any]) -> Report:
    return Report(
        Signal(label["signal"]),
        label.get("venue"),
        label.get("date"),
        label.get("evidence"),
        Speaker.OFFICIAL,
    )


class Tally(msgspec.Struct, frozen=True):
    """How the changes of a fold compare with the labelled ones, over one stream or several."""

    matched: int
    missed: tuple[str, ...]
    false: tuple[str, ...]
    delay: int
    """Articles between label and change, over all matches."""
    articles: int

    @property
    def precision(self) -> float:
        return self.matched / max(1, self.matched + len(self.false))

    @property
    def recall(self) -> float:
        return self.matched / max(1, self.matched + len(self.missed))

    @property
    def worth(self) -> float:
        """F with precision weighed double: desks mute what cries wolf."""
        return 1.25 * self.precision * self.recall / max(1e-9, 0.25 * self.precision + self.recall)

    @property
    def f1(self) -> float:
        return 2 * self.matched / max(1, 2 * self.matched + len(self.missed) + len(self.false))

    @property
    def false_per_100(self) -> float:
        return 100 * len(self.false) / max(1, self.articles)

    @property
    def mean_delay(self) -> float:
        return self.delay / max(1, self.matched)


def tally(stream: Stream, changes: Iterable[tuple[str, Signal]]) -> Tally:
    """Match changes one to one: same status, at the gold article or at most LATEST articles later."""
    at = {name: n for n, name in enumerate(stream.order)}
    free = list(changes)
    missed, delay = [], 0
    for article, status in stream.transitions:
        hit = next((c for c in free if c[1] is status and 0 <= at[c[0]] - at[article] <= LATEST), None)
        if hit is None:
            missed.append(f"{stream.name}/{status}@{article}")
        else:
            free.remove(hit)
            delay += at[hit[0]] - at[article]
    false = tuple(f"{stream.name}/{status}@{article}" for article, status in free)
    return Tally(len(stream.transitions) - len(missed), tuple(missed), false, delay, len(at))


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum over several streams."""
    all_of = list(tallies)
    return Tally(
        sum(t.matched for t in all_of),
        tuple(m for t in all_of for m in t.missed),
        tuple(f for t in all_of for f in t.false),
        sum(t.delay for t in all_of),
        sum(t.articles for t in all_of),
    )
