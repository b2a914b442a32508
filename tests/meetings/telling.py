"""Lets a test tell a story in lines: `2018-06-28 agreed Helsinki 2018-07-16`. Holds no expectations."""

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.meetings.model import Observation, Policy, Report, WatchState
from monitor.reading.model import PastMeeting
from monitor.statuses import Signal, Speaker


def report(words: str, confidence: float = 1.0, speaker: Speaker = Speaker.OFFICIAL) -> Report:
    """`agreed Helsinki 2018-07-16`: signal, then venue and date, in any order, where told."""
    signal, *rest = words.split()
    dates = [word for word in rest if word[0].isdigit()]
    venues = [word for word in rest if not word[0].isdigit()]
    return Report(
        Signal(signal), venues[0] if venues else None, dates[0] if dates else None, words, speaker, confidence
    )


def story(lines: str | Iterable[str], speaker: Speaker = Speaker.OFFICIAL) -> list[Observation]:
    """One observation a line: `DAY MAIN [+ ALSO] [< PAST VENUE DATE] [@VOICE] [=CONFIDENCE] [!]`.

    Articles are named `1`, `2`, ... in the order of the lines; `!` marks a correction by a person.
    """
    rows = lines.strip().splitlines() if isinstance(lines, str) else list(lines)
    return [_line(f"{n:03}", row.strip(), speaker) for n, row in enumerate(rows, start=1)]


def _line(article: str, row: str, speaker: Speaker) -> Observation:
    day, *words = row.split()
    voice = next((w[1:] for w in words if w[0] == "@"), article)
    confidence = next((float(w[1:]) for w in words if w[0] == "="), 1.0)
    told, _, past = " ".join(w for w in words if w[0] not in "@=!").partition("<")
    main, *also = told.split("+")
    return Observation(
        article=article,
        published=datetime.fromisoformat(day).replace(tzinfo=UTC),
        voice=voice,
        main=report(main, confidence, speaker),
        also=tuple(report(words, confidence, speaker) for words in also),
        background=(_past(past),) if past else (),
        corrected="!" in words,
    )


def _past(words: str) -> PastMeeting:
    held = report(f"held {words}")
    return PastMeeting(held.venue, held.date)


def told(state: WatchState) -> list[str]:
    """The changes as `ARTICLE STATUS MEETING`, article and meeting by number."""
    return [f"{int(c.article)} {c.status} {c.meeting.rpartition('-')[2]}" for c in state.changes]


EVERY_ARTICLE = Policy(voices=1)
