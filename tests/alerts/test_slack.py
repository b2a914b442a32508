"""Slack: blocks within its limits, threads with a token, faults told apart, the token nowhere."""

import json
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.channel import Abandon, Context, Delivered, Retry, Unreachable
from monitor.alerts.message import Message, Standing
from monitor.alerts.settings import SlackOptions
from monitor.alerts.slack import SlackBot, SlackWebhook
from monitor.alerts.slack_blocks import MAX_ALL, MAX_BLOCKS, MAX_HEADER, MAX_SECTION, blocks, length
from monitor.statuses import Signal
from tests.alerts.servers import SlackServer, slack_server
from tests.alerts.test_email import ITEM, MESSAGE

pytestmark = pytest.mark.anyio
TOKEN = "xoxb-very-secret"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def bot(room: SlackServer, timeout: str = "3s") -> SlackBot:
    options = SlackOptions(token_env="T", channel="C1", api=f"{room.url}/api", timeout=timeout)
    return SlackBot(options, TOKEN, "alert (room)")


def hook(room: SlackServer, path: str = "/hook") -> SlackWebhook:
    return SlackWebhook(SlackOptions(webhook_env="W", timeout="3s"), room.url + path, "alert (room)")


async def test_with_a_token_a_meeting_is_one_thread_whose_first_message_is_kept_up_to_date() -> None:
    async with slack_server() as room:
        channel = bot(room)
        first = await channel.send(MESSAGE, Context())
        assert isinstance(first, Delivered)
        assert first.reference == "C1:1700000001.000100"
        held = msgspec.structs.replace(ITEM, status=Signal.HELD, previous=Signal.AGREED)
        later, context = msgspec.structs.replace(MESSAGE, items=(held,)), Context(first.reference)
        assert isinstance(await channel.send(later, context), Delivered)
        await channel.follow_up(later, context)
        (_, root), (_, reply), (method, update) = room.calls
        assert "thread_ts" not in root
        assert (reply["thread_ts"], reply["reply_broadcast"]) == ("1700000001.000100", True)
        assert (method, update["ts"]) == ("chat.update", "1700000001.000100")
        assert update["text"].startswith("Ada Lind and Bela Kun: agreed → held")
        assert "in the thread" in json.dumps(update["blocks"][-1])
        assert {headers["Authorization"] for headers in room.headers} == {f"Bearer {TOKEN}"}


async def test_a_first_message_that_cannot_be_brought_up_to_date_costs_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with slack_server() as room:
        room.answers = [(200, '{"ok": false, "error": "message_not_found"}', {})]
        await bot(room).follow_up(MESSAGE, Context("C1:1.2"))
        assert "message_not_found" in caplog.text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, '{"ok": false, "error": "channel_not_found"}', {}), Abandon("channel_not_found")),
        ((200, '{"ok": false, "error": "invalid_auth"}', {}), Abandon("invalid_auth")),
        ((200, '{"ok": false, "error": "internal_error"}', {}), Retry("internal_error")),
        ((429, "", {"Retry-After": "30"}), Retry("429", timedelta(seconds=30))),
        ((429, "", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), Retry("429", timedelta(0))),
        ((429, "", {"Retry-After": "99999999"}), Retry("429", timedelta(days=1))),
        ((429, "", {"Retry-After": "soon"}), Retry("429")),
        ((503, "try later", {}), Retry("503 try later")),
        ((500, TOKEN, {}), Retry("500 ***")),
        ((302, "", {"Location": "https://elsewhere.example"}), Abandon("302")),
        ((404, "no_team", {}), Abandon("404 no_team")),
    ],
    ids=[
        "no channel", "revoked", "passing", "seconds", "a date gone by", "for ever", "nonsense", "down", "echo",
        "redirect", "no team",
    ],
)  # fmt: skip
async def test_faults_are_told_apart(answer: tuple[int, str, dict[str, str]], outcome: object) -> None:
    async with slack_server() as room:
        room.answers = [answer]
        assert await bot(room).send(MESSAGE, Context()) == outcome


async def test_silence_means_it_may_have_arrived_and_a_closed_door_does_not() -> None:
    async with slack_server() as room:
        room.answers = [4.5, 4.5]
        for channel in (bot(room), hook(room)):
            late = await channel.send(MESSAGE, Context())
            assert isinstance(late, Retry)
            assert late.unknown
    gone = await bot(room).send(MESSAGE, Context())
    assert isinstance(gone, Retry)
    assert not gone.unknown


async def test_reach_posts_nothing() -> None:
    async with slack_server() as room:
        assert await hook(room).reach() == "the webhook answers"
        assert await bot(room).reach() == "the token is summitwatch's in Desk; posts to C1"
        with pytest.raises(Unreachable, match="404") as caught:
            await hook(room, "/services/T0/B0/secret").reach()
        assert "secret" not in str(caught.value)
        room.answers = [(200, '{"ok": false, "error": "invalid_auth"}', {})]
        with pytest.raises(Unreachable, match="invalid_auth"):
            await bot(room).reach()
        assert room.posts == []


def test_no_mention_or_link_hides_in_what_comes_from_the_web() -> None:
    item = msgspec.structs.replace(ITEM, evidence="<!channel> <https://evil.example|click> & more")
    text = json.dumps(blocks(msgspec.structs.replace(MESSAGE, items=(item,))))
    assert "<!channel>" not in text
    assert "&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; more" in text


def test_what_does_not_fit_is_counted() -> None:
    message = msgspec.structs.replace(MESSAGE, items=(ITEM,) * 60)
    made = blocks(message)
    assert len(made) <= MAX_BLOCKS
    assert "more did not fit into this message" in json.dumps(made[-2])


TEXTS = st.text(max_size=5000)
ITEMS = st.builds(
    lambda evidence, venue, people: msgspec.structs.replace(ITEM, evidence=evidence, venue=venue, people=people),
    TEXTS, TEXTS, TEXTS,
)  # fmt: skip
STANDINGS = st.builds(
    lambda text: Standing(
        watch="w", people=text, status=Signal.HELD, venue=text, date="2026", since=None, evidence=text, source=None
    ),
    TEXTS,
)


@settings(deadline=None, max_examples=40)
@given(st.lists(ITEMS, max_size=40), st.lists(STANDINGS, max_size=40), st.lists(TEXTS, max_size=40))
def test_slack_s_limits_hold_for_any_message(items: list, standings: list, notes: list) -> None:  # type: ignore[type-arg]
    if not (items or standings or notes):
        return
    kind = "together" if items else "summary" if standings else "operator"
    message = Message(
        alert="a", channel="room", kind=kind, queued_at=MESSAGE.queued_at, items=tuple(items),
        standings=tuple(standings), notes=tuple(notes),
    )  # fmt: skip
    made = blocks(message)
    assert len(made) <= MAX_BLOCKS
    assert length(made) <= MAX_ALL
    assert len(made[0]["text"]["text"]) <= MAX_HEADER
    for block in made[1:]:
        texts = [block["text"]] if "text" in block else block["elements"]
        assert all(len(text["text"]) <= MAX_SECTION for text in texts)
