"""Real servers on loopback that behave as mail and Slack do, and as badly as they do."""

# ruff: noqa: ARG001, ARG002, N802  # names and arguments of the hooks are aiosmtpd's

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from ssl import SSLContext
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """What an SMTP server took, and what it is to say instead of taking it."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    at_data: list[str | float] = field(default_factory=list)
    """For each next message: a reply, or seconds of silence before it is taken; `drop` ends the connection."""
    at_sender: list[str] = field(default_factory=list)
    at_recipient: dict[str, list[str]] = field(default_factory=dict)
    sessions: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_sender:
            return self.at_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient.get(address):
            return self.at_recipient[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        todo = self.at_data.pop(0) if self.at_data else 0.0
        if todo == "drop":
            server.transport.close()
            return "250 never heard"
        if isinstance(todo, str):
            return todo
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        await asyncio.sleep(todo)
        return "250 taken"


@asynccontextmanager
async def mail_server(
    *, tls: SSLContext | None = None, login: tuple[str, str] | None = None, implicit: bool = False
) -> AsyncIterator[MailServer]:
    """A server on a free port, with STARTTLS (or TLS from the first byte) and a login where they are given."""
    handler = MailServer()

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=good, handled=False)

    def protocol() -> SMTP:
        return SMTP(
            handler,
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            authenticator=authenticate if login else None,
            auth_required=login is not None,
            auth_require_tls=not implicit,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()


Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class SlackServer:
    """What a Slack-shaped server took, and what it is to answer instead."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """Webhook messages that were taken."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Web API calls that were taken: method and fields."""
    answers: list[tuple[int, str, dict[str, str]] | float] = field(default_factory=list)
    """For each next request: status, text and headers; or seconds of silence before it is taken."""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def webhook(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        if not fields.get("text"):
            return web.Response(status=400, text="no_text")
        prepared = await self._prepared()
        if prepared is not None:
            return prepared
        self.posts.append(fields)
        return web.Response(text="ok")

    async def api(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        prepared = await self._prepared()
        if prepared is not None:
            return prepared
        method = request.match_info["method"]
        self.calls.append((method, fields))
        if method == "auth.test":
            return web.json_response({"ok": True, "user": "summitwatch", "team": "Desk"})
        return web.json_response({"ok": True, "channel": "C1", "ts": f"17{len(self.calls):08}.000100"})

    async def _fields(self, request: web.Request) -> dict[str, Any]:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        fields = json.loads(self.bodies[-1])
        assert isinstance(fields, dict)
        return fields

    async def _prepared(self) -> web.Response | None:
        todo = self.answers.pop(0) if self.answers else 0.0
        if isinstance(todo, tuple):
            return web.Response(status=todo[0], text=todo[1], headers=todo[2])
        await asyncio.sleep(todo)
        return None


@asynccontextmanager
async def slack_server() -> AsyncIterator[SlackServer]:
    """Webhook at `/hook`, Web API under `/api/`, on a free port."""
    slack = SlackServer()
    app = web.Application()
    app.router.add_post("/hook", slack.webhook)
    app.router.add_post("/api/{method}", slack.api)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    slack.url = f"http://127.0.0.1:{port}"
    try:
        yield slack
    finally:
        await runner.cleanup()
