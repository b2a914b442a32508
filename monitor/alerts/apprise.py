"""All other services through Apprise (optional extra). Keeps no queue: that is the outbox's work."""

import asyncio
import logging
from typing import Any, ClassVar

from monitor.alerts.channel import Abandon, Context, Delivered, Outcome, Retry, Unreachable, scrubbed
from monitor.alerts.message import Message, title
from monitor.alerts.settings import AppriseOptions
from monitor.alerts.writing import plain_text
from monitor.config import ConfigError, seconds


class AppriseChannel:
    """See `Channel`. Apprise tells success from failure and no more, so every failure is tried again."""

    repeats: ClassVar[int] = 1

    def __init__(self, options: AppriseOptions, url: str, where: str) -> None:
        """Raises ConfigError: the extra is missing, or Apprise does not know the service."""
        try:
            import apprise
        except ImportError:
            raise ConfigError(
                f"{where}: kind apprise needs an extra; install it: pip install 'summitwatch[apprise]'"
            ) from None
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines may show the address, a secret
        self._apprise: Any = apprise.Apprise()
        if not self._apprise.add(url):
            raise ConfigError(f"{where}: Apprise does not know this service; see `apprise --help` for its URLs")
        self._url = url
        self._timeout = seconds(options.timeout)

    async def send(self, message: Message, context: Context) -> Outcome:  # noqa: ARG002  # the port's
        """See `Channel`."""
        try:
            async with asyncio.timeout(self._timeout):
                sent = await self._apprise.async_notify(title=title(message), body=plain_text(message))
        except TimeoutError:
            return Retry(f"no answer within {self._timeout} s", unknown=True)
        except TypeError as error:
            return Abandon(scrubbed(str(error), self._url))
        return Delivered("taken by the service") if sent else Retry("the service refused it; Apprise does not say why")

    async def follow_up(self, message: Message, context: Context) -> None:
        """See `Channel`: nothing follows."""

    async def reach(self) -> str:
        """See `Channel`: nothing can be tried without sending."""
        if not len(self._apprise):
            raise Unreachable("no service")
        return "the address is well formed; `summitwatch alert test` tries it"

    def render(self, message: Message, context: Context) -> str:  # noqa: ARG002  # the port's
        """See `Channel`: title and body."""
        return f"{title(message)}\n\n{plain_text(message)}"
