"""From a change in the log to the mail and the message: told once, in one thread, whatever the servers do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import Message as Mail

import msgspec
import pytest

from monitor.events import (
    AlertAbandoned,
    AlertFailed,
    AlertQueued,
    AlertResent,
    CaughtUp,
    SignalCorrected,
    SourceFailing,
)
from monitor.log import LogUnavailable
from monitor.service.checking import state_problems
from monitor.service.intake import article_id
from monitor.statuses import Signal
from tests.alerts.servers import MailServer, SlackServer, mail_server, slack_server
from tests.service.alerting import Service, configured, mail, service, slack
from tests.service.stories import HELSINKI, START, article

pytestmark = pytest.mark.anyio
AGREED = HELSINKI[3]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def both(
    monkeypatch: pytest.MonkeyPatch, rules: str = "", *, caught_up: bool = True
) -> AsyncIterator[tuple[Service, MailServer, SlackServer]]:
    """A service that tells a mail server and a Slack-shaped server."""
    async with mail_server() as post, slack_server() as room:
        monkeypatch.setenv("TEST_SLACK_WEBHOOK", f"{room.url}/hook")
        async with service(configured(mail(post.port, rules) + slack(rules)), caught_up=caught_up) as s:
            yield s, post, room


@asynccontextmanager
async def mailing(
    rules: str = "", to: tuple[str, ...] = ("ann@desk.example",), more: str = ""
) -> AsyncIterator[tuple[Service, MailServer]]:
    async with mail_server() as post, service(configured(mail(post.port, rules, to) + more)) as s:
        yield s, post


def text_of(sent: Mail) -> str:
    body = sent.get_body(("plain",))  # type: ignore[attr-defined]  # the default policy's messages have it
    return str(body.get_content())


def title_of(sent: Mail) -> str:
    return text_of(sent).splitlines()[0]


async def test_a_change_reaches_mail_and_slack_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch) as (s, post, room):
        assert await s.turn() == 0
        await s.feed(HELSINKI[0])
        assert await s.turn() == 2
        assert await s.turn() == 0
        assert title_of(post.mails[0]) == "Ada Lind and Bela Kun: proposed (no place or date known)"
        assert [message["text"] for message in room.posts] == [title_of(post.mails[0])]
        assert len(post.mails) == 1


async def test_the_first_catch_up_ends_with_one_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch, caught_up=False) as (s, post, room):
        await s.feed(*HELSINKI[:4])
        assert await s.turn() == 0
        await s.catch_up()
        assert await s.turn() == 2
        assert await s.turn() == 0
        assert "agreed (Helsinki, 16 July 2018), since 2018-06-21" in text_of(post.mails[0])
        assert len(room.posts) == 1


async def test_a_meeting_is_one_thread_and_another_meeting_another() -> None:
    async with mailing() as (s, post):
        for item in [HELSINKI[0], AGREED, HELSINKI[6], article(80, "proposed - - official")]:
            await s.feed(item)
            await s.turn()
        references = [sent["References"] for sent in post.mails]
        subjects = [sent["Subject"] for sent in post.mails]
        assert len(set(references[:3])) == len(set(subjects[:3])) == 1
        assert references[3] != references[0]
        assert subjects[3] != subjects[0]
        assert len({sent["Message-ID"] for sent in post.mails}) == 4


async def test_what_comes_together_is_one_message_in_the_meeting_s_thread() -> None:
    async with mailing() as (s, post):
        await s.feed(HELSINKI[0], AGREED)
        assert await s.turn() == 1
        (sent,) = post.mails
        assert title_of(sent).startswith("2 pieces of news, last: Ada Lind and Bela Kun: proposed → agreed")
        assert "1. Ada Lind and Bela Kun: proposed" in text_of(sent)
        assert sent["Subject"] == "Meeting of Ada Lind and Bela Kun (ada-bela-1)"
        await s.feed(HELSINKI[6])
        await s.turn()
        assert post.mails[1]["References"] == sent["References"]


async def test_a_change_taken_back_is_told_to_those_who_were_told() -> None:
    async with mailing('statuses = ["agreed"]') as (s, post):
        await s.feed(HELSINKI[0], AGREED)
        await s.turn()
        for item in (AGREED, HELSINKI[0]):
            correction = SignalCorrected(article=article_id(item), watch="ada-bela", signal=Signal.NONE)
            await s.append(correction, f"correction:{item.title}")
        await s.worker(s.parts.pipeline.step)
        assert len(s.events("ChangeWithdrawn")) == 2
        assert await s.turn() == 1
        assert title_of(post.mails[1]) == "Taken back: Ada Lind and Bela Kun: agreed (Helsinki, 16 July 2018)"
        assert "An earlier message said agreed. That no longer follows" in text_of(post.mails[1])
        assert post.mails[1]["References"] == post.mails[0]["References"]


async def test_imports_late_articles_and_rebuilds_send_nothing() -> None:
    async with mailing() as (s, post):
        await s.feed(HELSINKI[6])
        await s.turn()
        await s.feed(article(3, "proposed - - official"))
        assert await s.turn() == 0
        await s.worker(s.parts.projector.rebuild)
        assert await s.turn() == 0
        assert len(post.mails) == 1


async def test_a_channel_that_is_new_is_told_of_what_comes_and_not_of_the_past() -> None:
    async with mailing() as (s, post):
        await s.feed(HELSINKI[0])
        text = mail(post.port) + mail(post.port).replace('"desk"', '"late"')
        await s.worker(lambda: s.deliverer.use(configured(text)))
        await s.turn()
        assert [data.channel for data in s.events("AlertQueued")] == ["desk"]
        await s.feed(AGREED)
        assert await s.turn() == 2


async def test_unconfirmed_changes_reach_only_who_wants_them() -> None:
    async with mail_server() as post:
        text = mail(post.port) + mail(post.port, "unconfirmed = true", ("eve@desk.example",)).replace(
            "desk", "eager", 1
        )
        async with service(configured(text)) as s:
            await s.feed(HELSINKI[0])
            assert await s.turn() == 2
            await s.feed(article(2, "agreed Oslo 2018-09-01 outlet"))
            assert await s.turn() == 1
            assert post.recipients[2] == ["eve@desk.example"]
            assert title_of(post.mails[2]).startswith("Unconfirmed: Ada Lind and Bela Kun: proposed → agreed (Oslo")
            assert "It may turn out wrong." in " ".join(text_of(post.mails[2]).split())


async def test_quiet_hours_end_with_one_message() -> None:
    async with mailing('quiet = "22:00-07:00"\nzone = "Europe/Vienna"') as (s, post):
        s.clock.now = START + timedelta(hours=21)  # 23:00 in Vienna
        night = [article(n, text, day=1) for n, text in ((1, "proposed - - official"), (2, "agreed Oslo - official"))]
        await s.feed(*night)
        s.clock.now = START + timedelta(days=1, minutes=5)
        assert await s.turn() == 0
        s.clock.now = START + timedelta(days=1, hours=4, minutes=59)
        assert await s.turn() == 0
        s.clock.forward(minutes=1)
        assert await s.turn() == 1
        assert title_of(post.mails[0]).startswith("2 pieces of news")


async def test_a_daily_digest_comes_in_place_of_each_change_and_says_where_things_stand() -> None:
    async with mailing('digest = "daily"\ndigest_at = "08:00"') as (s, post):
        await s.feed(HELSINKI[0])
        assert await s.turn() == 0
        s.clock.forward(hours=7, minutes=58)
        assert await s.turn() == 0
        s.clock.forward(minutes=2)
        assert await s.turn() == 1
        assert "* Ada Lind and Bela Kun: proposed" in text_of(post.mails[0])
        s.clock.forward(days=1)
        assert await s.turn() == 0


async def test_after_the_hourly_limit_one_message_sums_up() -> None:
    async with mailing("hourly = 3\nreminder = 'off'\nquestion = 'off'") as (s, post):
        signals = ["proposed", "agreed", "postponed", "agreed", "postponed", "cancelled"]
        for number, signal in enumerate(signals):
            item = article(number, f"{signal} Oslo 2018-09-01 official")
            await s.feed(msgspec.structs.replace(item, published=f"2018-06-01T00:{number:02}:00Z"))
            await s.turn()
        assert len(post.mails) == 3
        s.clock.now = START + timedelta(minutes=60)
        assert await s.turn() == 0
        s.clock.forward(minutes=2)
        assert await s.turn() == 1
        assert title_of(post.mails[3]).startswith("3 pieces of news, last: ")


async def test_grouping_waits_for_more() -> None:
    async with mailing('group = "5m"') as (s, post):
        await s.feed(HELSINKI[0])
        assert await s.turn() == 0
        s.clock.forward(minutes=5)
        assert await s.turn() == 1
        assert len(post.mails) == 1


async def test_a_reminder_before_the_day_and_a_question_after_it() -> None:
    async with mailing() as (s, post):
        await s.feed(AGREED)
        await s.turn()
        s.clock.now = START.replace(month=7, day=15, hour=7, minute=59)
        assert await s.turn() == 0
        s.clock.forward(minutes=1)
        assert await s.turn() == 1
        assert title_of(post.mails[1]).startswith("Coming up: Ada Lind and Bela Kun are to meet (Helsinki, 16 July")
        s.clock.forward(days=1)
        assert await s.turn() == 0
        s.clock.forward(days=1)
        assert await s.turn() == 1
        assert title_of(post.mails[2]).startswith("Date passed, no report: Ada Lind and Bela Kun")
        assert len({sent["References"] for sent in post.mails}) == 1
        s.clock.forward(days=3)
        assert await s.turn() == 0


async def test_no_question_about_a_meeting_that_was_held() -> None:
    async with mailing() as (s, post):
        await s.feed(AGREED, HELSINKI[6])
        await s.turn()
        s.clock.now = START.replace(month=7, day=18)
        assert await s.turn() == 0
        assert len(post.mails) == 1


async def test_what_the_server_turns_away_for_now_comes_later_with_the_same_message_id() -> None:
    async with mailing() as (s, post):
        post.at_sender = ["451 4.7.1 greylisted, come back in five minutes"]
        post.at_data = ["452 4.3.1 no room just now"]
        await s.feed(HELSINKI[0])
        waits = []
        while not post.mails:
            await s.turn()
            waits.append(s.clock.now)
            s.clock.forward(seconds=1)
        first, second = s.events("AlertFailed")
        assert "451" in first.reason
        assert "452" in second.reason
        assert (first.attempt, second.attempt) == (1, 2)
        assert timedelta(seconds=29) < waits[-1] - waits[0] < timedelta(seconds=40)


async def test_a_line_broken_after_data_repeats_the_same_message_id() -> None:
    async with mailing() as (s, post):
        post.at_data = ["drop", 6.0]
        await s.feed(HELSINKI[0])
        await s.turn()
        s.clock.forward(minutes=6)
        await s.turn()
        s.clock.forward(minutes=6)
        await s.turn()
        assert [data.unknown for data in s.events("AlertFailed")] == [True, True]
        assert len(s.events("AlertSent")) == 1
        assert len(post.mails) == 2
        assert len({sent["Message-ID"] for sent in post.mails}) == 1


async def test_a_refusal_for_good_is_set_aside_told_to_the_operator_and_sent_again_on_request() -> None:
    async with mail_server() as post, mail_server() as ops:
        text = mail(post.port) + mail(ops.port, "news = false\noperator = true").replace('"desk"', '"ops"')
        async with service(configured(text)) as s:
            post.at_data = ["554 5.7.1 rejected as spam"]
            await s.feed(HELSINKI[0])
            await s.turn()
            (gone,) = s.events("AlertAbandoned")
            assert gone.reason == "554 5.7.1 rejected as spam"
            await s.turn()
            (told,) = ops.mails
            assert f"summitwatch alert resend {gone.alert}" in " ".join(text_of(told).split())
            await s.append(AlertResent(alert=gone.alert, channel="desk"), "again")
            assert await s.turn() == 1
            assert len(post.mails) == 1


async def test_one_recipient_refused_does_not_cost_the_others_their_mail() -> None:
    people = ("ann@desk.example", "bob@desk.example", "cyd@desk.example")
    async with mailing(to=people) as (s, post):
        post.at_recipient = {"bob@desk.example": ["550 5.1.1 no such user"], "cyd@desk.example": ["450 4.2.0 busy"]}
        await s.feed(HELSINKI[0])
        await s.turn()
        (later,) = s.events("AlertFailed")
        assert later.left == ("cyd@desk.example",)
        assert "bob@desk.example: 550" in later.refused[0]
        s.clock.forward(minutes=1)
        await s.turn()
        assert post.recipients == [["ann@desk.example"], ["cyd@desk.example"]]
        (done,) = s.events("AlertSent")
        assert done.to == ("cyd@desk.example",)


@pytest.mark.parametrize("days", [-1, 1], ids=["back", "forward"])
async def test_a_clock_put_back_or_forward_by_a_day_delays_no_alert_by_a_day(days: int) -> None:
    async with mailing() as (s, post):
        post.at_sender = ["451 later"]
        await s.feed(HELSINKI[0])
        await s.turn()
        s.clock.forward(days=days)
        for _ in range(30):
            await s.turn()
            s.clock.forward(seconds=1)
        await s.feed(AGREED)
        await s.turn()
        assert [title_of(sent).rpartition(": ")[2][:8] for sent in post.mails] == ["proposed", "proposed"]


async def test_a_channel_taken_out_leaves_nothing_waiting_for_ever() -> None:
    async with mailing('group = "1h"') as (s, post):
        await s.feed(HELSINKI[0])
        await s.turn()
        await s.worker(lambda: s.deliverer.use(configured(mail(post.port).replace('"desk"', '"other"'))))
        await s.turn()
        (gone,) = s.events("AlertAbandoned")
        assert gone.reason == "the channel was taken out of the configuration"


async def test_with_a_bot_token_a_meeting_is_a_thread_over_all_its_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SLACK_TOKEN", "xoxb-1")
    async with slack_server() as room:
        options = f'token_env = "TEST_SLACK_TOKEN"\nchannel = "C1"\napi = "{room.url}/api"'
        async with service(configured(slack().replace('webhook_env = "TEST_SLACK_WEBHOOK"', options))) as s:
            for item in (HELSINKI[0], AGREED, HELSINKI[6]):
                await s.feed(item)
                await s.turn()
        methods = [method for method, _ in room.calls]
        assert methods == ["chat.postMessage", "chat.postMessage", "chat.update", "chat.postMessage", "chat.update"]
        assert {fields.get("thread_ts") for _, fields in room.calls[1::2]} == {"1700000001.000100"}


async def test_slack_s_retry_after_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch) as (s, _, room):
        room.answers = [(429, "rate_limited", {"Retry-After": "120"})]
        await s.feed(HELSINKI[0])
        assert await s.turn() == 1
        s.clock.forward(seconds=119)
        assert await s.turn() == 0
        s.clock.forward(seconds=1)
        assert await s.turn() == 1
        assert len(room.posts) == 1


@pytest.mark.parametrize(
    ("status", "text"),
    [(400, "invalid_payload"), (403, "action_prohibited"), (404, "no_team"), (410, "channel_is_archived")],
)
async def test_slack_errors_that_never_heal_are_set_aside_at_once(
    monkeypatch: pytest.MonkeyPatch, status: int, text: str
) -> None:
    async with both(monkeypatch) as (s, _, room):
        room.answers = [(status, text, {})]
        await s.feed(HELSINKI[0])
        await s.turn()
        (gone,) = s.events("AlertAbandoned")
        assert gone.reason == f"{status} {text}"
        s.clock.forward(days=1)
        await s.turn()
        assert len(s.events("AlertFailed")) == 0


async def test_a_slack_that_never_answers_gets_a_message_at_most_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch) as (s, _, room):
        room.answers = [4.5, 4.5, 4.5]
        await s.feed(HELSINKI[0])
        for _ in range(20):
            await s.turn()
            s.clock.forward(minutes=6)
        (gone,) = s.events("AlertAbandoned")
        assert gone.reason.startswith("it may have arrived 2 times; look")
        assert len(room.bodies) == 2


async def test_a_dead_server_is_tried_ever_more_rarely_and_then_given_up() -> None:
    async with mailing() as (s, post):
        post.at_sender = ["451 not now"] * 1000
        await s.feed(HELSINKI[0])
        while not s.events("AlertAbandoned"):
            assert await s.turn() == 0
            s.clock.now = max(data.retry_at for data in s.events("AlertFailed"))
        tries = s.events("AlertFailed")
        assert 70 < len(tries) < 90
        (gone,) = s.events("AlertAbandoned")
        assert gone.reason.startswith("given up after")
        assert post.sessions == len(tries) + 1


async def test_one_channel_s_trouble_does_not_delay_another(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch) as (s, post, room):
        room.answers = [2.5]
        await s.feed(HELSINKI[0])
        await s.worker(s.deliverer.decide)
        began = asyncio.get_running_loop().time()
        assert await s.deliverer.deliver_due(patience=1.2) == 1
        assert asyncio.get_running_loop().time() - began < 2.2
        assert len(post.mails) == 1
        assert await s.deliverer.deliver_due() == 1
        assert len(room.posts) == 1


async def test_an_attempt_cut_off_by_a_stop_is_made_again_with_the_same_message_id() -> None:
    async with mailing() as (s, post):
        post.at_data = [30.0]
        await s.feed(HELSINKI[0])
        await s.worker(s.deliverer.decide)
        await s.deliverer.deliver_due(patience=2)
        await s.deliverer.close(0.1)
        again = Service(configured(mail(post.port)), s.parts, s.clock, s.worker)
        assert await again.turn() == 1
        assert len({sent["Message-ID"] for sent in post.mails}) == 1
        (cut,) = s.events("AlertFailed")
        assert cut.unknown
        assert "stopped while it was being sent" in cut.reason


async def test_a_log_that_cannot_be_written_holds_sending_back_and_forgets_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with mailing() as (s, post):
        await s.feed(HELSINKI[0])
        await s.worker(s.deliverer.decide)
        append = s.parts.log.append
        full = LogUnavailable("events.db: database or disk is full; free some disk space; nothing was appended")

        def refuse(*_: object, **__: object) -> list[object]:
            raise full

        monkeypatch.setattr(s.parts.log, "append", refuse)
        await s.deliverer.deliver_due()
        await s.deliverer.deliver_due()
        assert "nothing is sent until the log can be written" in caplog.text
        assert len(post.mails) == 1
        monkeypatch.setattr(s.parts.log, "append", append)
        await s.deliverer.deliver_due()
        assert len(s.events("AlertSent")) == 1
        assert len(post.mails) == 1


async def test_the_operator_hears_of_sources_and_of_the_service_and_only_the_operator() -> None:
    async with mail_server() as post:
        text = mail(post.port) + mail(post.port, "news = false\noperator = true", ("op@desk.example",)).replace(
            '"desk"', '"ops"'
        )
        async with service(configured(text)) as s:
            await s.append(SourceFailing(feed="kremlin", reason="status 503", failures=3.0), "f1")
            await s.worker(lambda: s.deliverer.operator("The disk is nearly full.", "disk"))
            await s.worker(lambda: s.deliverer.operator("The disk is nearly full.", "disk"))
            assert await s.turn() == 1
            assert post.recipients == [["op@desk.example"]]
            assert "Source kremlin fails: status 503" in text_of(post.mails[0])
            assert text_of(post.mails[0]).count("The disk is nearly full.") == 1


async def test_operator_channels_do_not_report_each_other_s_reports_for_ever() -> None:
    async with mail_server() as post:
        ops = "news = false\noperator = true"
        text = mail(post.port, ops) + mail(post.port, ops).replace('"desk"', '"ops"')
        async with service(configured(text)) as s:
            post.at_data = ["554 no"] * 1000
            await s.append(SourceFailing(feed="kremlin", reason="status 503", failures=3.0), "f1")
            for _ in range(10):
                await s.turn()
                s.clock.forward(hours=1)
            assert len(s.events("AlertAbandoned")) == 2


async def test_reach_says_what_works_and_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both(monkeypatch) as (s, post, room):
        rows = await s.deliverer.reach_each()
        assert [(row.name, row.good) for row in rows] == [("desk", True), ("room", True)]
        monkeypatch.setenv("TEST_SLACK_WEBHOOK", f"{room.url}/gone")
        await s.worker(lambda: s.deliverer.use(configured(mail(1) + slack())))
        rows = await s.deliverer.reach_each()
        assert [(row.name, row.good) for row in rows] == [("desk", False), ("room", False)]
        assert post.mails == []
        assert room.posts == []


async def test_the_outbox_is_a_fold_of_the_log() -> None:
    async with mailing('quiet = "22:00-07:00"') as (s, post):
        post.at_data = ["452 later", "554 never"]
        for item in HELSINKI:
            await s.feed(item)
            for _ in range(3):
                await s.turn()
                s.clock.forward(hours=5)
        await s.append(CaughtUp(watch="ada-bela"), "once more")
        await s.turn()
        kinds = {type(data) for data in s.events("AlertQueued", "AlertFailed", "AlertAbandoned")}
        assert kinds == {AlertQueued, AlertFailed, AlertAbandoned}
        assert await s.worker(lambda: state_problems(s.parts)) == []
