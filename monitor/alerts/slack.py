"""Slack by incoming webhook, or by bot token with one thread per meeting whose first message is kept up to date."""

import json
import logging
from datetime import timedelta
from typing import Any, ClassVar, Final

from monitor.alerts.channel import Abandon, Context, Delivered, Outcome, Retry, Unreachable, scrubbed
from monitor.alerts.message import Message, title
from monitor.alerts.posting import Answer, BrokenOff, NotSent, is_safe, post, trouble
from monitor.alerts.settings import SlackOptions
from monitor.alerts.slack_blocks import MAX_SECTION, blocks, cut, escaped
from monitor.config import ConfigError, seconds

logger = logging.getLogger(__name__)

PASSING: Final = (
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
)
"""Errors of the Web API that waiting heals (documentation of chat.postMessage); all others need a person."""
UP_TO_DATE: Final = "The latest on this meeting; how it came about stands in the thread."
JSON: Final = {"Content-Type": "application/json; charset=utf-8"}


class SlackWebhook:
    """See `Channel`. A webhook gives no name back, so there are no threads."""

    repeats: ClassVar[int] = 1

    def __init__(self, options: SlackOptions, url: str, where: str) -> None:
        """Raises ConfigError: the address would send the messages in the clear."""
        if not is_safe(url):
            raise ConfigError(f"{where}: the webhook's address must begin with https://")
        self._url = url
        self._timeout = seconds(options.timeout)

    async def send(self, message: Message, context: Context) -> Outcome:  # noqa: ARG002  # the port's
        """See `Channel`."""
        try:
            answer = await self._post(payload(message))
        except NotSent as fault:
            return Retry(self._scrub(str(fault)))
        except BrokenOff as fault:
            return Retry(self._scrub(str(fault)), unknown=True)
        says = self._scrub(answer.text)
        return Delivered(f"{answer.status} {says}") if answer.status == 200 else trouble(answer, says)

    async def _post(self, fields: dict[str, Any]) -> Answer:
        return await post(self._url, json.dumps(fields).encode(), JSON, self._timeout)

    async def follow_up(self, message: Message, context: Context) -> None:
        """See `Channel`: a webhook cannot change what it posted."""

    async def reach(self) -> str:
        """See `Channel`: an empty message, which a working webhook refuses as such."""
        try:
            answer = await self._post({})
        except (NotSent, BrokenOff) as fault:
            raise Unreachable(self._scrub(str(fault))) from None
        if answer.status != 400 or not answer.text.startswith(("no_text", "invalid_payload", "missing_text")):
            raise Unreachable(f"{answer.status} {self._scrub(answer.text)}")
        return "the webhook answers"

    def render(self, message: Message, context: Context) -> str:  # noqa: ARG002  # the port's
        """See `Channel`: the JSON that is posted."""
        return json.dumps(payload(message), ensure_ascii=False, indent=1)

    def _scrub(self, text: str) -> str:
        return scrubbed(text, self._url)


class SlackBot:
    """See `Channel`. A reference is `<channel>:<ts>` of a thread's first message."""

    repeats: ClassVar[int] = 1

    def __init__(self, options: SlackOptions, token: str, where: str) -> None:
        """Raises ConfigError: the address would send the token in the clear."""
        if not is_safe(options.api):
            raise ConfigError(f"{where}: options.api must begin with https://")
        self._api = options.api.rstrip("/")
        self._channel = options.channel
        self._token = token
        self._timeout = seconds(options.timeout)

    async def send(self, message: Message, context: Context) -> Outcome:
        """See `Channel`: a reply is also shown in the channel, so that nobody misses a change."""
        try:
            answer = await self._call("chat.postMessage", self._fields(message, context))
        except NotSent as fault:
            return Retry(self._scrub(str(fault)))
        except BrokenOff as fault:
            return Retry(self._scrub(str(fault)), unknown=True)
        fields = _decoded(answer.text)
        if answer.status != 200 or fields is None:
            return trouble(answer, self._scrub(answer.text))
        if not fields.get("ok"):
            return self._refusal(str(fields.get("error")), answer.retry_after)
        channel = str(fields.get("channel"))
        return Delivered("200 ok", f"{channel}:{fields.get('ts')}", to=(channel,))

    def _fields(self, message: Message, context: Context) -> dict[str, Any]:
        fields = {"channel": self._channel, **payload(message)}
        if context.thread is not None:
            channel, _, ts = context.thread.rpartition(":")
            fields |= {"channel": channel, "thread_ts": ts, "reply_broadcast": True}
        return fields

    def _refusal(self, error: str, after: timedelta | None) -> Outcome:
        says = self._scrub(error)
        return Retry(says, after) if error in PASSING else Abandon(says)

    async def follow_up(self, message: Message, context: Context) -> None:
        """See `Channel`: the thread's first message shows the latest."""
        if context.thread is None:
            return
        channel, _, ts = context.thread.rpartition(":")
        fields = payload(message)
        fields["blocks"] = [
            *fields["blocks"][:49],
            {"type": "context", "elements": [{"type": "mrkdwn", "text": UP_TO_DATE}]},
        ]
        try:
            answer = await self._call("chat.update", {"channel": channel, "ts": ts, **fields})
        except (NotSent, BrokenOff) as fault:
            logger.warning("slack: first message of the thread not brought up to date: %s", self._scrub(str(fault)))
            return
        decoded = _decoded(answer.text) or {}
        if not decoded.get("ok"):
            says = self._scrub(answer.text)
            logger.warning("slack: first message of the thread not brought up to date: %s %s", answer.status, says)

    async def _call(self, method: str, fields: dict[str, Any]) -> Answer:
        headers = {**JSON, "Authorization": f"Bearer {self._token}"}
        return await post(f"{self._api}/{method}", json.dumps(fields).encode(), headers, self._timeout)

    async def reach(self) -> str:
        """See `Channel`: asks who the token belongs to."""
        try:
            answer = await self._call("auth.test", {})
        except (NotSent, BrokenOff) as fault:
            raise Unreachable(self._scrub(str(fault))) from None
        fields = _decoded(answer.text)
        if answer.status != 200 or not fields or not fields.get("ok"):
            raise Unreachable(f"{answer.status} {self._scrub(answer.text)}")
        return f"the token is {fields.get('user')}'s in {fields.get('team')}; posts to {self._channel}"

    def render(self, message: Message, context: Context) -> str:
        """See `Channel`: the JSON that is posted."""
        return json.dumps(self._fields(message, context), ensure_ascii=False, indent=1)

    def _scrub(self, text: str) -> str:
        return scrubbed(text, self._token)


def payload(message: Message) -> dict[str, Any]:
    """What both ways post: blocks, and the line that notifications show."""
    return {
        "text": cut(escaped(title(message)), MAX_SECTION),
        "blocks": blocks(message),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None
