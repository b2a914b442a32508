"""The port every channel keeps: send one message, say what became of it. Holds no schedule and no state."""

from datetime import timedelta
from typing import ClassVar, Protocol

import msgspec

from monitor.alerts.message import Message

ANSWER = 300
"""Characters kept of what a server said."""


class Delivered(msgspec.Struct, frozen=True):
    """The server accepted the message."""

    answer: str
    reference: str | None = None
    """What later messages of the thread refer to."""
    refused: tuple[str, ...] = ()
    """Recipients turned away for good, each with the server's words."""
    to: tuple[str, ...] = ()
    """Recipients for whom it was taken."""


class Retry(msgspec.Struct, frozen=True):
    """It did not work this time."""

    reason: str
    after: timedelta | None = None
    """How long the server asks to wait; None: as our back-off says."""
    unknown: bool = False
    """The message may have arrived all the same."""
    left: tuple[str, ...] = ()
    """Recipients that are still to get it; none named: all."""
    refused: tuple[str, ...] = ()
    """Recipients turned away for good, each with the server's words."""


class Abandon(msgspec.Struct, frozen=True):
    """It will never work like this; a person has to mend something first."""

    reason: str


Outcome = Delivered | Retry | Abandon


class Context(msgspec.Struct, frozen=True):
    """What a channel is told beside the message."""

    thread: str | None = None
    """Reference of the thread's first message, once that was accepted."""
    left: tuple[str, ...] = ()
    """Recipients that are still to get it; none: all."""


class Channel(Protocol):
    """One way to reach people."""

    repeats: ClassVar[int]
    """How often a message that may have arrived is sent again before a person has to decide."""

    async def send(self, message: Message, context: Context) -> Outcome:
        """Try once, within the channel's timeout. Faults of the network are outcomes; nothing is raised for them."""

    async def follow_up(self, message: Message, context: Context) -> None:
        """What may come after the alert was recorded as sent; faults are logged and cost nothing."""

    async def reach(self) -> str:
        """Try to get as far as is possible without sending. -> what the server said.

        Raises:
            Unreachable: it would not work; the text says why.
        """

    def render(self, message: Message, context: Context) -> str:
        """What would be sent, as text for people."""


class Unreachable(Exception):
    """A channel cannot be reached or refuses us."""


def scrubbed(text: str, *secrets: str | None) -> str:
    """What a server or library said, on one line, cut, and with no secret in it."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    line = " ".join(text.split())
    return line if len(line) <= ANSWER else line[: ANSWER - 1] + "…"
