"""An alert's content as frozen data, and the sentences every channel says alike. Reads no state, knows no channel."""

import calendar
from datetime import datetime
from hashlib import sha256

import msgspec

from monitor.statuses import PartialDate, Signal

MANY = 5
"""Articles named beside the first one; more are counted."""


class Source(msgspec.Struct, frozen=True):
    """An article a change rests on."""

    article: str
    outlet: str
    title: str
    url: str | None
    published: datetime | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is told of one meeting."""

    kind: str
    """change, unconfirmed, withdrawn, reminder or question."""
    watch: str
    people: str
    """The principals as one would say them: `Ada Lind and Bela Kun`."""
    meeting: str
    status: Signal
    previous: Signal
    venue: str | None
    date: PartialDate | None
    evidence: str | None
    source: Source | None
    others: tuple[Source, ...] = ()
    voices: int = 1
    official: bool = False
    confidence: float = 1.0
    policy: str = ""
    """The rule of the watch's policy that let the change through."""
    before: str = ""
    """What was known before, in a clause."""
    standing: str = ""
    """What stands instead of something taken back, in a clause."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one watch stands, for summaries and digests."""

    watch: str
    people: str
    status: Signal
    venue: str | None
    date: PartialDate | None
    since: datetime | None
    evidence: str | None
    source: Source | None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a channel needs to write one message."""

    alert: str
    """Key of the alert: the same over all attempts."""
    channel: str
    kind: str
    queued_at: datetime
    items: tuple[Item, ...] = ()
    standings: tuple[Standing, ...] = ()
    notes: tuple[str, ...] = ()
    """Lines for the operator."""
    why: str = ""
    """Which rule of the channel it is told by."""
    thread: str | None = None
    page: str | None = None
    """Address of the page, where readers can reach one."""
    test: bool = False


def day(date: PartialDate) -> str:
    """`2018-07-16` → `16 July 2018`; what is not known is left out."""
    parts = [int(part) for part in date.split("-")]
    words = [str(parts[0])]
    if len(parts) > 1:
        words.insert(0, calendar.month_name[parts[1]])
    if len(parts) > 2:
        words.insert(0, str(parts[2]))
    return " ".join(words)


def moment(at: datetime | None) -> str:
    """An instant for people, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "date unknown"


def place(venue: str | None, date: PartialDate | None) -> str:
    """`Helsinki, 16 July 2018`, or what is known of it."""
    return ", ".join(filter(None, (venue, day(date) if date else None))) or "no place or date known"


def step(item: Item) -> str:
    """`proposed → agreed`, or `agreed` where the meeting is new."""
    return item.status if item.previous is Signal.NONE else f"{item.previous} → {item.status}"


def headline(item: Item) -> str:
    """The one line that a phone shows."""
    where = place(item.venue, item.date)
    match item.kind:
        case "unconfirmed":
            return f"Unconfirmed: {item.people}: {step(item)} ({where})"
        case "withdrawn":
            return f"Taken back: {item.people}: {item.status} ({where})"
        case "reminder":
            return f"Coming up: {item.people} are to meet ({where})"
        case "question":
            return f"Date passed, no report: {item.people} ({where})"
        case _:
            return f"{item.people}: {step(item)} ({where})"


def explanation(item: Item) -> str:
    """What the headline means, in a sentence that is honest about doubt."""
    match item.kind:
        case "unconfirmed":
            return f"This is reported but not confirmed: {doubt(item)}. It may turn out wrong."
        case "withdrawn":
            instead = item.standing or "nothing is known of a meeting"
            return f"An earlier message said {item.status}. That no longer follows from what is known; now {instead}."
        case "reminder":
            return "This was agreed; a last check of the news may be worth your while."
        case "question":
            return (
                "It was agreed for a day that has passed, and nothing that was read says that it was held or put off."
            )
        case _:
            return f"{doubt(item)[0].upper()}{doubt(item)[1:]}."


def doubt(item: Item) -> str:
    """Who says so, and how sure the reading is."""
    outlets = "1 outlet" if item.voices == 1 else f"{item.voices} independent outlets"
    who = f"said on the record by an official, in {outlets}" if item.official else f"reported by {outlets}"
    return f"{who}; confidence {item.confidence:.0%}"


def reason(message: Message, item: Item) -> str:
    """Why this was sent: the channel's rule, the policy, the articles."""
    articles = ", ".join(s.article for s in (item.source, *item.others[:MANY]) if s is not None)
    more = len(item.others) - MANY
    parts = [message.why, item.policy, f"articles {articles}" + (f" and {more} more" if more > 0 else "")]
    return "; ".join(part.rstrip(".") for part in parts if part)


def standing_line(standing: Standing) -> str:
    """`Ada Lind and Bela Kun: agreed (Helsinki, 16 July 2018), since 2018-06-28`."""
    if standing.status is Signal.NONE:
        return f"{standing.people}: no meeting is talked of"
    since = f", since {standing.since:%Y-%m-%d}" if standing.since else ""
    return f"{standing.people}: {standing.status} ({place(standing.venue, standing.date)}){since}"


def title(message: Message) -> str:
    """The line above everything else: the headline, or what the message sums up."""
    mark = "TEST: " if message.test else ""
    if message.kind == "operator":
        return f"{mark}Summitwatch: {message.notes[0]}" if len(message.notes) == 1 else f"{mark}{_many_notes(message)}"
    if message.kind == "summary":
        watches = count(len(message.standings), "watch stands", "watches stand")
        return f"{mark}Summitwatch has caught up: where {watches}"
    if len(message.items) == 1:
        return mark + headline(message.items[0])
    return f"{mark}{count(len(message.items), 'piece', 'pieces')} of news, last: {headline(message.items[-1])}"


def subject(message: Message, *, with_status: bool) -> str:
    """The subject of a mail: without the status it is the same all through a meeting's thread."""
    meetings = {item.meeting for item in message.items}
    if with_status or len(meetings) != 1:
        return title(message)
    item = message.items[0]
    mark = "TEST: " if message.test else ""
    return f"{mark}Meeting of {item.people} ({item.meeting})"


def message_id(alert: str, domain: str) -> str:
    """The Message-ID of an alert: the same however often it is sent."""
    return f"<{digest(alert)}@{domain}>"


def digest(text: str) -> str:
    """A short name made of a key, safe in headers."""
    return sha256(text.encode()).hexdigest()[:32]


def _many_notes(message: Message) -> str:
    return f"Summitwatch: {len(message.notes)} messages for the operator"


def count(number: int, one: str, many: str) -> str:
    """`1 watch`, `2 watches`."""
    return f"{number} {one if number == 1 else many}"
