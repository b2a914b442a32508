"""Scores what a backtest read and told against the labels of its stream (`gold.json`). Reads no article."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from monitor.config import ConfigError
from monitor.statuses import PartialDate, Signal

LATEST: Final = 3
"""A change counts as found at the labelled article or at most so many articles later."""
MAX_BYTES: Final = 20_000_000
LABELS: Final = "labels are {watch, meetings, articles, transitions}; see docs/labelling.md"


class Labelled(msgspec.Struct, frozen=True):
    """What one article says, by its label."""

    signal: Signal
    alt: tuple[Signal, ...] = ()
    """Other signals that a careful person could defend."""


class LabelledMeeting(msgspec.Struct, frozen=True):
    """One meeting of the stream."""

    id: str
    venue: str | None = None
    country: str | None = None
    date: PartialDate | None = None
    final: Signal | None = None


class Transition(msgspec.Struct, frozen=True):
    """The first article that moves a meeting to a status."""

    meeting: str
    status: Signal
    article: str


class Gold(msgspec.Struct, frozen=True):
    """The labels of a stream."""

    watch: str
    articles: dict[str, Labelled]
    meetings: tuple[LabelledMeeting, ...]
    transitions: tuple[Transition, ...]


def load_gold(path: Path) -> Gold:
    """Read a stream's `gold.json`.

    Raises:
        ConfigError: it cannot be read, is not labels, or names articles or meetings that it does not list.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{path}: larger than {MAX_BYTES} bytes; {LABELS}")
        gold = msgspec.json.decode(path.read_bytes(), type=Gold)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; {LABELS}") from error
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{path}: {error}; {LABELS}") from error
    meetings = {meeting.id for meeting in gold.meetings}
    for move in gold.transitions:
        if move.article not in gold.articles or move.meeting not in meetings:
            raise ConfigError(
                f"{path}: transition to {move.status} names article {move.article!r} of meeting {move.meeting!r}; "
                "list both under articles and meetings"
            )
    return gold


def score(gold: Gold, result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a backtest: `result` is what `monitor.service.backtest.backtest` gives."""
    order = sorted(gold.articles)
    read: Mapping[str, Any] = result["articles"]
    told = [change for change in result["changes"] if change["article"] in gold.articles]
    found, missed, false = _matched(gold.transitions, told, order)
    meetings = {meeting.id: meeting for meeting in gold.meetings}
    ended = [(meetings[move.meeting], hit) for move, hit, _ in found]
    held = [(meeting, hit) for meeting, hit in ended if meeting.final is Signal.HELD]
    return {
        "signals": _signals(gold, {name: read[name]["signal"] if name in read else "absent" for name in order}),
        "transitions": _transitions(found, missed, false, len(order)),
        "held_with_right_date": f"{sum(_same_date(m.date, hit['date']) for m, hit in held)}/{len(held)}",
        "held_with_right_venue": f"{sum(_same_venue(m, hit['venue']) for m, hit in held)}/{len(held)}",
        "signals_without_evidence": [name for name in order if name in read and _unfounded(read[name])],
        "articles_not_read": [name for name in order if name not in read],
        "changes_at_unknown_articles": [
            change["article"] for change in result["changes"] if change["article"] not in gold.articles
        ],
    }


def _signals(gold: Gold, read: Mapping[str, str]) -> dict[str, Any]:
    strict = [(label.signal.value, read[name]) for name, label in sorted(gold.articles.items())]
    lenient = [
        (label.signal.value, label.signal.value if read[name] in label.alt else read[name])
        for name, label in sorted(gold.articles.items())
    ]
    return {**_confusion(lenient), "strict_accuracy": _share(sum(g == p for g, p in strict), len(strict))}


def _confusion(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Accuracy, F1 of each signal that the labels have, their mean, and what was taken for what."""
    counts = Counter(pairs)
    labelled, given = Counter(label for label, _ in pairs), Counter(answer for _, answer in pairs)
    f1 = {
        signal.value: round(2 * counts[signal.value, signal.value] / (labelled[signal.value] + given[signal.value]), 3)
        for signal in Signal
        if labelled[signal.value]
    }
    return {
        "n": len(pairs),
        "accuracy": _share(sum(label == answer for label, answer in pairs), len(pairs)),
        "macro_f1": _share(sum(f1.values()), len(f1)),
        "f1": f1,
        "confusion": {f"{label}->{answer}": n for (label, answer), n in sorted(counts.items()) if label != answer},
    }


Found = tuple[Transition, Mapping[str, Any], int]
"""A labelled change, the change that was told, and how many articles late it was."""


def _matched(
    moves: Iterable[Transition], told: Iterable[Mapping[str, Any]], order: Sequence[str]
) -> tuple[list[Found], list[Transition], list[Mapping[str, Any]]]:
    """One to one, in order: the same status, at the labelled article or at most LATEST later."""
    at = {name: number for number, name in enumerate(order)}
    left = list(told)
    found: list[Found] = []
    missed: list[Transition] = []
    for move in moves:
        for hit in left:
            late = at[hit["article"]] - at[move.article]
            if hit["status"] == move.status and 0 <= late <= LATEST:
                left.remove(hit)
                found.append((move, hit, late))
                break
        else:
            missed.append(move)
    return found, missed, left


def _transitions(
    found: Sequence[Found], missed: Sequence[Transition], false: Sequence[Mapping[str, Any]], articles: int
) -> dict[str, Any]:
    precision = len(found) / max(1, len(found) + len(false))
    recall = len(found) / max(1, len(found) + len(missed))
    return {
        "gold": len(found) + len(missed),
        "predicted": len(found) + len(false),
        "matched": len(found),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
        "mean_delay_articles": round(sum(late for *_, late in found) / max(1, len(found)), 2),
        "missed": [f"{move.status.value}@{move.article}" for move in missed],
        "false": [f"{change['status']}@{change['article']}" for change in false],
        "false_per_100_articles": round(100 * len(false) / articles, 2) if articles else 0.0,
    }


def _share(part: float, whole: int) -> float:
    return round(part / max(1, whole), 3)


def _unfounded(reading: Mapping[str, Any]) -> bool:
    return reading["signal"] != Signal.NONE and not (reading["evidence"] or "").strip()


def _same_date(labelled: PartialDate | None, told: PartialDate | None) -> bool:
    """Equal as far as both are known, to the month at least; any date fits where the label has none."""
    if not labelled:
        return True
    known = min(len(labelled), len(told or ""))
    return known >= len("2018-07") and labelled[:known] == (told or "")[:known]


def _same_venue(meeting: LabelledMeeting, told: str | None) -> bool:
    """One name contains the other, the country counting as the venue's name too; any fits where the label has none."""
    if not meeting.venue:
        return True
    said = (told or "").casefold()
    names = [name.casefold() for name in (meeting.venue, meeting.country) if name]
    return any(name in said or (said and said in name) for name in names)
