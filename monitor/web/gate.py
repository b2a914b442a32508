"""Who may see the page and who may change anything: token, sessions, permits, hosts. Stores nothing."""

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from monitor.config import Config, ConfigError

LEAST_TOKEN: Final = 8
"""Characters; a shorter token is guessed too soon."""
PERMIT_SECONDS: Final = 900
"""How long a form, or a preview of a correction, can be sent."""
SESSION_COOKIE: Final = "summitwatch_session"
FORM_COOKIE: Final = "summitwatch_form"
LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Gate:
    """Checks tokens and what was signed with them."""

    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        """Read the token, where one is configured.

        Raises:
            ConfigError: it cannot be read, is too short, or is missing where the address is not loopback.
        """
        self._clock = clock
        self._token = _token(config)
        self.open_to_all = _is_loopback(config.web.host)
        """Only on loopback is the page shown without the token."""
        if self._token is None and not self.open_to_all:
            raise ConfigError(
                f"{config.path}: key web.host: {config.web.host} is reachable from other machines and needs "
                "a token; name a file that holds one with token_file under [web], or use 127.0.0.1"
            )
        self._key = sha256(f"session {self._token}".encode()).digest() if self._token else secrets.token_bytes(32)

    @property
    def has_token(self) -> bool:
        """Whether anything can be changed through the page at all."""
        return self._token is not None

    def knows(self, token: str | None) -> bool:
        """Whether this is the operator's token."""
        return bool(self._token and token and hmac.compare_digest(token.strip().encode(), self._token.encode()))

    def host_is_ours(self, host: str) -> bool:
        """On loopback only local names are answered, so that no foreign name can be pointed at this page."""
        return not self.open_to_all or _without_port(host) in LOCAL_NAMES or _is_loopback(_without_port(host))

    def session(self) -> str:
        """The value of the cookie that stands for the token."""
        return self._sign("session")

    def is_session(self, cookie: str | None) -> bool:
        """Whether a cookie is one of ours."""
        return bool(cookie) and hmac.compare_digest(str(cookie).encode(), self.session().encode())

    @staticmethod
    def new_browser() -> str:
        """A random name for a browser, kept in a cookie, that its forms are bound to."""
        return secrets.token_urlsafe(18)

    def permit(self, *about: str) -> str:
        """A signed note, good for some minutes, that exactly this may be done."""
        until = str(int(self._clock().timestamp()) + PERMIT_SECONDS)
        return f"{until}.{self._sign('permit', until, *about)}"

    def permits(self, permit: str | None, *about: str) -> bool:
        """Whether a permit is ours, for this, and still good."""
        until, _, signature = (permit or "").partition(".")
        right = hmac.compare_digest(signature.encode(), self._sign("permit", until, *about).encode())
        return right and until.isascii() and until.isdigit() and int(until) >= self._clock().timestamp()

    def _sign(self, *about: str) -> str:
        return hmac.new(self._key, "\x1f".join(about).encode(), sha256).hexdigest()


def _token(config: Config) -> str | None:
    if config.web.token_file is None:
        return None
    path = config.path.parent / Path(config.web.token_file)
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{config.path}: key web.token_file: {path}: {error}") from error
    if len(token) < LEAST_TOKEN:
        raise ConfigError(f"{config.path}: key web.token_file: {path}: write at least {LEAST_TOKEN} characters into it")
    return token


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[: host.find("]") + 1].lower()
    return host.partition(":")[0].lower()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
