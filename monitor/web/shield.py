"""Wraps the whole page: foreign hosts, missing tokens, security headers, ETags. Knows no page."""

from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.gate import SESSION_COOKIE, Gate

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
OPEN_PATHS: Final = ("/login", "/static/", "/healthz")
"""Answered without a token on any address: they tell nothing."""
LONGEST_ETAGGED: Final = 4_000_000


class Shield:
    """ASGI middleware around every route."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may pass, with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, Headers(scope=scope), scope["path"], scope["method"])
        refusal = self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, answer)
        else:
            await self._app(scope, receive, answer)

    def _refusal(self, request: Request) -> Response | None:
        if not self._gate.host_is_ours(request.headers.get("host", "")):
            return PlainTextResponse(
                "This page answers only to localhost and 127.0.0.1; see docs/page.md for use behind a proxy.\n",
                HTTPStatus.MISDIRECTED_REQUEST,
            )
        path = request.url.path
        if self._gate.open_to_all or path.startswith(OPEN_PATHS) or self._may_enter(request):
            return None
        if path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return JSONResponse(
                {"error": "a token is needed: send it as `Authorization: Bearer ...`"},
                HTTPStatus.UNAUTHORIZED,
                {"WWW-Authenticate": "Bearer"},
            )
        return RedirectResponse("/login", HTTPStatus.SEE_OTHER)

    def _may_enter(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        by_token = scheme.lower() == "bearer" and self._gate.knows(token)
        return by_token or self._gate.is_session(request.cookies.get(SESSION_COOKIE))


class _Answer:
    """Adds headers to an answer on its way out, and an ETag where it is whole and can be kept."""

    def __init__(self, send: Send, request: Headers, path: str, method: str) -> None:
        self._send = send
        self._request = request
        self._path = path
        self._can_tag = method in ("GET", "HEAD")
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._dress(MutableHeaders(scope=message))
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            whole = message["type"] == "http.response.body" and not message.get("more_body")
            if whole and self._can_tag and start["status"] == HTTPStatus.OK:
                message = self._tag(start, message)
            await self._send(start)
        await self._send(message)

    def _dress(self, headers: MutableHeaders) -> None:
        embedded = self._path.endswith(("/card", "/badge.svg"))
        headers["Content-Security-Policy"] = POLICY.format(frames="*" if embedded else "'none'")
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if embedded else "same-origin"
        headers.setdefault("Cache-Control", "no-cache")
        for name, value in HEADERS.items():
            headers[name] = value

    def _tag(self, start: Message, message: Message) -> Message:
        """304 and no body where the client holds these very bytes."""
        headers = MutableHeaders(scope=start)
        body = message.get("body", b"")
        if "etag" in headers or not body or len(body) > LONGEST_ETAGGED:
            return message
        headers["ETag"] = tag = f'"{sha256(body).hexdigest()[:32]}"'
        known = [known.strip().removeprefix("W/") for known in self._request.get("if-none-match", "").split(",")]
        if tag not in known and "*" not in known:
            return message
        start["status"] = HTTPStatus.NOT_MODIFIED.value
        del headers["content-length"]
        return {**message, "body": b""}
