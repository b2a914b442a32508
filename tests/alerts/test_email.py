"""Mail: checked TLS, headers that thread, a body that reads well, and no secret anywhere."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.channel import Abandon, Context, Delivered, Outcome, Retry, Unreachable
from monitor.alerts.email import EmailChannel
from monitor.alerts.message import Item, Message, Source
from monitor.alerts.settings import EmailOptions
from monitor.statuses import Signal
from tests.alerts.certificates import Authority
from tests.alerts.servers import mail_server

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source("a1", "gazette.example", "Lind & Kun to <meet>", "https://gazette.example/a?b=1&c=2", NOW)
ITEM = Item(
    kind="change",
    watch="ada-bela",
    people="Ada Lind and Bela Kun",
    meeting="ada-bela-2",
    status=Signal.AGREED,
    previous=Signal.PROPOSED,
    venue="Saint-Étienne",
    date="2026-04-01",
    evidence="“We will meet,” Lind said.",
    source=SOURCE,
    others=(msgspec.structs.replace(SOURCE, article="a2", outlet="courier.example", url=None),),
    voices=2,
    official=True,
    confidence=0.83,
    policy="An official said so.",
    before="proposed (no place or date known) stands since 2026-02-01",
)
MESSAGE = Message(
    alert="desk/change/7", channel="desk", kind="change", queued_at=NOW, items=(ITEM,), why="every change",
    thread="ada-bela/ada-bela-2/a0", page="https://watch.example/",
)  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def options(**fields: object) -> EmailOptions:
    given_fields = {
        "host": "127.0.0.1",
        "from": "watch@desk.example",
        "to": ["ann@desk.example"],
        "timeout": "5s",
        **fields,
    }
    return msgspec.convert(given_fields, type=EmailOptions)


async def send(password: str | None = None, **fields: object) -> Outcome:
    return await EmailChannel(options(**fields), password).send(MESSAGE, Context())


async def test_starttls_with_a_certificate_that_holds_and_a_login(authority: Authority) -> None:
    async with mail_server(tls=authority.server("127.0.0.1"), login=("watch", "s3cret")) as post:
        ca = str(authority.file)
        sent = await send("s3cret", port=post.port, ca_file=ca, username="watch")
        assert isinstance(sent, Delivered)
        assert sent.to == ("ann@desk.example",)
        wrong = await send("hunter2", port=post.port, ca_file=ca, username="watch")
        assert isinstance(wrong, Abandon)
        assert wrong.reason.startswith("535")
        assert "hunter2" not in wrong.reason
        assert len(post.mails) == 1


async def test_tls_from_the_first_byte(authority: Authority) -> None:
    async with mail_server(tls=authority.server("127.0.0.1"), implicit=True) as post:
        assert isinstance(await send(port=post.port, tls="tls", ca_file=str(authority.file)), Delivered)


async def test_a_server_without_tls_gets_nothing() -> None:
    async with mail_server() as post:
        refused = await send(port=post.port)
        assert isinstance(refused, Retry)
        assert "STARTTLS" in refused.reason
        assert not refused.unknown
        assert post.mails == []


@pytest.mark.parametrize("name", ["other.example", None], ids=["for another host", "of an unknown authority"])
async def test_a_certificate_that_does_not_hold_stops_the_mail(authority: Authority, name: str | None) -> None:
    async with mail_server(tls=authority.server(name or "127.0.0.1")) as post:
        refused = await send(port=post.port, ca_file=str(authority.file) if name else None)
        assert isinstance(refused, Retry)
        assert "certificate" in refused.reason.lower()
        assert post.mails == []


async def test_nobody_home_is_no_reason_to_think_that_it_arrived() -> None:
    refused = await send(port=1)
    assert isinstance(refused, Retry)
    assert not refused.unknown


async def test_all_recipients_refused_for_good() -> None:
    async with mail_server() as post:
        post.at_recipient = {"ann@desk.example": ["550 5.1.1 no such user"]}
        refused = await send(port=post.port, tls="none")
        assert refused == Abandon("ann@desk.example: 550 5.1.1 no such user")


async def test_silence_after_data_means_it_may_have_arrived() -> None:
    async with mail_server() as post:
        post.at_data = [6.0]
        late = await send(port=post.port, tls="none", timeout="4s")
        assert isinstance(late, Retry)
        assert late.unknown


async def test_reach_logs_in_and_sends_nothing(authority: Authority) -> None:
    async with mail_server(tls=authority.server("127.0.0.1"), login=("watch", "s3cret")) as post:
        good = options(port=post.port, ca_file=str(authority.file), username="watch")
        assert "ann@desk.example" in await EmailChannel(good, "s3cret").reach()
        with pytest.raises(Unreachable, match="535") as caught:
            await EmailChannel(good, "hunter2").reach()
        assert "hunter2" not in str(caught.value)
        assert post.mails == []


def test_headers_thread_by_meeting_and_name_the_alert() -> None:
    channel = EmailChannel(options(), None)
    first, again = channel.mail(MESSAGE), channel.mail(MESSAGE)
    other = channel.mail(msgspec.structs.replace(MESSAGE, alert="desk/change/9"))
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"] != first["Message-ID"]
    assert first["Subject"] == other["Subject"] == "Meeting of Ada Lind and Bela Kun (ada-bela-2)"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["List-Id"] == "Summitwatch alerts <summitwatch.desk.example>"
    assert first["Date"] == "Sun, 01 Mar 2026 12:00:00 +0000"
    status = EmailChannel(options(status_in_subject=True), None).mail(MESSAGE)
    assert status["Subject"] == "Ada Lind and Bela Kun: proposed → agreed (Saint-Étienne, 1 April 2026)"


def test_the_text_says_what_changed_who_says_so_and_why_one_is_told() -> None:
    mail = message_from_bytes(EmailChannel(options(), None).mail(MESSAGE).as_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.splitlines()[:2] == [
        "Ada Lind and Bela Kun: proposed → agreed (Saint-Étienne, 1 April 2026)",
        "Said on the record by an official, in 2 independent outlets; confidence 83%.",
    ]
    for part in (
        "“We will meet,” Lind said.",
        "gazette.example, 2026-03-01 12:00 UTC",
        "https://gazette.example/a?b=1&c=2",
        "Also: courier.example",
        "Before: proposed (no place or date known) stands since 2026-02-01.",
        "Why you get this: every change; An official said so; articles a1, a2.",
        "The whole story: https://watch.example/",
    ):
        assert part in text


def test_html_escapes_what_comes_from_the_web() -> None:
    mail = message_from_bytes(EmailChannel(options(), None).mail(MESSAGE).as_bytes(), policy=default)
    body = mail.get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert "Lind &amp; Kun to &lt;meet&gt;" in html
    assert 'href="https://gazette.example/a?b=1&amp;c=2"' in html
    assert "<script" not in html


TEXTS = st.text(st.characters(codec="utf-8"), max_size=120)


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS, TEXTS)
def test_no_text_from_the_web_breaks_a_mail(evidence: str, title: str, venue: str) -> None:
    source = msgspec.structs.replace(SOURCE, title=title, outlet=venue)
    item = msgspec.structs.replace(ITEM, evidence=evidence, source=source, venue=venue, people=title, meeting=venue)
    message = msgspec.structs.replace(MESSAGE, items=(item,))
    data = EmailChannel(options(status_in_subject=True), None).mail(message).as_bytes()
    mail = message_from_bytes(data, policy=default)
    assert mail["To"] == "ann@desk.example"
    assert mail.is_multipart()
    header = data.partition(b"\r\n\r\n")[0]
    names = re.findall(rb"^([A-Za-z-]+):", header, re.M)
    assert len(names) == len(set(names)) == 11
