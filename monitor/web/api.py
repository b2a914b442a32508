"""The JSON API: one table of endpoints, from which the routes and the OpenAPI document are made. Changes nothing."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from starlette.responses import Response

from monitor.events import EVENT_TYPES, Recorded
from monitor.projections import archive, board, health, history, search
from monitor.projections.watches import timeline_json
from monitor.statuses import PartialDate, Signal
from monitor.web.pages import ALERT_STATES, STATUSES, SourceLine, filters, known_article, known_card, source_lines
from monitor.web.site import BadQuestion, Call

MOST: Final = 500
FARTHEST: Final = 10**15


class Watches(msgspec.Struct, frozen=True):
    """Every watch in use."""

    watches: list[board.Card]


class TimelineChange(msgspec.Struct, frozen=True):
    """A status change of a meeting."""

    status: Signal
    at: str
    article: str
    evidence: str | None


class TimelineMeeting(msgspec.Struct, frozen=True):
    """A meeting with its changes in order."""

    id: str
    status: Signal
    venue: str | None
    date: PartialDate | None
    background: bool
    changes: list[TimelineChange]


class Timeline(msgspec.Struct, frozen=True):
    """Every meeting of a watch."""

    watch: str
    meetings: list[TimelineMeeting]


class WatchArticles(msgspec.Struct, frozen=True):
    """Articles of a watch; `next` is the position to go on after, null at the end."""

    articles: list[archive.WatchArticle]
    next: int | None


class Articles(msgspec.Struct, frozen=True):
    """Articles; `next` is the position to go on after, null at the end."""

    articles: list[archive.ArticleLine]
    next: int | None


class ArticleAnswer(msgspec.Struct, frozen=True):
    """An article with everything that was made of it."""

    article: archive.ArticleFull
    readings: list[archive.ArticleReading]
    copies: list[archive.ArticleLine]
    versions: list[archive.Version]


class Changes(msgspec.Struct, frozen=True):
    """Announced changes; `next` is the position to go on after, null at the end."""

    changes: list[history.Announced]
    next: int | None


class Events(msgspec.Struct, frozen=True):
    """Events of the log; `next` is the position to go on after, null at the end."""

    events: list[Recorded]
    next: int | None


class Alerts(msgspec.Struct, frozen=True):
    """Alerts; `next` is the position to go on after, null at the end."""

    alerts: list[health.AlertLine]
    next: int | None


class Sources(msgspec.Struct, frozen=True):
    """Sources with their health and rhythm."""

    sources: list[SourceLine]


class Hits(msgspec.Struct, frozen=True):
    """Articles in which all words occur, the latest recorded first; what was found stands between U+0002 and U+0003."""

    articles: list[search.Hit]


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    error: str


class Endpoint(msgspec.Struct, frozen=True):
    """One path of the API."""

    path: str
    summary: str
    answer: Any
    """The type of the answer."""
    handle: Callable[[Call], Any]
    query: tuple[str, ...] = ()
    """Names in PARAMETERS."""


def _parameter(description: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}}


def _words(description: str, longest: int) -> dict[str, Any]:
    return _parameter(description, maxLength=longest, pattern=r"^[^\u0000]*$")


PARAMETERS: Final = {
    "as_of": _parameter("Only what was published by then counts.", format="date-time"),
    "since": _parameter("Published at or after.", format="date-time"),
    "until": _parameter("Published at or before.", format="date-time"),
    "after": _parameter("Go on after this position of the log.", type="integer", minimum=0, maximum=FARTHEST),
    "limit": _parameter("At most so many; 100 unless told.", type="integer", minimum=1, maximum=MOST),
    "outlet": _words("Only of this outlet.", 200),
    "language": _words("Only in this language (BCP 47).", 35),
    "status": _parameter("Only those that say this.", enum=list(STATUSES)),
    "counted": _parameter("Only those that counted, or did not.", enum=["yes", "no"]),
    "type": _parameter("Only events of this type.", enum=sorted(EVENT_TYPES)),
    "stream": _words("Only of this stream.", 200),
    "state": _parameter("Only in this state.", enum=list(ALERT_STATES)),
    "watch": _words("Only of this watch.", 200),
    "q": _words('Words; "..." for a phrase, * for any ending.', 200),
}


def _limits(call: Call) -> dict[str, int]:
    return {"after": call.number("after", 0, 0, FARTHEST), "limit": call.number("limit", 100, 1, MOST)}


def _next(found: list[Any], limit: int) -> int | None:
    return found[-1].position if len(found) == limit else None


def _watches(call: Call) -> Watches:
    return Watches(board.cards(call.connection, call.as_of))


def _timeline(call: Call) -> Timeline:
    known_card(call)
    return msgspec.convert(timeline_json(call.connection, call.name("watch"), call.as_of), type=Timeline)


def _watch_articles(call: Call) -> WatchArticles:
    known_card(call)
    limits = _limits(call)
    found = archive.watch_articles_after(call.connection, call.name("watch"), filters(call), **limits)
    return WatchArticles(found, _next(found, limits["limit"]))


def _articles(call: Call) -> Articles:
    limits = _limits(call)
    found = archive.articles_after(call.connection, **limits)
    return Articles(found, _next(found, limits["limit"]))


def _article(call: Call) -> ArticleAnswer:
    shown, connection = known_article(call), call.connection
    readings = archive.article_readings(connection, shown.article)
    versions = archive.versions(connection, shown.article)
    return ArticleAnswer(shown, readings, archive.copies(connection, shown, MOST), versions)


def _changes(call: Call) -> Changes:
    limits = _limits(call)
    found = history.announced_after(call.connection, watch=call.text("watch"), **limits)
    return Changes(found, _next(found, limits["limit"]))


def _events(call: Call) -> Events:
    limits = _limits(call)
    type_ = call.choice("type", tuple(EVENT_TYPES))
    found = history.events_after(call.connection, type_=type_, stream=call.text("stream"), **limits)
    return Events(found, _next(found, limits["limit"]))


def _alerts(call: Call) -> Alerts:
    limits = _limits(call)
    found = health.alerts_after(call.connection, state=call.choice("state", ALERT_STATES), **limits)
    return Alerts(found, _next(found, limits["limit"]))


def _search(call: Call) -> Hits:
    limit = call.number("limit", 100, 1, MOST)
    return Hits(search.find(call.connection, call.text("q") or "", limit=limit, as_of=call.as_of))


ENDPOINTS: Final = (
    Endpoint("/watches", "Where every watch stands", Watches, _watches, ("as_of",)),
    Endpoint("/watches/{watch}", "Where one watch stands", board.Card, known_card, ("as_of",)),
    Endpoint("/watches/{watch}/timeline", "Every meeting of a watch", Timeline, _timeline, ("as_of",)),
    Endpoint(
        "/watches/{watch}/articles",
        "Articles of a watch with their verdicts",
        WatchArticles,
        _watch_articles,
        ("after", "limit", "outlet", "status", "language", "since", "until", "counted", "as_of"),
    ),
    Endpoint("/articles", "All articles in order of position", Articles, _articles, ("after", "limit")),
    Endpoint("/articles/{article}", "One article", ArticleAnswer, _article),
    Endpoint("/changes", "Announced changes in order of position", Changes, _changes, ("after", "limit", "watch")),
    Endpoint("/search", "Full text of all articles", Hits, _search, ("q", "limit", "as_of")),
    Endpoint("/sources", "Sources and their health", Sources, lambda call: Sources(source_lines(call))),
    Endpoint("/alerts", "Alerts in order of position", Alerts, _alerts, ("after", "limit", "state")),
    Endpoint("/log", "Events in order of position", Events, _events, ("after", "limit", "type", "stream")),
)
PREFIX: Final = "/api/v1"


def answer(endpoint: Endpoint, call: Call) -> Response:
    """An endpoint's answer as JSON.

    Raises:
        BadQuestion: a parameter that is not free text is empty.
    """
    for name in endpoint.query:
        if call.request.query_params.get(name) == "" and "maxLength" not in PARAMETERS[name]["schema"]:
            raise BadQuestion(f"{name}: leave it out, or give it a value")
    return Response(msgspec.json.encode(endpoint.handle(call)), media_type="application/json")


def problem(text: str, status: int) -> Response:
    """An error as JSON."""
    return Response(msgspec.json.encode(Problem(text)), status, media_type="application/json")


def openapi(version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the table above; schemas come from the types of the answers."""
    types = [*(endpoint.answer for endpoint in ENDPOINTS), Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    paths = {
        PREFIX + endpoint.path: {"get": _operation(endpoint, schema, schemas[-1])}
        for endpoint, schema in zip(ENDPOINTS, schemas, strict=False)
    }
    info = {
        "title": "Summitwatch",
        "version": version,
        "description": "Whether leaders will meet, and why we think so.",
    }
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": components}}


def _operation(endpoint: Endpoint, schema: dict[str, Any], problem_schema: dict[str, Any]) -> dict[str, Any]:
    parts = [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]
    in_path = [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for part in parts
    ]
    in_query = [{"name": name, "in": "query", **PARAMETERS[name]} for name in endpoint.query]
    answers = {"200": {"description": endpoint.summary, "content": {"application/json": {"schema": schema}}}}
    refusals = {"400": "A parameter cannot be used", "503": "The database is not there yet, or busy"}
    for status, text in {**refusals, **({"404": "There is none"} if parts else {})}.items():
        answers[status] = {"description": text, "content": {"application/json": {"schema": problem_schema}}}
    name = endpoint.path.strip("/").replace("{", "").replace("}", "").replace("/", "-")
    return {"operationId": name, "summary": endpoint.summary, "parameters": in_path + in_query, "responses": answers}
