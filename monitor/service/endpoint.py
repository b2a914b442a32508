"""One OpenAI-compatible server: one question, one answer, bounded. Keeps no budget and tries nothing twice."""

from typing import Any, Final

import aiohttp
import msgspec

MAX_BYTES: Final = 1_000_000
"""Of an answer."""
MAX_TOKENS: Final = 600
"""A long quotation with its object around it; what is longer has gone astray."""
_REFUSED: Final = (400, 413, 422)
"""Statuses about this very question; all others are about the server, the key or the moment."""


class NoAnswer(Exception):
    """The server gave none just now; the question can be asked again later."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait
        """Seconds the server asks for."""


class Declined(Exception):
    """The server will not answer this question, however often it is asked."""


class Reply(msgspec.Struct, frozen=True):
    """What the model wrote, and what the server calls it."""

    content: str
    model: str


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message


class _Body(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]
    model: str | None = None


class Endpoint:
    """A server's address with the model to ask there."""

    def __init__(self, url: str, model: str, key: str | None, timeout: float) -> None:
        """`url` as such servers give it, up to `/v1`; `timeout` in seconds for a whole answer."""
        self._url = url.rstrip("/")
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Reply:
        """Put one question, with the JSON Schema that the answer must follow.

        Raises:
            NoAnswer: no connection, no answer in time, or a status that says to come back or to mend the settings.
            Declined: the server refuses this question, or answers with something else than a chat completion.
        """
        question = {
            "model": self._model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reading", "strict": True, "schema": schema},
            },
        }
        body = _decoded(await self._exchange("POST", "/chat/completions", msgspec.json.encode(question)))
        content = body.choices[0].message.content if body.choices else None
        if not content:
            raise Declined("the model wrote nothing")
        return Reply(content, (body.model or self._model)[:200])

    async def reach(self) -> None:
        """Ask which models there are, as a sign of life.

        Raises:
            NoAnswer: as for `ask`.
            Declined: the server does not list its models.
        """
        await self._exchange("GET", "/models", None)

    async def _exchange(self, method: str, path: str, data: bytes | None) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.request(
                    method, self._url + path, data=data, headers=headers, allow_redirects=False
                ) as response,
            ):
                body = await _bounded(response)
        except TimeoutError:
            raise NoAnswer(f"no answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from None
        if response.status in _REFUSED:
            raise Declined(f"status {response.status}: {_says(body)}")
        if response.status != 200:
            raise NoAnswer(f"status {response.status}: {_says(body)}", _wait(response.headers.get("Retry-After")))
        return body


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_chunked(65_536):
        size += len(part)
        if size > MAX_BYTES:
            raise Declined(f"an answer of more than {MAX_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _decoded(body: bytes) -> _Body:
    try:
        return msgspec.json.decode(body, type=_Body)
    except msgspec.MsgspecError as error:
        raise Declined(f"no chat completion: {error}") from None


def _says(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())[:200]


def _wait(value: str | None) -> float | None:
    """Seconds; the form with a date is rare among such servers and counts as none."""
    return min(float(value), 86_400.0) if value and value.isdecimal() else None
