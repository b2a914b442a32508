"""The figures of a backtest are those of the project's reference scorer, for readings that err in many ways."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.config import ConfigError
from monitor.service.scoring import Gold, load_gold, score
from monitor.statuses import Signal

ROOT = Path(__file__).parent.parent.parent
STREAMS = sorted((ROOT / "training" / "data" / "dev").iterdir())
REFERENCE = json.loads((ROOT / "tests" / "data" / "reference_scores.json").read_text(encoding="utf-8"))
"""What the reference scorer printed for `errant` readings of the same streams."""
SIGNALS = [signal.value for signal in Signal]


def errant(gold: Gold) -> dict[str, Any]:
    """A reader that errs by rule: signals, evidence, delays, places, days, absences and inventions."""
    names = sorted(gold.articles)
    meetings = {meeting.id: meeting for meeting in gold.meetings}
    articles = {}
    for n, name in enumerate(names):
        signal = SIGNALS[n % 6] if n % 4 == 3 else gold.articles[name].signal.value
        if n % 17 != 16:
            articles[name] = {"signal": signal, "evidence": None if n % 11 == 5 else "words"}
    changes = []
    for n, move in enumerate(gold.transitions):
        meeting = meetings[move.meeting]
        at = names[min(len(names) - 1, names.index(move.article) + n % 5)]
        venue = (meeting.venue, meeting.country, None, "Nowhere")[n % 4]
        day = (meeting.date, (meeting.date or "")[:7], None)[n % 3]
        changes.append({"article": at, "status": move.status.value, "venue": venue, "date": day})
    changes += [{"article": names[5 * n], "status": SIGNALS[n + 1], "venue": None, "date": None} for n in range(3)]
    changes.append({"article": "beyond", "status": "held", "venue": None, "date": None})
    return {"articles": articles, "changes": changes}


@pytest.mark.parametrize("folder", STREAMS, ids=[folder.name for folder in STREAMS])
def test_figures_are_those_of_the_reference(folder: Path) -> None:
    gold = load_gold(folder / "gold.json")
    assert score(gold, errant(gold)) == REFERENCE[folder.name]


def perfect(gold: Gold) -> dict[str, Any]:
    meetings = {meeting.id: meeting for meeting in gold.meetings}
    return {
        "articles": {name: {"signal": a.signal.value, "evidence": "words"} for name, a in gold.articles.items()},
        "changes": [
            {
                "article": move.article,
                "status": move.status.value,
                "venue": meetings[move.meeting].venue,
                "date": meetings[move.meeting].date,
            }
            for move in gold.transitions
        ],
    }


def test_a_perfect_reader_has_perfect_figures() -> None:
    gold = load_gold(STREAMS[0] / "gold.json")
    figures = score(gold, perfect(gold))
    assert (figures["signals"]["accuracy"], figures["signals"]["macro_f1"]) == (1.0, 1.0)
    changes = figures["transitions"]
    assert (changes["f1"], changes["missed"], changes["false"], changes["mean_delay_articles"]) == (1.0, [], [], 0.0)


def test_another_defensible_signal_counts_but_not_strictly() -> None:
    labels = {"signal": "proposed", "alt": ["agreed"]}
    gold = msgspec.convert({"watch": "w", "articles": {"1": labels}, "meetings": [], "transitions": []}, type=Gold)
    figures = score(gold, {"articles": {"1": {"signal": "agreed", "evidence": "words"}}, "changes": []})
    assert (figures["signals"]["accuracy"], figures["signals"]["strict_accuracy"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "docs/labelling.md"),
        ('{"watch": "w"}', "missing required field `articles`"),
        ('{"watch":"w","articles":{"1":{"signal":"maybe"}},"meetings":[],"transitions":[]}', "maybe"),
        (
            '{"watch":"w","articles":{},"meetings":[],"transitions":[{"meeting":"m","status":"held","article":"9"}]}',
            "article '9' of meeting 'm'",
        ),
    ],
    ids=["not-json", "no-articles", "no-such-signal", "unlisted-article"],
)
def test_wrong_labels_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_gold(path)
    assert says in str(error.value)
    assert str(path) in str(error.value)
