"""From arrivals to announced changes: whatever the order, the repetition, the restart or the correction."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import WatchSection
from monitor.events import (
    ArticleDismissed,
    ArticleRead,
    ArticleRevised,
    ChangeWithdrawn,
    Mode,
    NewEvent,
    Origin,
    SignalCorrected,
    StatusChanged,
)
from monitor.meetings.model import Policy
from monitor.projections.watches import status_json, timeline_json
from monitor.reading.model import Document, Reading, Watch
from monitor.service.assembly import Parts, open_parts
from monitor.service.checking import state_problems
from monitor.service.intake import article_id
from monitor.statuses import Signal
from scrapers.article import Article
from tests.service.scripted import ScriptedReader
from tests.service.stories import HELSINKI, START, WATCH, arrived, article

STRICT = msgspec.structs.replace(WATCH, policy=Policy(sure_confidence=1.1))
"""However sure the reader is, one outlet is not enough."""


def fresh(path: Path | str = ":memory:", *, caught_up: bool = True, watch: WatchSection = WATCH) -> Parts:
    parts = open_parts(path, lambda: START, ScriptedReader())
    parts.pipeline.configure([watch])
    if caught_up:
        parts.pipeline.caught_up()
    return parts


def feed(parts: Parts, articles: list[Article], origin: Origin = Origin.POLL) -> None:
    for item in articles:
        parts.pipeline.record([arrived(item, origin)])
        parts.pipeline.step()


def told(parts: Parts) -> list[tuple[str, str, Mode]]:
    events = parts.log.read(types=("StatusChanged", "ChangeWithdrawn"))
    return [(e.type, e.data.change.status, e.data.mode) for e in events]  # type: ignore[attr-defined]


def view(parts: Parts) -> object:
    connection = parts.database.connection
    return status_json(connection, "ada-bela"), timeline_json(connection, "ada-bela")


def test_a_story_is_told_once_and_in_order() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    assert told(parts) == [
        ("StatusChanged", "proposed", Mode.LIVE),
        ("StatusChanged", "agreed", Mode.LIVE),
        ("StatusChanged", "held", Mode.LIVE),
    ]
    status = status_json(parts.database.connection, "ada-bela")
    assert status["status"] == "held"
    assert status["meeting"] == {"id": "ada-bela-1", "venue": "Helsinki", "date": "2018-07-16"}
    assert status["evidence"]["source"] == "outlet45.example"


def test_the_background_stands_in_the_ledger_and_moves_nothing() -> None:
    parts = fresh()
    feed(parts, HELSINKI[:6])
    meetings = timeline_json(parts.database.connection, "ada-bela")["meetings"]
    assert [(m["venue"], m["status"], m["background"]) for m in meetings if m["background"]] == [
        ("Hamburg", "held", True)
    ]
    assert status_json(parts.database.connection, "ada-bela")["status"] == "agreed"


def test_the_same_articles_again_add_nothing() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    head = parts.log.head()
    feed(parts, HELSINKI)
    assert parts.log.head() == head


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(HELSINKI), batch=st.integers(1, 8))
def test_any_order_of_arrival_gives_the_same_state(order: list[Article], batch: int) -> None:
    straight, shuffled = fresh(), fresh()
    feed(straight, HELSINKI)
    for start in range(0, len(order), batch):
        shuffled.pipeline.record([arrived(item) for item in order[start : start + batch]])
        shuffled.pipeline.step()
    assert view(shuffled) == view(straight)
    straight.close()
    shuffled.close()


def test_rebuild_gives_the_same_bytes_and_appends_nothing() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    before, head = parts.projector.digests(), parts.log.head()
    parts.projector.rebuild()
    assert parts.projector.digests() == before
    assert parts.log.head() == head
    assert state_problems(parts) == []


def test_verify_notices_a_state_table_that_was_changed() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    parts.database.connection.execute("UPDATE statuses SET status = 'agreed'")
    assert state_problems(parts) == ["table statuses: differs from a fresh fold of the log; run `summitwatch rebuild`"]


@pytest.mark.parametrize(
    ("origin", "caught_up", "mode"),
    [
        (Origin.POLL, True, Mode.LIVE),
        (Origin.POLL, False, Mode.CATCH_UP),
        (Origin.IMPORT, True, Mode.IMPORT),
        (Origin.SEED, False, Mode.CATCH_UP),
    ],
)
def test_only_what_is_news_counts_as_news(origin: Origin, caught_up: bool, mode: Mode) -> None:
    parts = fresh(caught_up=caught_up)
    feed(parts, HELSINKI, origin)
    assert {m for _, _, m in told(parts)} == {mode}


def test_a_late_article_changes_history_and_not_the_present() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    feed(parts, [article(90, "held Osaka 2018-01-10 official", day=-140)])
    assert told(parts)[-1] == ("StatusChanged", "held", Mode.LATE)
    assert status_json(parts.database.connection, "ada-bela")["meeting"]["venue"] == "Helsinki"


def test_one_outlet_is_not_enough_and_two_are() -> None:
    parts = fresh(watch=STRICT)
    feed(parts, [article(1, "agreed Geneva 2018-08-01 outlet")])
    status = status_json(parts.database.connection, "ada-bela")
    assert status["status"] != "agreed"
    assert status["unconfirmed"]["status"] == "agreed"
    feed(parts, [article(2, "agreed Geneva 2018-08-01 outlet")])
    status = status_json(parts.database.connection, "ada-bela")
    assert (status["status"], status["unconfirmed"]) == ("agreed", None)


def test_copies_of_one_dispatch_are_one_voice() -> None:
    parts = fresh(watch=STRICT)
    one = article(1, "agreed Geneva 2018-08-01 outlet", outlet="one.example")
    wire = " ".join(f"the envoys spoke of matter number {n} for a while" for n in range(40))
    first = msgspec.structs.replace(one, paragraphs=(one.paragraphs[0], wire))
    copy = msgspec.structs.replace(first, url="https://two.example/x", source="two.example", title="Other headline")
    feed(parts, [first, copy])
    assert status_json(parts.database.connection, "ada-bela")["status"] != "agreed"
    feed(parts, [article(3, "agreed Geneva 2018-08-01 outlet", outlet="three.example")])
    assert status_json(parts.database.connection, "ada-bela")["status"] == "agreed"


def test_a_correction_takes_a_change_back_and_stays() -> None:
    parts = fresh()
    feed(parts, HELSINKI[:4])
    wrong = article_id(HELSINKI[3])
    correction = SignalCorrected(article=wrong, watch="ada-bela", signal=Signal.NONE, note="another Bela")
    parts.log.append([NewEvent("reading/x", correction, "correct:1", actor="person")])
    parts.pipeline.step()
    assert told(parts)[-1] == ("ChangeWithdrawn", "agreed", Mode.CORRECTION)
    assert status_json(parts.database.connection, "ada-bela")["status"] == "proposed"
    changed = msgspec.structs.replace(HELSINKI[3], paragraphs=(*HELSINKI[3].paragraphs, "A late addition."))
    feed(parts, [changed])
    assert status_json(parts.database.connection, "ada-bela")["status"] == "proposed"
    head = parts.log.head()
    parts.pipeline.step()
    assert parts.log.head() == head, "what was taken back is not taken back again"


def test_a_revised_article_keeps_both_texts_and_is_read_again() -> None:
    parts = fresh()
    first = article(1, "proposed - - official")
    second = msgspec.structs.replace(first, paragraphs=("agreed Oslo 2018-09-01 official", first.paragraphs[1]))
    feed(parts, [first, second])
    (revision,) = [e.data for e in parts.log.read(types=("ArticleRevised",))]
    assert isinstance(revision, ArticleRevised)
    assert "proposed" in (parts.log.words(revision.previous) or "")
    assert "Oslo" in (parts.log.words(revision.text) or "")
    assert status_json(parts.database.connection, "ada-bela")["status"] == "agreed"
    assert sum(isinstance(e.data, ArticleRead) for e in parts.log.read()) == 2


def test_an_article_that_flaps_between_two_texts_is_read_each_time() -> None:
    parts = fresh()
    first = article(1, "proposed - - official")
    second = msgspec.structs.replace(first, paragraphs=("none - - none", first.paragraphs[1]))
    feed(parts, [first, second, first])
    assert status_json(parts.database.connection, "ada-bela")["status"] == "proposed"
    assert parts.pipeline.idle()


def test_articles_that_say_nothing_leave_one_small_event_for_all_watches() -> None:
    parts = fresh()
    other = msgspec.structs.replace(WATCH, name="other")
    parts.pipeline.configure([WATCH, other])
    feed(parts, [article(1, "none - - none")])
    (event,) = [e.data for e in parts.log.read(types=("ArticleDismissed", "ArticleRead"))]
    assert isinstance(event, ArticleDismissed)
    assert event.watches == ("ada-bela", "other")


def test_a_watch_that_is_added_reads_what_is_there() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    parts.pipeline.configure([WATCH, msgspec.structs.replace(WATCH, name="other")])
    parts.pipeline.step()
    assert status_json(parts.database.connection, "other")["status"] == "held"
    modes = {e.data.mode for e in parts.log.read(types=("StatusChanged",)) if e.data.watch == "other"}  # type: ignore[attr-defined]
    assert modes == {Mode.CATCH_UP}


def test_a_watch_that_is_removed_keeps_its_history_and_reads_no_more() -> None:
    parts = fresh()
    feed(parts, HELSINKI[:1])
    parts.pipeline.configure([])
    feed(parts, HELSINKI[1:])
    assert len(told(parts)) == 1
    parts.pipeline.configure([WATCH])
    parts.pipeline.step()
    assert status_json(parts.database.connection, "ada-bela")["status"] == "held"


def test_as_of_shows_what_was_published_by_then() -> None:
    parts = fresh()
    feed(parts, HELSINKI)
    connection = parts.database.connection
    for day, status in ((0, "none"), (10, "proposed"), (21, "agreed"), (50, "held")):
        at = START + timedelta(days=day, hours=12)
        assert status_json(connection, "ada-bela", at)["status"] == status, day


def test_a_date_in_the_future_is_not_believed() -> None:
    parts = fresh()
    item = article(400, "agreed Oslo 2019-09-01 official")
    seen = START + timedelta(days=3)
    parts.pipeline.record([arrived(item, seen=seen)])
    parts.pipeline.step()
    since = status_json(parts.database.connection, "ada-bela")["since"]
    assert datetime.fromisoformat(since) == seen


def test_an_undated_import_is_kept_and_does_not_count() -> None:
    parts = fresh()
    item = msgspec.structs.replace(article(1, "agreed Oslo 2018-09-01 official"), published=None)
    feed(parts, [item], Origin.IMPORT)
    assert status_json(parts.database.connection, "ada-bela")["status"] == "none"
    assert [e.data.title for e in parts.log.read(types=("ArticleRecorded",))] == ["Article 1"]  # type: ignore[attr-defined]


def test_status_changed_names_what_it_rests_on() -> None:
    parts = fresh()
    feed(parts, HELSINKI[:4])
    change = [e.data for e in parts.log.read(types=("StatusChanged",))][-1]
    assert isinstance(change, StatusChanged)
    assert change.change.article == article_id(HELSINKI[3])
    assert change.change.official
    assert change.change.why


def test_withdrawals_name_what_stands_instead() -> None:
    parts = fresh()
    feed(parts, HELSINKI[:4])
    correction = SignalCorrected(article=article_id(HELSINKI[3]), watch="ada-bela", signal=Signal.NONE)
    parts.log.append([NewEvent("reading/x", correction, "c")])
    parts.pipeline.step()
    (event,) = [e.data for e in parts.log.read(types=("ChangeWithdrawn",))]
    assert isinstance(event, ChangeWithdrawn)
    assert event.standing is not None
    assert event.standing.status is Signal.PROPOSED


def test_a_fault_in_the_reader_costs_one_article_and_is_seen() -> None:
    class Faulty(ScriptedReader):
        def read(self, document: Document, watch: Watch) -> Reading:
            if document.title == "Article 5":
                raise RuntimeError("a fault")
            return super().read(document, watch)

    parts = open_parts(":memory:", lambda: START, Faulty())
    parts.pipeline.configure([WATCH])
    feed(parts, HELSINKI)
    readers = [e.data.reading.reader for e in parts.log.read(types=("ArticleRead",))]  # type: ignore[attr-defined]
    assert readers.count("failed:scripted-1") == 1
    assert status_json(parts.database.connection, "ada-bela")["status"] == "held"
    parts.pipeline._reader = ScriptedReader()
    parts.pipeline._reader.version = "scripted-2"
    assert parts.pipeline.step() == 1, "another version of the reader reads it again"
    assert parts.pipeline.step() == 0
