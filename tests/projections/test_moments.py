"""However the log came about, its tables equal a fresh fold, and any moment looks as if it were folded on its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.events import (
    ArticleDismissed,
    ArticleRead,
    ArticleRecorded,
    ArticleRevised,
    Event,
    NewEvent,
    Origin,
    SecondReaderAnswered,
    SignalCorrected,
    WatchConfigured,
    WatchRemoved,
)
from monitor.log import SqliteLog
from monitor.log.codec import iso
from monitor.log.database import Database
from monitor.meetings.fold import fold
from monitor.meetings.model import Policy, WatchState
from monitor.projections.effects import effect
from monitor.projections.folding import MEMORY_EVERY, policy_of
from monitor.projections.observations import load_observations
from monitor.projections.projector import Projector
from monitor.projections.state import StateProjection
from monitor.projections.watches import status_json, watch_meetings, watch_state
from monitor.reading.model import Claim, PastMeeting, Principal, Reading, Span
from monitor.statuses import Signal, Speaker

START = datetime(2018, 1, 1, tzinfo=UTC)
DAYS = 120
WATCHES = ("ada-bela", "other")
POLICIES = (Policy(), Policy(voices=1, sure_confidence=0.7), Policy(voices=3, proposed_voices=2, sure_confidence=1.1))
IDS = [f"{number:04x}" for number in range(2_000)]
REMEMBERED = [name for name in IDS if crc32(name.encode()) % MEMORY_EVERY == 0]
ARTICLES = [*REMEMBERED[:12], *IDS[:12]]
"""Half of them are places at which the fold's memory is kept."""

dates = st.none() | st.dates(START.date(), (START + timedelta(days=DAYS)).date()).map(str)
venues = st.none() | st.sampled_from(["Vienna", "Sochi", "Russia", "Moscow", "Geneva"])
moments = st.integers(0, DAYS * 24).map(lambda hours: START + timedelta(hours=hours))
signals = st.sampled_from(Signal)
span = Span(0, 0, 4, "They")
readings = st.builds(
    Reading,
    signals,
    st.just("test-1"),
    venue=venues,
    date=dates,
    evidence=st.none() | st.just(span),
    speaker=st.sampled_from(Speaker),
    confidence=st.floats(0, 1),
    background=st.lists(st.builds(PastMeeting, venues, dates), max_size=2).map(tuple),
    also=st.lists(st.builds(Claim, signals, st.just(span), venues, dates), max_size=1).map(tuple),
)
names = st.sampled_from(ARTICLES)
watches = st.sampled_from(WATCHES)


def recorded(article: str, at: datetime, body: int, dated: bool = True) -> ArticleRecorded:
    """Two articles with one body are copies."""
    return ArticleRecorded(
        article=article,
        title=article,
        text=f"text of {article}",
        origin=Origin.POLL if dated else Origin.IMPORT,
        feed="feed",
        first_seen=at + timedelta(minutes=5),
        published=at if dated else None,
        source=f"outlet{crc32(article.encode()) % 7}",
        sketch=(body, body + 1, body + 2) if body else (),
    )


def revised(article: str, at: datetime, body: int) -> ArticleRevised:
    fields = {name: getattr(recorded(article, at, body), name) for name in ArticleRecorded.__struct_fields__}
    return ArticleRevised(**{**fields, "text": f"text of {article} in {body}"}, previous=f"text of {article}")


def configured(watch: str, policy: Policy) -> WatchConfigured:
    return WatchConfigured(watch=watch, principals=(Principal("Ada Lind"), Principal("Bela Kun")), policy=policy)


def read(article: str, watch: str, reading: Reading) -> ArticleRead:
    return ArticleRead(article=article, text=f"text of {article}", watch=watch, reading=reading)


def dismissed(article: str, about: Sequence[str]) -> ArticleDismissed:
    return ArticleDismissed(article=article, text=f"text of {article}", watches=tuple(about), reader="test-1")


def corrected_to(article: str, watch: str, signal: Signal, venue: str | None) -> SignalCorrected:
    return SignalCorrected(article=article, watch=watch, signal=signal, venue=venue)


def answered(article: str, watch: str, asked: int, signal: Signal) -> SecondReaderAnswered:
    return SecondReaderAnswered(
        article=article, text=f"text of {article}", watch=watch, asked=asked, model="m", prompt="1", accepted=True,
        signal=signal, evidence=span,
    )  # fmt: skip


happenings = st.one_of(
    st.builds(read, names, watches, readings),
    st.builds(read, names, watches, readings),
    st.builds(read, names, watches, readings),
    st.builds(dismissed, names, st.lists(watches, min_size=1, unique=True)),
    st.builds(corrected_to, names, watches, signals, venues),
    st.builds(answered, names, watches, st.integers(26, 80), signals),
    st.builds(revised, names, moments, st.integers(0, 4).map(lambda body: body * 100)),
    st.builds(configured, watches, st.sampled_from(POLICIES)),
    st.builds(lambda watch: WatchRemoved(watch=watch), watches),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Articles in any order of publication, some copies, some undated; among them all that may happen to them."""
    arrivals: list[Event] = [
        recorded(name, draw(moments), draw(st.integers(0, 4)) * 100, dated=draw(st.integers(0, 9)) > 0)
        for name in ARTICLES
    ]
    events: list[Event] = [configured(watch, draw(st.sampled_from(POLICIES))) for watch in WATCHES]
    known: set[str] = set()
    for event in draw(st.permutations(arrivals + draw(st.lists(happenings, max_size=40)))):
        if isinstance(event, ArticleRecorded) and not isinstance(event, ArticleRevised):
            known.add(event.article)
        if getattr(event, "article", None) in known | {None}:
            events.append(event)
    return events


@contextmanager
def projected() -> Iterator[tuple[Database, SqliteLog, Projector]]:
    database = Database(Path(":memory:"))
    log = SqliteLog(database, lambda: START)
    yield database, log, Projector(database, log, [StateProjection()])
    database.close()


def append(log: SqliteLog, events: Sequence[Event]) -> None:
    head = log.head()
    log.append([NewEvent("test", event, f"{head}/{n}") for n, event in enumerate(events)])


def whole_fold(database: Database, watch: str, as_of: datetime | None = None) -> WatchState:
    seen = load_observations(database.connection, watch)
    policy = policy_of(database.connection, watch)
    assert policy is not None
    return fold(watch, [each for each in seen if as_of is None or each.published <= as_of], policy)


few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(logs(), st.integers(1, 15))
def test_folding_on_gives_the_same_bytes_as_a_fresh_fold(events: list[Event], batch: int) -> None:
    with projected() as (_, log, projector):
        for start in range(0, len(events), batch):
            append(log, events[start : start + batch])
            projector.catch_up()
        carried_on = projector.digests()
        projector.rebuild()
        assert projector.digests() == carried_on


@few
@given(logs(), st.integers(1, 15), st.lists(moments, min_size=1, max_size=5))
def test_any_moment_is_the_fold_of_what_had_been_published(
    events: list[Event], batch: int, asked: list[datetime]
) -> None:
    with projected() as (database, log, projector):
        for start in range(0, len(events), batch):
            append(log, events[start : start + batch])
            projector.catch_up()
        for watch in WATCHES:
            for as_of in (*asked, None):
                state = whole_fold(database, watch, as_of)
                assert watch_state(database.connection, watch, as_of) == state
                assert watch_meetings(database.connection, watch, as_of) == state.meetings
                shown = status_json(database.connection, watch, as_of)
                assert shown["status"] == (state.current.status if state.current else "none")
                meeting = next((m for m in state.meetings if state.current and m.id == state.current.meeting), None)
                assert shown["meeting"] == (
                    meeting and {"id": meeting.id, "venue": meeting.venue, "date": meeting.date}
                )
                assert (shown["unconfirmed"] is None) == (state.unconfirmed is None)


@few
@given(logs(), names, signals, venues)
def test_the_effect_of_a_correction_is_what_folding_with_it_gives(
    events: list[Event], article: str, signal: Signal, venue: str | None
) -> None:
    correction = corrected_to(article, "ada-bela", signal, venue)
    with projected() as (database, log, projector):
        append(log, events)
        projector.catch_up()
        before = whole_fold(database, "ada-bela")
        shown = effect(database.connection, correction)
        append(log, [correction])
        projector.catch_up()
        after = whole_fold(database, "ada-bela")
    assert shown.before.status == (before.current.status if before.current else Signal.NONE)
    assert shown.after.status == (after.current.status if after.current else Signal.NONE)
    assert {c.article for c in shown.come} <= {c.article for c in after.changes}
    assert {c.article for c in shown.gone} <= {c.article for c in before.changes}


def test_the_tenth_meeting_stands_after_the_ninth() -> None:
    events: list[Event] = [configured("ada-bela", Policy())]
    for n in range(12):
        at = START + timedelta(days=90 * n)
        held = Reading(Signal.HELD, "test-1", "Vienna", f"{at:%Y-%m-%d}", span, Speaker.OFFICIAL, 0.9)
        events += [recorded(IDS[n], at, 0), read(IDS[n], "ada-bela", held)]
    with projected() as (database, log, projector):
        append(log, events)
        projector.catch_up()
        state = watch_state(database.connection, "ada-bela")
        assert [meeting.id for meeting in state.meetings] == [f"ada-bela-{n}" for n in range(1, 13)]
        assert state == whole_fold(database, "ada-bela")


def story(length: int) -> list[Event]:
    """One agreed meeting after another, an article every day, read as it comes."""
    events: list[Event] = [configured("ada-bela", Policy())]
    for n in range(length):
        at = START + timedelta(days=n)
        agreed = Reading(Signal.AGREED, "test-1", "Vienna", f"{at:%Y-%m-%d}", span, Speaker.OFFICIAL, 0.9)
        events += [recorded(IDS[n], at, 0), read(IDS[n], "ada-bela", agreed)]
    return events


def test_neither_a_new_article_nor_a_moment_of_the_past_reads_the_old_ones_again() -> None:
    *past, article, reading = story(40)
    with projected() as (database, log, projector):
        append(log, past)
        projector.catch_up()
        known = watch_state(database.connection, "ada-bela")
        database.connection.execute("UPDATE readings SET reading = 'cannot be read again'")
        append(log, [article, reading, dismissed("nobody", WATCHES)])
        projector.catch_up()
        assert watch_state(database.connection, "ada-bela", START + timedelta(days=38)) == known
        assert len(watch_state(database.connection, "ada-bela").verdicts) == len(known.verdicts) + 1


def test_a_late_article_reads_only_what_stands_after_the_memory_before_it() -> None:
    remembered = next(n for n, name in enumerate(IDS) if n > 5 and name in REMEMBERED)
    events = story(remembered + 20)
    late = START + timedelta(days=remembered, hours=5)
    with projected() as (database, log, projector):
        append(log, events)
        projector.catch_up()
        database.connection.execute("UPDATE readings SET reading = 'cannot be read again' WHERE at < ?", (iso(late),))
        append(log, [recorded("late", late, 0), read("late", "ada-bela", Reading(Signal.CANCELLED, "test-1"))])
        projector.catch_up()
        assert "late" in [verdict.article for verdict in watch_state(database.connection, "ada-bela").verdicts]
