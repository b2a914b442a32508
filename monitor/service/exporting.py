"""Labels of the log in the forms that training and backtests take: streams and windows. Labels nothing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from monitor.events import ArticleLabelled
from monitor.log.codec import iso
from monitor.meetings.fold import fold
from monitor.meetings.model import Meeting, Observation, Policy, Report
from monitor.projections.archive import ArticleFull, article, article_readings
from monitor.reading.model import TITLE, PastMeeting
from monitor.service.assembly import Parts
from monitor.service.explaining import watch_of
from monitor.service.labelling import labels
from monitor.statuses import Signal, Speaker
from scrapers.article import Article, write_article


class Kept(msgspec.Struct, frozen=True):
    """A labelled article whose words and date are still known."""

    name: str
    """`001`, `002` and so on, in order of publication."""
    shown: ArticleFull
    label: ArticleLabelled
    background: tuple[PastMeeting, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Title and paragraphs."""
        return tuple((self.shown.words or "").split("\n\n"))


def kept(parts: Parts, watch: str) -> list[Kept]:
    """The labelled articles of a watch, as they were published. Revised ones whose label is of older words are out."""
    connection = parts.database.connection
    found = [(article(connection, identity), label) for identity, label in labels(parts.log, watch).items()]
    whole = [(shown, label) for shown, label in found if shown.words and shown.counted_at and shown.text == label.text]
    whole.sort(key=lambda item: (iso(item[0].counted_at) if item[0].counted_at else "", item[0].article))
    return [
        Kept(f"{number:03}", shown, label, _background(parts, watch, shown.article))
        for number, (shown, label) in enumerate(whole, 1)
    ]


def _background(parts: Parts, watch: str, identity: str) -> tuple[PastMeeting, ...]:
    """As the reader found it: a person labels the current meeting only."""
    readings = article_readings(parts.database.connection, identity)
    return next((r.reading.background for r in readings if r.watch == watch), ())


def write_stream(parts: Parts, watch: str, folder: Path) -> int:
    """Write a labelled stream: watch.toml, gold.json and articles/. -> how many articles.

    Raises:
        OSError: it cannot be written, or the folder is there and has something in it.
    """
    (folder / "articles").mkdir(parents=True)
    articles = kept(parts, watch)
    people = [
        {"name": principal.name, "aliases": list(principal.aliases)} for principal in watch_of(parts, watch).principals
    ]
    (folder / "watch.toml").write_text(tomlkit.dumps({"name": watch, "principals": people}), encoding="utf-8")
    (folder / "gold.json").write_bytes(msgspec.json.format(msgspec.json.encode(_gold(watch, articles)), indent=1))
    for item in articles:
        (folder / "articles" / f"{item.name}.txt").write_bytes(write_article(_document(item)))
    return len(articles)


def _document(item: Kept) -> Article:
    shown, (title, *paragraphs) = item.shown, item.texts
    at = shown.counted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if shown.counted_at else None
    return Article(
        title=title,
        paragraphs=tuple(paragraphs),
        url=shown.url,
        source=shown.source,
        published=at,
        language=shown.language,
        author=shown.author,
    )


def _gold(watch: str, articles: Sequence[Kept]) -> dict[str, Any]:
    """Meetings and changes follow from the labels as the fold sees them when every reading is right."""
    state = fold(watch, [_observation(item) for item in articles], Policy(voices=1))
    place = {verdict.article: verdict.meeting for verdict in state.verdicts}
    return {
        "watch": watch,
        "meetings": [_meeting(meeting) for meeting in state.meetings],
        "articles": {item.name: _label(item, place.get(item.name), state.meetings) for item in articles},
        "transitions": [
            {"meeting": change.meeting, "status": change.status, "article": change.article} for change in state.changes
        ],
    }


def _observation(item: Kept) -> Observation:
    assert item.shown.counted_at is not None  # `kept` takes no other
    label = item.label
    evidence = label.evidence.text if label.evidence else None
    main = Report(label.signal, label.venue, label.date, evidence, Speaker.OFFICIAL)
    return Observation(item.name, item.shown.counted_at, item.name, main, background=item.background, corrected=True)


def _meeting(meeting: Meeting) -> Mapping[str, Any]:
    fields = {"id": meeting.id, "venue": meeting.venue, "country": None, "date": meeting.date, "final": meeting.status}
    return fields | ({"background": True} if meeting.background else {})


def _label(item: Kept, meeting: str | None, meetings: Sequence[Meeting]) -> Mapping[str, Any]:
    label = item.label
    earlier = {(past.venue, past.date) for past in item.background}
    return {
        "signal": label.signal,
        "meeting": meeting,
        "venue": label.venue,
        "date": label.date,
        "evidence": label.evidence.text if label.evidence else None,
        "background": [m.id for m in meetings if (m.venue, m.date) in earlier],
    }


def windows(parts: Parts, watch: str) -> Iterator[dict[str, Any]]:
    """The labelled words between what stands around them, one object for each article that has some."""
    names = [principal.name for principal in watch_of(parts, watch).principals]
    for item in kept(parts, watch):
        span = item.label.evidence
        if span is None:
            continue
        whole = item.texts[span.paragraph - TITLE]
        yield {
            "id": f"{watch}-{item.shown.article}",
            "principals": names,
            "published": iso(item.shown.counted_at)[:10] if item.shown.counted_at else None,
            "title": item.shown.title,
            "before": whole[: span.start].strip(),
            "text": span.text,
            "after": whole[span.end :].strip(),
            "signal": item.label.signal,
            "role": "current" if item.label.signal is not Signal.NONE else "none",
            "venue": item.label.venue,
            "date": item.label.date,
        }
