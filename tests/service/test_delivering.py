"""From a change in the log to the mail and the message: told once, in one thread, whatever the servers do."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.alerts.servers import mail_server, slack_server
from tests.service.alerting import configured, mail, service, slack
from tests.service.stories import HELSINKI


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_a_change_reaches_mail_and_slack_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with mail_server() as post, slack_server() as room:
            monkeypatch.setenv("TEST_SLACK_WEBHOOK", f"{room.url}/hook")
            async with service(configured(mail(post.port) + slack())) as s:
                assert await s.turn() == 0
                await s.feed(HELSINKI[0])
                assert await s.turn() == 2
                assert await s.turn() == 0
            (sent,) = post.mails
            assert sent["Subject"] == "Meeting of Ada Lind and Bela Kun (ada-bela-1)"
            text = sent.get_body(("plain",))
            assert text is not None
            assert text.get_content().startswith("Ada Lind and Bela Kun: proposed (no place or date known)")
            (message,) = room.posts
            assert message["text"] == "Ada Lind and Bela Kun: proposed (no place or date known)"

    run(work())
