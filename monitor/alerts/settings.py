"""What `[[alert]]` sections may hold, typed. Holds no secret: only where one is to be read from."""

from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[!#-\'*-+\--9=?A-Z^-~]+@[A-Za-z0-9.\-\[\]:]+$", max_length=254)]
WebUrl = Annotated[str, msgspec.Meta(pattern=r"^https?://", max_length=2000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Status = Literal["proposed", "agreed", "held", "postponed", "cancelled"]
STATUSES: tuple[Status, ...] = ("proposed", "agreed", "held", "postponed", "cancelled")


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[alert.rules]`: what one channel is told, and when."""

    watches: tuple[str, ...] = ()
    """Watches it is told of; none named: all."""
    statuses: tuple[Status, ...] = STATUSES
    """Changes to these statuses."""
    unconfirmed: bool = False
    """Also changes that still lack voices."""
    least_confidence: Share = 0.0
    """Changes the reader is less sure of are not told (0 to 1)."""
    news: bool = True
    """Changes, reminders, questions and summaries of watches."""
    operator: bool = False
    """Troubles of sources and channels."""
    zone: str = "UTC"
    """Time zone of the hours below, such as `Europe/Vienna`."""
    quiet: str = ""
    """Hours without messages such as `22:00-07:00`; what comes in them is one message at their end."""
    group: str = "off"
    """How long to wait for more that goes into the same message, such as `2m`."""
    hourly: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 20
    """Messages in an hour, after which one message sums up."""
    digest: Literal["off", "daily", "weekly"] = "off"
    """One message a day, or each Monday, in place of one for each change."""
    digest_at: str = "08:00"
    reminder: str = "1d"
    """How long before the day of an agreed meeting it is recalled, or `off`."""
    question: str = "1d"
    """How long after the day of an agreed meeting of which nobody reported that it was held, or `off`."""

    def __post_init__(self) -> None:
        """Check what types alone cannot say.

        Raises:
            ValueError: a zone, hour or span that is none.
        """
        try:
            ZoneInfo(self.zone)
        except (OSError, ValueError, LookupError):
            raise ValueError(f"zone {self.zone!r} is not known; write one such as Europe/Vienna") from None
        if self.quiet:
            self.quiet_hours()
        _hour(self.digest_at)

    def quiet_hours(self) -> tuple[time, time] | None:
        """Local start and end of the quiet hours, which may pass midnight."""
        if not self.quiet:
            return None
        start, _, end = self.quiet.partition("-")
        hours = _hour(start), _hour(end)
        if hours[0] == hours[1]:
            raise ValueError(f"quiet {self.quiet!r} begins when it ends; write for example 22:00-07:00")
        return hours

    def digest_hour(self) -> time:
        """Local time of the digest."""
        return _hour(self.digest_at)


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise ValueError(f"{text!r} is not a time of day; write for example 07:00") from None


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all channels' `[alert.options]`."""

    timeout: str = "30s"
    """Longest one attempt may take."""

    def where_secrets_are(self) -> dict[str, Any]:
        """The keys that name environment variables and files."""
        fields = msgspec.structs.asdict(self)
        return {key: value for key, value in fields.items() if key.endswith(("_env", "_file"))}


class EmailOptions(Options, frozen=True, kw_only=True):
    """An SMTP server and who is written to."""

    host: str
    port: Port = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` is required of the server, `tls` from the first byte, `none` only for a server on this machine."""
    ca_file: str | None = None
    """Certificates of a private authority, PEM."""
    username: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    sender: Address = msgspec.field(name="from")
    to: Annotated[tuple[Address, ...], msgspec.Meta(min_length=1, max_length=100)]
    status_in_subject: bool = False
    """Puts the new status into the subject; mail programs then show a meeting's messages apart."""

    def __post_init__(self) -> None:
        """Check that no password crosses a network in the clear.

        Raises:
            ValueError: it would.
        """
        if self.tls == "none" and self.username and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError('a login needs tls = "starttls" or tls = "tls", unless the server is on this machine')


class SlackOptions(Options, frozen=True, kw_only=True):
    """An incoming webhook, or a bot token and a channel: with a token each meeting has its thread."""

    webhook_env: str | None = None
    webhook_file: str | None = None
    token_env: str | None = None
    token_file: str | None = None
    channel: str | None = None
    """Where the bot posts: the channel's id, such as `C0123456789`."""
    api: WebUrl = "https://slack.com/api"

    def __post_init__(self) -> None:
        """Check that there is one way in.

        Raises:
            ValueError: neither or both are given.
        """
        webhook = bool(self.webhook_env or self.webhook_file)
        token = bool(self.token_env or self.token_file)
        if webhook == token:
            raise ValueError("give either webhook_env (or webhook_file), or token_env (or token_file) and channel")
        if token and not self.channel:
            raise ValueError("a token needs the key channel: the id of the channel to post in")


class WebhookOptions(Options, frozen=True, kw_only=True):
    """A program of your own that takes signed JSON."""

    url: WebUrl
    secret_env: str | None = None
    secret_file: str | None = None

    def __post_init__(self) -> None:
        """Check that messages can be signed.

        Raises:
            ValueError: no secret is named.
        """
        if not (self.secret_env or self.secret_file):
            raise ValueError("name the signing secret with secret_env or secret_file")


class AppriseOptions(Options, frozen=True, kw_only=True):
    """Any service that Apprise knows; its URL holds the credentials and is a secret."""

    url_env: str | None = None
    url_file: str | None = None

    def __post_init__(self) -> None:
        """Check that there is an address.

        Raises:
            ValueError: none is named.
        """
        if not (self.url_env or self.url_file):
            raise ValueError("name the service's Apprise URL with url_env or url_file")


SECRETS = ("password", "webhook", "token", "secret")
"""Keys that people write into the file by mistake."""
