"""A second opinion counts only with a literal quotation, and two opinions make one reading by plain rules."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.model import TITLE, Claim, Document, PastMeeting, Principal, Reading, Span, Watch
from monitor.reading.second.answer import Answer, Discarded, checked
from monitor.reading.second.merging import TRUST, merged
from monitor.reading.second.question import MAX_CHARACTERS, SCHEMA, messages
from monitor.statuses import Signal, Speaker

WATCH = Watch("a-b", (Principal("Ada Lind"), Principal("Bela Kun")))
TEXT = "Ada Lind will receive Bela Kun in Oslo on May 3, her office said."
ARTICLE = Document(
    "Lind to receive Kun", ("It rained all day.", TEXT, "Nobody was surprised."), datetime(2020, 4, 20, tzinfo=UTC)
)


def said(**fields: object) -> str:
    return json.dumps({"signal": "agreed", "evidence": TEXT, "venue": "Oslo", "date": "2020-05-03"} | fields)


def test_a_good_answer_is_taken_whole() -> None:
    span = Span(1, 0, len(TEXT), TEXT)
    assert checked(said(), ARTICLE) == Answer(Signal.AGREED, span, "Oslo", "2020-05-03")


def test_the_title_can_be_quoted() -> None:
    answer = checked(said(evidence="Lind to receive Kun"), ARTICLE)
    assert answer.evidence is not None
    assert answer.evidence.paragraph == TITLE


@pytest.mark.parametrize(
    ("fields", "venue", "date"),
    [
        ({"venue": "Helsinki"}, None, "2020-05-03"),
        ({"venue": "Os"}, None, "2020-05-03"),
        ({"venue": ""}, None, "2020-05-03"),
        ({"venue": None, "date": None}, None, None),
        ({"date": "2020-05"}, "Oslo", "2020-05"),
        ({"date": "2020-13"}, "Oslo", None),
        ({"date": "2020-02-30"}, "Oslo", None),
        ({"date": "May 3"}, "Oslo", None),
    ],
    ids=["venue-elsewhere", "part-of-a-name", "empty", "none", "month", "no-month", "no-day", "words"],
)
def test_place_and_day_count_only_where_they_can_be(
    fields: dict[str, str], venue: str | None, date: str | None
) -> None:
    answer = checked(said(**fields), ARTICLE)
    assert (answer.venue, answer.date) == (venue, date)


@pytest.mark.parametrize(
    "content",
    [
        said(evidence="Ada Lind will receive Bela Kun in Rome"),
        said(evidence=TEXT.replace("May 3", "May 4")),
        said(evidence=f"It rained all day. {TEXT}"),
        said(evidence="the"),
        said(evidence=""),
        said(signal="probable"),
        said(signal=3),
        said(evidence="x " * 3000),
        "agreed",
        "",
        "[]",
        "\ud800",
    ],
    ids=[
        "invented", "altered", "two-paragraphs", "one-word", "empty", "signal", "number", "too-long", "word", "nothing",
        "list", "surrogate",
    ],
)  # fmt: skip
def test_anything_else_is_discarded(content: str) -> None:
    with pytest.raises(Discarded):
        checked(content, ARTICLE)


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_evidence_is_always_literal(evidence: str, title: str, paragraphs: list[str]) -> None:
    document = Document(title, tuple(paragraphs))
    try:
        answer = checked(said(evidence=evidence), document)
    except Discarded:
        return
    span = answer.evidence
    assert span is not None
    text = title if span.paragraph == TITLE else paragraphs[span.paragraph]
    assert text[span.start : span.end] == span.text == evidence.strip()


SPAN = Span(1, 0, len(TEXT), TEXT)
CLAIM = Claim(Signal.PROPOSED, SPAN, speaker=Speaker.OFFICIAL)
PAST = (PastMeeting("Rome", "2018-03"),)


def first(signal: Signal, confidence: float) -> Reading:
    evidence = None if signal is Signal.NONE else SPAN
    return Reading(signal, "rules-1", "Oslo", None, evidence, Speaker.OFFICIAL, confidence, PAST, claims=(CLAIM,))


def test_agreement_makes_surer() -> None:
    reading = merged(first(Signal.AGREED, 0.6), Answer(Signal.AGREED, SPAN, "Bergen", "2020-05-03"), "m/1")
    assert (reading.signal, reading.confidence) == (Signal.AGREED, 0.857)
    assert (reading.venue, reading.date, reading.reader) == ("Oslo", "2020-05-03", "rules-1+m/1")


def test_a_sure_reading_keeps_its_signal_less_sure() -> None:
    reading = merged(first(Signal.AGREED, 0.95), Answer(Signal.HELD, SPAN), "m/1")
    assert reading.signal is Signal.AGREED
    assert reading.confidence == pytest.approx(0.826)


def test_an_unsure_reading_gives_way_and_the_speaker_stays_the_rules() -> None:
    reading = merged(first(Signal.PROPOSED, 0.5), Answer(Signal.AGREED, SPAN), "m/1")
    assert (reading.signal, reading.confidence, reading.speaker) == (Signal.AGREED, 0.8, Speaker.OFFICIAL)
    elsewhere = Answer(Signal.AGREED, Span(0, 0, 18, "It rained all day."))
    assert merged(first(Signal.PROPOSED, 0.5), elsewhere, "m/1").speaker is Speaker.OUTLET


def test_none_leaves_the_background() -> None:
    reading = merged(first(Signal.PROPOSED, 0.5), Answer(Signal.NONE), "m/1")
    assert (reading.signal, reading.evidence, reading.venue, reading.background) == (Signal.NONE, None, None, PAST)


SIGNALS = st.sampled_from(Signal)


@given(SIGNALS, st.floats(0, 0.995), SIGNALS)
def test_two_opinions_are_weighed_consistently(one: Signal, confidence: float, other: Signal) -> None:
    before = first(one, confidence)
    answer = Answer(other, None if other is Signal.NONE else SPAN)
    after = merged(before, answer, "m/1")
    assert after == merged(before, answer, "m/1")
    assert after.signal in (one, other)
    assert (after.evidence is None) == (after.signal is Signal.NONE)
    if one is other:
        assert 1 >= after.confidence >= confidence
    else:
        assert after.signal is (one if confidence > TRUST else other)
        assert 0.5 <= after.confidence <= max(confidence, TRUST)


def test_the_question_is_bounded_and_holds_what_is_to_be_judged() -> None:
    system, user = messages(Document("t", ("a" * 9000, "b" * 9000, "c"), ARTICLE.published), WATCH)
    case = json.loads(user["content"])
    assert (case["principals"], case["published"], case["title"]) == (["Ada Lind", "Bela Kun"], "2020-04-20", "t")
    assert case["article"] == ["a" * 9000]
    assert all(f"{signal}:" in system["content"] for signal in Signal)
    (long,) = json.loads(messages(Document("t", ("x" * 50_000,)), WATCH)[1]["content"])["article"]
    assert len(long) == MAX_CHARACTERS
    assert SCHEMA["properties"]["signal"]["enum"] == [signal.value for signal in Signal]
