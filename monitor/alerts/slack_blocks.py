"""A message as Slack's Block Kit, within Slack's limits of length and number. Pure; sends nothing."""

from typing import Any, Final

from monitor.alerts.message import (
    MANY,
    Item,
    Message,
    Source,
    Standing,
    explanation,
    headline,
    moment,
    reason,
    standing_line,
    title,
)

MAX_BLOCKS: Final = 50
MAX_SECTION: Final = 3000
MAX_HEADER: Final = 150
MAX_ALL: Final = 12_000
"""Characters over all blocks; Slack refuses from about 13,200 on."""
ROOM_FOR_NOTE: Final = 200

Block = dict[str, Any]


def blocks(message: Message) -> list[Block]:
    """The message; what does not fit is left out with a note that says how much."""
    parts: list[list[Block]] = [_item(message, item) for item in message.items]
    parts += [[_section(escaped(note))] for note in message.notes]
    parts += [[_section(_standing(standing))] for standing in message.standings]
    end = _end(message)
    chosen = [{"type": "header", "text": {"type": "plain_text", "text": cut(title(message), MAX_HEADER)}}]
    room = MAX_ALL - ROOM_FOR_NOTE - length([*chosen, *end])
    for number, part in enumerate(parts):
        room -= length(part)
        if room < 0 or len(chosen) + len(part) + len(end) + 1 > MAX_BLOCKS:
            chosen.append(_context(f"{len(parts) - number} more did not fit into this message."))
            break
        chosen += part
    return [*chosen, *end]


def _item(message: Message, item: Item) -> list[Block]:
    lines = [f"*{escaped(headline(item))}*", escaped(explanation(item))]
    if item.evidence:
        lines.append("\n".join(f">{line}" for line in escaped(item.evidence).splitlines()))
    if item.source:
        lines.append(f"{_link(item.source)}, {moment(item.source.published)}")
    if item.others:
        more = f" and {len(item.others) - MANY} more" if len(item.others) > MANY else ""
        lines.append("Also: " + ", ".join(_link(other) for other in item.others[:MANY]) + more)
    if item.before:
        lines.append(f"Before: {escaped(item.before)}.")
    return [_section("\n".join(lines)), _context(f"Why you get this: {escaped(reason(message, item))}.")]


def _standing(standing: Standing) -> str:
    lines = [f"• {escaped(standing_line(standing))}"]
    if standing.evidence:
        lines += [f">{escaped(standing.evidence)}"]
    if standing.source:
        lines.append(f"{_link(standing.source)}, {moment(standing.source.published)}")
    return "\n".join(lines)


def _end(message: Message) -> list[Block]:
    lines = [f"<{_address(message.page)}|The whole story>"] if message.page else []
    if message.test:
        lines.append("This is a test: nothing has changed. It was sent to see that messages arrive.")
    return [_context(" · ".join(lines))] if lines else []


def _link(source: Source) -> str:
    outlet = escaped(source.outlet)
    return f"<{_address(source.url)}|{outlet}>" if source.url else outlet


def _address(url: str) -> str:
    """A URL that cannot end the link it stands in."""
    return escaped(url).replace("|", "%7C").replace("\n", "").replace(" ", "%20")


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, MAX_SECTION)}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, MAX_SECTION)}]}


def escaped(text: str) -> str:
    """Text that Slack shows as it is: no mention, link or channel call hides in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with a note where something was cut."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 6]
    if "&" in kept[-4:]:
        kept = kept[: kept.rindex("&")]
    return kept.rstrip() + " [cut]"


def length(some: list[Block]) -> int:
    """Characters of text in blocks."""
    return sum(len(block["text"]["text"]) if "text" in block else len(block["elements"][0]["text"]) for block in some)
