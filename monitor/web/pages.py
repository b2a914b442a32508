"""The pages for people: board, watch, article, search, sources, alerts, log. Reads; changes nothing."""

from difflib import SequenceMatcher

import msgspec
from starlette.responses import Response

from monitor.events import EVENT_TYPES
from monitor.meetings.model import Meeting
from monitor.projections import archive, board, health, history, search
from monitor.projections.lanes import lanes
from monitor.projections.sources import complaints
from monitor.projections.watches import watch_meetings, watch_names
from monitor.reading.model import TITLE, Span
from monitor.statuses import Signal
from monitor.web import picture
from monitor.web.rendering import host, marked
from monitor.web.site import Call, Missing

PER_PAGE = 30
LOG_PAGE = 50
OUTLET_CHOICES = 60
MEETINGS_SHOWN = 20
"""Of a watch at first; the rest is one link away."""
WHOLE_LANES = 40
"""More meetings than this are shown by the year unless asked otherwise."""
RHYTHM_DAYS = 60
COPIES_SHOWN = 50
LONGEST_SHOWN = 60_000
"""Characters of an article shown at once; the rest is one link away."""
ALERT_STATES = ("queued", "told", "sent", "abandoned")
STATUSES = tuple(signal.value for signal in Signal)


def show_board(call: Call) -> Response:
    """A card for each watch."""
    return call.page(
        "board.html",
        cards=board.cards(call.connection, call.as_of),
        read_at=history.last_read_at(call.connection),
        changes=history.latest_announced(call.connection, watch=None, limit=8) if call.as_of is None else [],
    )


def filters(call: Call) -> archive.Filters:
    """What the address leaves out of a watch's articles."""
    status, counted = call.choice("status", STATUSES), call.choice("counted", ("yes", "no"))
    until = min(filter(None, (call.instant("until"), call.as_of)), default=None)
    return archive.Filters(
        call.text("outlet"),
        Signal(status) if status else None,
        call.text("language", 35),
        call.instant("since"),
        until,
        None if counted is None else counted == "yes",
    )


def show_watch(call: Call) -> Response:
    """One watch: picture, meetings, articles with their verdicts."""
    name, as_of, chosen = call.name("watch"), call.as_of, filters(call)
    card = known_card(call)
    known = watch_meetings(call.connection, name, as_of)
    extent = archive.extent(call.connection, name, chosen)
    until = as_of or call.now
    drawn = lanes(known, archive.last_heard(call.connection, name, as_of), until)
    zoom = call.choice("zoom", picture.ZOOMS) or ("all" if len(drawn) <= WHOLE_LANES else "year")
    shown = picture.window(zoom, call.instant("at"), drawn, extent, until)
    marks = archive.marks(call.connection, name, chosen, shown.start, shown.end)
    number = call.number("page", 1, 1, 10_000)
    skip = (number - 1) * PER_PAGE
    found = archive.watch_articles(call.connection, name, chosen, limit=PER_PAGE + 1, skip=skip)
    meetings = sorted(known, key=_latest_first, reverse=True)
    listed = meetings if call.choice("meetings", ("all",)) else meetings[:MEETINGS_SHOWN]
    return call.page(
        "watch.html",
        card=card,
        picture=picture.draw(shown, drawn, marks, until),
        meetings=listed,
        unlisted=len(meetings) - len(listed),
        titles=archive.titles(call.connection, {c.article for m in listed for c in m.changes}),
        articles=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        number=number,
        total=extent.articles,
        outlets=archive.outlets(call.connection, name, as_of, OUTLET_CHOICES),
        statuses=STATUSES,
    )


def _latest_first(meeting: Meeting) -> str:
    return meeting.changes[-1].at.isoformat() if meeting.changes else meeting.date or ""


def known_card(call: Call) -> board.Card:
    """The card of the watch in the path.

    Raises:
        Missing: there is no such watch.
    """
    name = call.name("watch")
    try:
        return board.card(call.connection, name, call.as_of)
    except KeyError:
        raise Missing(f"There is no watch {name!r}; the board shows those there are.") from None


def known_article(call: Call) -> archive.ArticleFull:
    """The article in the path.

    Raises:
        Missing: there is no such article.
    """
    identity = call.name("article")
    try:
        return archive.article(call.connection, identity)
    except KeyError:
        raise Missing(f"There is no article {identity!r}; search finds those there are.") from None


def show_article(call: Call) -> Response:
    """One article with its evidence marked in place."""
    shown = known_article(call)
    readings = archive.article_readings(call.connection, shown.article)
    watch = call.text("watch")
    spans = [
        span for item in readings if watch in (None, item.watch) and item.text == shown.text for span in _spans(item)
    ]
    whole = call.choice("whole", ("yes",)) == "yes"
    words = shown.words if whole or not shown.words else shown.words[:LONGEST_SHOWN]
    blocks = [marked(block, _within(spans, n - 1)) for n, block in enumerate((words or "").split("\n\n"))]
    versions = archive.versions(call.connection, shown.article)
    return call.page(
        "article.html",
        article=shown,
        title=blocks[0] if words else [(shown.title, False)],
        paragraphs=blocks[1:],
        cut=bool(words and shown.words and len(words) < len(shown.words)),
        readings=readings,
        copies=archive.copies(call.connection, shown, COPIES_SHOWN),
        versions=versions,
        sides=_sides(versions[-2].words, versions[-1].words) if len(versions) > 1 else None,
    )


def _spans(item: archive.ArticleReading) -> list[Span]:
    """What the reading rests on: its evidence, further claims, mentions of earlier meetings."""
    reading = item.reading
    spans = [reading.evidence, *(c.evidence for c in reading.also), *(p.evidence for p in reading.background)]
    return [span for span in spans if span is not None]


def _within(spans: list[Span], paragraph: int) -> list[tuple[int, int]]:
    """The spans of one paragraph; the title is paragraph TITLE."""
    return [(span.start, span.end) for span in spans if span.paragraph == (paragraph if paragraph >= 0 else TITLE)]


class Side(msgspec.Struct, frozen=True):
    """Two stretches of paragraphs side by side."""

    kind: str
    """equal, replace, delete or insert."""
    before: tuple[str, ...]
    after: tuple[str, ...]


def _sides(before: str | None, after: str | None) -> list[Side] | None:
    """Where two texts differ, by paragraph; None where one of them is no longer kept."""
    if before is None or after is None:
        return None
    old, new = before.split("\n\n")[:1_000], after.split("\n\n")[:1_000]
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Side(kind, tuple(old[a:b]), tuple(new[c:d])) for kind, a, b, c, d in steps]


def show_search(call: Call) -> Response:
    """Articles in which words occur."""
    words, number = call.text("q"), call.number("page", 1, 1, 1_000)
    skip = (number - 1) * PER_PAGE
    hits = search.find(call.connection, words or "", limit=PER_PAGE + 1, skip=skip, as_of=call.as_of)
    return call.page("search.html", words=words or "", hits=hits[:PER_PAGE], more=len(hits) > PER_PAGE, number=number)


def show_sources(call: Call) -> Response:
    """Each source with its health and rhythm."""
    return call.page("sources.html", sources=source_lines(call), days=RHYTHM_DAYS)


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One configured source, or one that articles came from."""

    source: str
    kind: str | None
    host: str | None
    interval: str | None
    state: str
    """working, fault, failing, silent, gone, untried or not configured."""
    says: str
    """What is wrong with it; empty where nothing is."""
    rhythm: health.Rhythm
    poll: health.Poll | None


def source_lines(call: Call) -> list[SourceLine]:
    """The configured sources, then others that were polled and gave articles."""
    polls, wrong = health.polls(call.connection), complaints(call.connection)
    rhythms = health.rhythms(call.connection, call.now, RHYTHM_DAYS)
    configured = {section.name: section for section in call.site.config.source}
    lines = []
    for name in [*configured, *sorted(rhythms.keys() - configured.keys())][:500]:
        section, poll, complaint = configured.get(name), polls.get(name), wrong.get(name)
        lines.append(
            SourceLine(
                source=name,
                kind=section.kind if section else None,
                host=host(section.url) if section else None,
                interval=section.interval if section else None,
                state=health.source_state(poll, complaint) if section else "not configured",
                says=health.source_fault(poll, complaint),
                rhythm=rhythms.get(name, health.Rhythm()),
                poll=poll,
            )
        )
    return lines


def show_alerts(call: Call) -> Response:
    """What was told to whom, and what could not be."""
    state, channel = call.choice("state", ALERT_STATES), call.text("channel")
    before = call.number("before", 0, 1, 10**15) or None
    found = health.alerts_before(call.connection, before=before, state=state, channel=channel, limit=PER_PAGE + 1)
    return call.page(
        "alerts.html",
        alerts=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        states=ALERT_STATES,
        channels=[section.name for section in call.site.config.alert],
    )


def show_log(call: Call) -> Response:
    """Events as they stand in the log, the newest first."""
    type_, stream = call.choice("type", tuple(EVENT_TYPES)), call.text("stream")
    before = call.number("before", 0, 1, 10**15) or None
    found = history.events_before(call.connection, before=before, type_=type_, stream=stream, limit=LOG_PAGE + 1)
    return call.page(
        "log.html",
        events=[(event, msgspec.json.encode(event.data).decode()) for event in found[:LOG_PAGE]],
        more=len(found) > LOG_PAGE,
        head=history.head(call.connection),
        types=sorted(EVENT_TYPES),
    )


def show_about(call: Call) -> Response:
    """What the page offers to other programs."""
    return call.page("about.html", names=watch_names(call.connection))
