"""Mail over SMTP: TLS checked, text and HTML, one Message-ID per alert, one thread per meeting."""

import asyncio
import contextlib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import ClassVar, Final

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from monitor.alerts.channel import Abandon, Context, Delivered, Outcome, Retry, Unreachable, scrubbed
from monitor.alerts.message import Message, digest, message_id, subject
from monitor.alerts.settings import EmailOptions
from monitor.alerts.writing import html, plain_text
from monitor.config import seconds

PERMANENT: Final = 500
"""SMTP replies from here on will not change by waiting (RFC 5321, 4.2.1)."""


class EmailChannel:
    """See `Channel`. A message that may have arrived can be sent again: its Message-ID lets mailboxes know it."""

    repeats: ClassVar[int] = 5

    def __init__(self, options: EmailOptions, password: str | None) -> None:
        self._options = options
        self._password = password
        self._timeout = seconds(options.timeout)
        self._domain = options.sender.rpartition("@")[2]

    async def send(self, message: Message, context: Context) -> Outcome:
        """See `Channel`."""
        recipients = context.left or self._options.to
        mail = self.mail(message)
        handing_over = asyncio.Event()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._converse(mail, recipients, handing_over)
        except SMTPResponseException as error:
            return self._refusal(error)
        except (SMTPException, OSError, TimeoutError) as error:
            text = str(error) or f"no answer within {self._timeout} s"
            return Retry(self._scrub(text), unknown=handing_over.is_set(), left=context.left)

    async def _converse(self, mail: EmailMessage, recipients: tuple[str, ...], handing_over: asyncio.Event) -> Outcome:
        client = self._client()
        await client.connect()
        try:
            await self._log_in(client)
            await client.mail(self._options.sender)
            refused: list[SMTPRecipientRefused] = []
            for recipient in recipients:
                try:
                    await client.rcpt(recipient)
                except SMTPRecipientRefused as error:
                    refused.append(error)
            answer = ""
            if len(refused) < len(recipients):
                handing_over.set()
                code, text = await client.data(mail.as_bytes())
                answer = f"{code} {text}"
                handing_over.clear()
            return self._outcome(recipients, refused, answer, mail)
        finally:
            await _hang_up(client)

    def _client(self) -> SMTP:
        options = self._options
        return SMTP(
            hostname=options.host,
            port=options.port,
            timeout=self._timeout,
            use_tls=options.tls == "tls",
            start_tls=options.tls == "starttls",
            tls_context=ssl.create_default_context(cafile=options.ca_file) if options.tls != "none" else None,
        )

    async def _log_in(self, client: SMTP) -> None:
        if self._options.username is not None:
            await client.login(self._options.username, self._password or "")

    def _outcome(
        self, recipients: tuple[str, ...], refused: list[SMTPRecipientRefused], answer: str, mail: EmailMessage
    ) -> Outcome:
        """Some may have it, some never will, some may get it later."""
        lost = tuple(self._scrub(f"{e.recipient}: {e.code} {e.message}") for e in refused if e.code >= PERMANENT)
        later = [error for error in refused if error.code < PERMANENT]
        if later:
            reason = "; ".join(f"{e.recipient}: {e.code} {e.message}" for e in later)
            return Retry(self._scrub(reason), left=tuple(e.recipient for e in later), refused=lost)
        if len(lost) == len(recipients):
            return Abandon("; ".join(lost))
        gone = {error.recipient for error in refused}
        to = tuple(recipient for recipient in recipients if recipient not in gone)
        return Delivered(self._scrub(answer), str(mail["Message-ID"]), lost, to)

    def _refusal(self, error: SMTPResponseException) -> Outcome:
        says = self._scrub(f"{error.code} {error.message}")
        return Abandon(says) if error.code >= PERMANENT else Retry(says)

    def _scrub(self, text: str) -> str:
        return scrubbed(text, self._password)

    async def follow_up(self, message: Message, context: Context) -> None:
        """See `Channel`: nothing follows a mail."""

    async def reach(self) -> str:
        """See `Channel`: connect, TLS, login, but no mail."""
        client = self._client()
        try:
            async with asyncio.timeout(self._timeout):
                await client.connect()
                try:
                    await self._log_in(client)
                    await client.noop()
                finally:
                    await _hang_up(client)
        except (SMTPException, OSError, TimeoutError) as error:
            text = str(error) or f"no answer within {self._timeout} s"
            raise Unreachable(self._scrub(f"{self._options.host}:{self._options.port}: {text}")) from error
        return f"{self._options.host}:{self._options.port} takes mail for {', '.join(self._options.to)}"

    def render(self, message: Message, context: Context) -> str:  # noqa: ARG002  # the port's
        """See `Channel`: headers and text part."""
        mail = self.mail(message)
        headers = "\n".join(f"{name}: {value}" for name, value in mail.items() if not name.startswith("Content-"))
        return f"{headers}\n\n{plain_text(message)}"

    def mail(self, message: Message) -> EmailMessage:
        """The mail, to the byte the same for every attempt but for MIME boundaries."""
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["Subject"] = " ".join(subject(message, with_status=self._options.status_in_subject).split())
        mail["From"] = self._options.sender
        mail["To"] = ", ".join(self._options.to)
        mail["Date"] = format_datetime(message.queued_at)
        mail["Message-ID"] = message_id(message.alert, self._domain)
        if message.thread is not None:
            root = f"<thread.{digest(message.thread)}@{self._domain}>"
            mail["In-Reply-To"] = root
            mail["References"] = root
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Id"] = f"Summitwatch alerts <summitwatch.{self._domain}>"
        mail.set_content(plain_text(message), cte="quoted-printable")
        mail.add_alternative(html(message), subtype="html", cte="quoted-printable")
        return mail


async def _hang_up(client: SMTP) -> None:
    """A server that does not say goodbye takes nothing back."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(1):
            await client.quit()
    client.close()
