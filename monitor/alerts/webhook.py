"""Signed JSON for programs of your own (HMAC, documented in docs/alerts.md). Sends to one address."""

import hmac
import time
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from monitor.alerts.channel import Context, Delivered, Outcome, Retry, Unreachable, scrubbed
from monitor.alerts.message import Message, message_id, title
from monitor.alerts.posting import Answer, BrokenOff, NotSent, is_safe, post, trouble
from monitor.alerts.settings import WebhookOptions
from monitor.config import ConfigError, seconds

SCHEMA = 1
"""Version of the posted object; raised when a field changes its meaning."""


class WebhookChannel:
    """See `Channel`. A message that may have arrived can be sent again: receivers know it by its `id`."""

    repeats: ClassVar[int] = 5

    def __init__(self, options: WebhookOptions, key: str, where: str) -> None:
        """Raises ConfigError: the address would send the messages in the clear."""
        if not is_safe(options.url):
            raise ConfigError(f"{where}: options.url must begin with https://")
        self._url = options.url
        self._key = key
        self._timeout = seconds(options.timeout)

    async def send(self, message: Message, context: Context) -> Outcome:  # noqa: ARG002  # the port's
        """See `Channel`: any 2xx means that the receiver has it."""
        try:
            answer = await self._post(msgspec.json.encode(_fields(message)))
        except NotSent as fault:
            return Retry(self._scrub(str(fault)))
        except BrokenOff as fault:
            return Retry(self._scrub(str(fault)), unknown=True)
        says = self._scrub(answer.text)
        return Delivered(f"{answer.status} {says}".strip()) if answer.status // 100 == 2 else trouble(answer, says)

    async def _post(self, body: bytes) -> Answer:
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Summitwatch-Timestamp": stamp,
            "Summitwatch-Signature": f"v1={signature(self._key, stamp, body)}",
        }
        return await post(self._url, body, headers, self._timeout)

    async def follow_up(self, message: Message, context: Context) -> None:
        """See `Channel`: nothing follows."""

    async def reach(self) -> str:
        """See `Channel`: a signed object of kind `ping`."""
        try:
            answer = await self._post(msgspec.json.encode({"schema": SCHEMA, "kind": "ping"}))
        except (NotSent, BrokenOff) as fault:
            raise Unreachable(self._scrub(str(fault))) from None
        if answer.status // 100 != 2:
            raise Unreachable(f"{answer.status} {self._scrub(answer.text)}")
        return f"{answer.status} to a ping"

    def render(self, message: Message, context: Context) -> str:  # noqa: ARG002  # the port's
        """See `Channel`: the JSON that is posted."""
        return msgspec.json.format(msgspec.json.encode(_fields(message)), indent=1).decode()

    def _scrub(self, text: str) -> str:
        return scrubbed(text, self._key)


def signature(key: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `<timestamp>.<body>` in hex: a receiver refuses old timestamps and ids it has seen."""
    return hmac.new(key.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()


def _fields(message: Message) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(message, builtin_types=(datetime,))
    identity = message_id(message.alert, "summitwatch").strip("<>").partition("@")[0]
    return {"schema": SCHEMA, "id": identity, "title": title(message), **fields}
