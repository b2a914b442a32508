"""What other programs subscribe to or embed: Atom, iCalendar, badge, card, oEmbed. Changes nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

from starlette.responses import JSONResponse, Response

from monitor.meetings.model import Meeting
from monitor.projections import board, history
from monitor.projections.watches import watch_meetings
from monitor.statuses import Signal
from monitor.web.pages import known_card
from monitor.web.rendering import cut, plain, safe_link
from monitor.web.site import Call, Missing

ATOM: Final = "http://www.w3.org/2005/Atom"
ENTRIES: Final = 50
CARD_WIDTH, CARD_HEIGHT = 420, 260
SAID: Final = {"StatusChanged": "", "ChangeReported": "unconfirmed: ", "ChangeWithdrawn": "withdrawn: "}
STATES: Final = {
    Signal.AGREED: "CONFIRMED",
    Signal.HELD: "CONFIRMED",
    Signal.POSTPONED: "TENTATIVE",
    Signal.CANCELLED: "CANCELLED",
}
"""Meetings that stand in the calendar, with the event's STATUS (RFC 5545, 3.8.1.11)."""
COLOURS: Final = {
    Signal.NONE: "#5f6875",
    Signal.PROPOSED: "#8a5a00",
    Signal.AGREED: "#0a5f73",
    Signal.HELD: "#1d6b3c",
    Signal.POSTPONED: "#684694",
    Signal.CANCELLED: "#a52a2a",
}


def atom(call: Call) -> Response:
    """The announced changes of one watch, or of all, as Atom (RFC 4287)."""
    watch = known_card(call).watch if "watch" in call.request.path_params else None
    found = history.latest_announced(call.connection, watch=watch, limit=ENTRIES)
    base = call.base
    feed = ElementTree.Element("feed", xmlns=ATOM)
    _element(feed, "id", f"{base}{call.request.url.path}")
    _element(feed, "title", f"Summitwatch: {watch or 'all changes'}")
    _element(feed, "updated", _rfc3339(found[0].recorded_at if found else datetime.fromtimestamp(0, UTC)))
    ElementTree.SubElement(feed, "link", rel="self", href=f"{base}{call.request.url.path}")
    ElementTree.SubElement(feed, "link", rel="alternate", href=f"{base}/watches/{watch}" if watch else f"{base}/")
    author = ElementTree.SubElement(feed, "author")
    _element(author, "name", "Summitwatch")
    for item in found:
        _entry(feed, item, base)
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type="application/atom+xml; charset=utf-8")


def _entry(feed: ElementTree.Element, item: history.Announced, base: str) -> None:
    change = item.change
    place = ", ".join(filter(None, (change.venue, change.date)))
    entry = ElementTree.SubElement(feed, "entry")
    _element(entry, "id", f"urn:sha256:{item.hash}")
    _element(entry, "title", f"{item.watch}: {SAID[item.type]}{change.status}{f' ({place})' if place else ''}")
    _element(entry, "updated", _rfc3339(item.recorded_at))
    _element(entry, "published", _rfc3339(change.at))
    ElementTree.SubElement(entry, "link", rel="alternate", href=f"{base}/articles/{change.article}?watch={item.watch}")
    if link := safe_link(item.url):
        ElementTree.SubElement(entry, "link", rel="via", href=plain(link))
    ElementTree.SubElement(entry, "category", term=str(change.status))
    _element(entry, "summary", " ".join(filter(None, (change.evidence, f"({item.source or ''})", change.why))))


def _element(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = cut(text, 1_000)


def _rfc3339(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def calendar(call: Call) -> Response:
    """The meetings of a watch whose day is known, as iCalendar (RFC 5545); a moved one keeps its UID."""
    card = known_card(call)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Summitwatch//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{_ical(card.watch)}", f"X-WR-CALNAME:{_ical(card.watch)}"]
    for meeting in watch_meetings(call.connection, card.watch, call.as_of):
        if meeting.changes and meeting.status in STATES and len(meeting.date or "") == len("2018-07-16"):
            lines += _vevent(meeting, " and ".join(card.principals))
    body = "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])
    return Response(body, media_type="text/calendar; charset=utf-8")


def _vevent(meeting: Meeting, people: str) -> list[str]:
    last = meeting.changes[-1]
    first = date.fromisoformat(meeting.date or "")
    stamp = f"{last.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.id}@summitwatch",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{len(meeting.changes) - 1}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_ical(f'{people}: {meeting.status}')}",
        f"STATUS:{STATES[meeting.status]}",
        "TRANSP:TRANSPARENT",
        f"DESCRIPTION:{_ical(last.evidence or last.why)}",
    ]
    if meeting.venue:
        lines.append(f"LOCATION:{_ical(meeting.venue)}")
    return [*lines, "END:VEVENT"]


def _ical(text: str) -> str:
    """TEXT as RFC 5545, 3.3.11 wants it escaped."""
    escaped = cut(text, 600).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A content line in pieces of at most 75 octets (RFC 5545, 3.1), never inside a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece]) + "\r\n"


def badge(call: Call) -> Response:
    """A small picture of the status, for a README or a wiki."""
    card = known_card(call)
    name, status = cut(card.watch, 40), "no meeting" if card.status is Signal.NONE else card.status.value
    left, right = 14 + round(len(name) * 6.6), 14 + round(len(status) * 6.6)
    text = call.site.templates.get_template("badge.svg").render(
        name=name, status=status, left=left, right=right, colour=COLOURS[card.status]
    )
    return Response(text, media_type="image/svg+xml")


def embedded(call: Call) -> Response:
    """A card that other pages can show in a frame."""
    return call.page("card.html", card=known_card(call))


def oembed(call: Call) -> Response:
    """How to embed a watch (oEmbed 1.0, type `rich`), as JSON or XML."""
    form = call.choice("format", ("json", "xml"))
    path = urlsplit(call.text("url", 2_000) or "").path.removeprefix(urlsplit(call.base).path)
    watch = path.removeprefix("/watches/").partition("/")[0] if path.startswith("/watches/") else ""
    try:
        card = board.card(call.connection, watch)
    except KeyError:
        raise Missing("url: write the address of a watch's page, such as /watches/NAME") from None
    source = f"{call.base}/watches/{card.watch}/card"
    frame = f'<iframe src="{source}" width="{CARD_WIDTH}" height="{CARD_HEIGHT}" title="Summitwatch"></iframe>'
    fields = {"version": "1.0", "type": "rich", "provider_name": "Summitwatch", "title": card.watch}
    answer = {**fields, "html": frame, "width": CARD_WIDTH, "height": CARD_HEIGHT}
    if form != "xml":
        return JSONResponse(answer)
    root = ElementTree.Element("oembed")
    for name, value in answer.items():
        ElementTree.SubElement(root, name).text = str(value)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type="text/xml; charset=utf-8")
