"""A small world on loopback: a newsroom with a feed, a mail server, a Slack-shaped endpoint, and the daemon itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NOW = datetime.now(UTC)
PATIENCE = 60.0
"""Seconds until a test gives up waiting: these machines are shared."""


def until(found: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Newsroom:
    """An HTTP server with a feed of articles and a Slack-shaped webhook."""

    def __init__(self) -> None:
        self.stories: list[tuple[str, str, str, list[str]]] = []
        self.polls = 0
        self.slack: list[dict[str, Any]] = []
        newsroom = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                newsroom.answer(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                newsroom.slack.append(json.loads(body))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, name: str, published: str, title: str, *paragraphs: str) -> None:
        self.stories.append((name, published, title, list(paragraphs)))

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body, kind = self._page(request.path)
        request.send_response(200 if body else 404)
        request.send_header("Content-Type", kind)
        request.end_headers()
        request.wfile.write(body.encode())

    def _page(self, path: str) -> tuple[str, str]:
        if path == "/feed.xml":
            self.polls += 1
            items = "".join(
                f"<item><title>{title}</title><link>{self.url}/{name}</link><guid>{name}</guid>"
                f"<pubDate>{published}</pubDate></item>"
                for name, published, title, _ in self.stories
            )
            return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>', "application/rss+xml"
        for name, _, title, paragraphs in self.stories:
            if path == f"/{name}":
                body = "".join(f"<p>{text}</p>" for text in paragraphs)
                head = f"<title>{title}</title>"
                return (
                    f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}"
                    "</article></body></html>",
                    "text/html; charset=utf-8",
                )
        return "", "text/plain"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """A real SMTP server that keeps what it accepts."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())
        self._controller.start()
        self._closed = False
        self.port = self._controller.port

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        assert envelope.original_content is not None
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class World:
    """All of it, in one folder."""

    def __init__(self, folder: Path, said: Path | None = None) -> None:
        self.folder = folder
        self.said = said or folder / "daemon.log"
        self.newsroom, self.mail = Newsroom(), MailServer()
        self.page = f"http://127.0.0.1:{(port := _free_port())}"
        self.config = folder / "config.toml"
        self.config.write_text(CONFIG.format(mail=self.mail.port, feed=self.newsroom.url, page=port), encoding="utf-8")
        self.environment = {**os.environ, "SLACK": f"{self.newsroom.url}/hook"}
        self.daemons: list[subprocess.Popen[str]] = []

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "monitor", "run", "--config", str(self.config)]
        with self.said.open("a", encoding="utf-8") as log:
            daemon = subprocess.Popen(command, stderr=log, text=True, env=self.environment)
        self.daemons.append(daemon)
        return daemon

    def stop(self) -> None:
        self.daemons[-1].terminate()
        assert self.daemons[-1].wait(timeout=30) == 0

    def log(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "monitor", *arguments, "--config", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=120, check=False)

    def events(self, type_: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.command("log", "--json", "--type", type_).stdout.splitlines()]

    def close(self) -> None:
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGKILL)
            daemon.wait()
        self.newsroom.close()
        self.mail.close()


def days_ago(days: float) -> str:
    return format_datetime(NOW - timedelta(days=days))


def coming_day() -> str:
    return f"{NOW + timedelta(days=20):%B %-d}"


def wish(world: World) -> None:
    """One side invites: told nine days ago."""
    world.newsroom.publish(
        "wish",
        days_ago(9),
        "Putin invites Trump to Moscow",
        "Vladimir Putin has invited Donald Trump to Moscow, Kremlin spokesman Dmitry Peskov told reporters.",
        "No date has been set for the visit, he said, and the White House had not answered by the evening of that day.",
    )


def agree(world: World) -> None:
    """Both sides announce a meeting: told just now."""
    world.newsroom.publish(
        "agreed",
        days_ago(0.01),
        "Trump and Putin will meet in Vienna",
        f"Donald Trump and Vladimir Putin will meet in Vienna on {coming_day()}, the White House and the Kremlin "
        "announced at the same time.",
        "The Austrian government said that it was glad to be the host and that preparations had begun at once.",
    )


CONFIG = """
[[watch]]
name = "trump-putin"
principals = [{{ name = "Donald Trump", aliases = ["Trump"] }}, {{ name = "Vladimir Putin", aliases = ["Putin"] }}]

[[source]]
name = "newsroom"
url = "{feed}/feed.xml"
interval = "2s"

[fetch]
allow_private = ["127.0.0.0/8"]
gap_seconds = 0

[[alert]]
name = "desk"
kind = "email"
[alert.options]
host = "127.0.0.1"
port = {mail}
tls = "none"
from = "summitwatch@example.org"
to = ["desk@example.org"]

[[alert]]
name = "slack"
kind = "slack"
[alert.options]
webhook_env = "SLACK"

[web]
port = {page}
"""
