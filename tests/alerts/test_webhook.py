"""The signed webhook: what a receiver needs to trust a message and to know it again. And Apprise beside it."""

import json
import time

import pytest

from monitor.alerts.apprise import AppriseChannel
from monitor.alerts.channel import Abandon, Context, Delivered, Retry, Unreachable
from monitor.alerts.settings import AppriseOptions, WebhookOptions
from monitor.alerts.webhook import WebhookChannel, signature
from tests.alerts.servers import SlackServer, slack_server
from tests.alerts.test_email import MESSAGE

pytestmark = pytest.mark.anyio
KEY = "signing-secret"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def channel(room: SlackServer) -> WebhookChannel:
    options = WebhookOptions(url=f"{room.url}/api/news", secret_env="S", timeout="5s")
    return WebhookChannel(options, KEY, "alert (own)")


async def test_the_receiver_can_check_signature_time_and_identity() -> None:
    async with slack_server() as room:
        assert isinstance(await channel(room).send(MESSAGE, Context()), Delivered)
        assert isinstance(await channel(room).send(MESSAGE, Context()), Delivered)
        headers, body = room.headers[0], room.bodies[0]
        stamp = headers["Summitwatch-Timestamp"]
        assert abs(time.time() - int(stamp)) < 60
        assert headers["Summitwatch-Signature"] == f"v1={signature(KEY, stamp, body)}"
        assert signature(KEY, str(int(stamp) + 1), body) != signature(KEY, stamp, body)
        first, again = (json.loads(body) for body in room.bodies)
        assert first["id"] == again["id"]
        assert first["schema"] == 1
        assert first["kind"] == "change"
        assert first["items"][0]["status"] == "agreed"
        assert first["items"][0]["source"]["url"] == "https://gazette.example/a?b=1&c=2"
        assert first["queued_at"] == "2026-03-01T12:00:00Z"
        assert KEY not in str(room.headers) + str(room.bodies)


async def test_answers_of_the_receiver() -> None:
    async with slack_server() as room:
        room.answers = [(202, "", {}), (500, "down", {}), (400, f"bad {KEY}", {})]
        outcomes = [await channel(room).send(MESSAGE, Context()) for _ in range(3)]
        assert outcomes == [Delivered("202"), Retry("500 down"), Abandon("400 bad ***")]
        assert "ping" in await channel(room).reach()
        room.answers = [(403, "no", {})]
        with pytest.raises(Unreachable, match="403 no"):
            await channel(room).reach()


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise imports it
async def test_apprise_reaches_a_service_and_tells_success_from_failure() -> None:
    async with slack_server() as room:
        url = room.url.replace("http://", "json://user:password@") + "/api/notify"
        apprise = AppriseChannel(AppriseOptions(url_env="U", timeout="10s"), url, "alert (phone)")
        assert await apprise.send(MESSAGE, Context()) == Delivered("taken by the service")
        (_, fields) = room.calls[0]
        assert fields["title"].startswith("Ada Lind and Bela Kun: proposed → agreed")
        room.answers = [(500, "down", {})]
        failed = await apprise.send(MESSAGE, Context())
        assert isinstance(failed, Retry)
        assert "password" not in failed.reason
        assert "well formed" in await apprise.reach()
