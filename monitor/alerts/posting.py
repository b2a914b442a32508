"""One bounded HTTPS POST for the channels that need it. Knows no service."""

import contextlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from monitor.alerts.channel import Abandon, Retry, scrubbed

MAX_ANSWER: Final = 64_000
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
LONGEST_WAIT: Final = timedelta(days=1)


class Answer(msgspec.Struct, frozen=True):
    """What a server said."""

    status: int
    text: str
    retry_after: timedelta | None


def is_safe(url: str) -> bool:
    """Whether nobody between here and there can read what is posted."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


async def post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> Answer:
    """Post once; redirects are not followed, for they would carry the message elsewhere.

    Raises:
        NotSent: no connection came about, so the server has nothing.
        BrokenOff: the line broke or stayed silent after the connection stood; the server may have it.
    """
    connected = False

    async def on_connection(*_: object) -> None:
        nonlocal connected
        connected = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(on_connection)
    limits = aiohttp.ClientTimeout(total=timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits, trace_configs=[trace]) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            text = (await response.content.read(MAX_ANSWER)).decode("utf-8", "replace")
            return Answer(response.status, text, _retry_after(response.headers.get("Retry-After")))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        says = scrubbed(str(error) or f"no answer within {timeout:g} s", url, urlsplit(url).path)
        raise (BrokenOff if connected else NotSent)(says) from None


class NotSent(Exception):
    """Nothing reached the server."""


class BrokenOff(Exception):
    """The server may have got it."""


def trouble(answer: Answer, says: str) -> Retry | Abandon:
    """What an answer that is no success means: waiting helps for 408, 425, 429 and 5xx, nothing else."""
    if answer.status in (408, 425, 429) or answer.status >= 500:
        return Retry(f"{answer.status} {says}".strip(), answer.retry_after)
    return Abandon(f"{answer.status} {says}".strip())


def _retry_after(value: str | None) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110, 10.2.3), at most a day; None for what is neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return min(timedelta(seconds=int(value.strip()[:9])), LONGEST_WAIT)
    with contextlib.suppress(ValueError):
        at = parsedate_to_datetime(value)
        wait = at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)
        return min(max(wait, timedelta()), LONGEST_WAIT)
    return None
