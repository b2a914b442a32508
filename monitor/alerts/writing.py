"""Messages as text and HTML from the templates beside it. Sends nothing."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts import message as words
from monitor.alerts.message import Message

_TEMPLATES: Final = Environment(
    loader=PackageLoader("monitor.alerts"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.globals.update(
    title=words.title,
    headline=words.headline,
    explanation=words.explanation,
    reason=words.reason,
    standing_line=words.standing_line,
    moment=words.moment,
    many=words.MANY,
)


def plain_text(message: Message) -> str:
    """A message for text clients and services that take text."""
    return _TEMPLATES.get_template("email.txt").render(message=message)


def html(message: Message) -> str:
    """A message as an HTML page for mail programs; everything from outside is escaped."""
    return _TEMPLATES.get_template("email.html").render(message=message)
