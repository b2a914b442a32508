"""How the rules' findings and a learned classifier's probabilities make one reading, and how it is explained."""

from datetime import UTC, date, datetime

import pytest

from monitor.reading.compose import compose, features
from monitor.reading.explain import as_text, explain, without
from monitor.reading.model import TITLE, Document, Principal, Span, Watch
from monitor.reading.rules_reader import RulesReader, findings
from monitor.reading.venues import gazetteer
from monitor.statuses import Signal

WATCH = Watch("biden-xi", (Principal("Joe Biden"), Principal("Xi Jinping")))
DOCUMENT = Document(
    "Balloons over Montana",
    (
        "Joe Biden sees Xi Jinping in Bali on November 14.",
        "It was in Rome in 2021 that the two of them sat side by side.",
        "Taiwan will be on the table.",
    ),
    datetime(2022, 11, 10, tzinfo=UTC),
)
ON = date(2022, 11, 10)


def test_a_settled_signal_takes_its_evidence_where_the_classifier_believes_it() -> None:
    told = findings(DOCUMENT, WATCH)
    beliefs = [{"none": 1.0}, {"agreed": 0.9}, {"background": 0.9}, {"none": 1.0}]
    reading = compose(told, ON, gazetteer(), "x", (Signal.AGREED, 0.8), beliefs)
    assert (reading.signal, reading.confidence, reading.reader) == (Signal.AGREED, 0.8, "x")
    assert (reading.venue, reading.date) == ("Bali", "2022-11-14")
    assert reading.evidence is not None
    assert reading.evidence.paragraph == 0
    assert [(past.venue, past.date) for past in reading.background] == [("Rome", "2021")]


@pytest.mark.parametrize(
    ("paragraph", "beliefs", "quoted"),
    [
        (
            "Joe Biden will see Xi Jinping next week. It stands, says his office.",
            [0.5, 0.6],
            "Joe Biden will see Xi Jinping next week.",
        ),
        (
            "Will Joe Biden meet Xi Jinping after all? Joe Biden will see Xi Jinping.",
            [0.8, 0.5],
            "Joe Biden will see Xi Jinping.",
        ),
        (
            "Joe Biden and Xi Jinping have talked by telephone. A date for it was agreed upon by their staffs.",
            [0.1, 0.9],
            "Joe Biden and Xi Jinping have talked by telephone. A date for it was agreed upon by their staffs.",
        ),
        ("The weather is fine. A date for it was agreed upon.", [0.1, 0.9], "A date for it was agreed upon."),
    ],
    ids=["names the pair", "not a question", "with the sentence that says who", "alone where that helps nothing"],
)
def test_the_quoted_words_convince_alone(paragraph: str, beliefs: list[float], quoted: str) -> None:
    told = findings(Document("", (paragraph,), DOCUMENT.published), WATCH)
    believed = [{"agreed": belief} for belief in beliefs]
    reading = compose(told, ON, gazetteer(), "x", (Signal.AGREED, 0.8), believed)
    assert reading.evidence is not None
    assert reading.evidence.text == quoted
    assert paragraph[reading.evidence.start : reading.evidence.end] == quoted


def test_a_belief_in_a_second_meeting_becomes_a_second_claim() -> None:
    document = Document(
        "", ("They met in Bali on Monday.", "Xi will host Biden in Beijing in May."), DOCUMENT.published
    )
    beliefs = [{"held": 0.9}, {"other-future": 0.8, "agreed": 0.1}]
    reading = compose(findings(document, WATCH), ON, gazetteer(), "x", (Signal.HELD, 0.9), beliefs)
    assert [(claim.signal, claim.venue, claim.date) for claim in reading.also] == [
        (Signal.AGREED, "Beijing", "2023-05")
    ]


def test_an_article_without_a_meeting_has_no_evidence_but_keeps_its_background() -> None:
    reading = compose(findings(DOCUMENT, WATCH), ON, gazetteer(), "x", (Signal.NONE, 0.9))
    assert reading.evidence is None
    assert (reading.venue, reading.date) == (None, None)


def test_features_tell_what_the_rules_found() -> None:
    found = features(findings(DOCUMENT, WATCH))
    assert found["rules-agreed"] > found["rules-held"]
    assert found["pair"] >= 1


def test_an_explanation_names_the_sentence_that_decides() -> None:
    document = Document(
        "", ("Biden has called off his summit with Xi.", "The weather in Bali is fine."), DOCUMENT.published
    )
    told = explain(document, WATCH, RulesReader())
    assert told.reading.signal is Signal.CANCELLED
    assert [(change.sentence.paragraph, change.signal) for change in told.changes] == [(0, Signal.NONE)]
    text = as_text(told)
    assert "cancelled" in text
    assert "paragraph 1: Biden has called off his summit with Xi." in text
    assert "would have changed it" in text
    assert "cue: called off" in text


def test_leaving_out_a_sentence_keeps_all_others() -> None:
    assert without(DOCUMENT, Span(TITLE, 0, 9, "Balloons ")).title == "over Montana"
    first = DOCUMENT.paragraphs[0]
    left = without(DOCUMENT, Span(0, 0, len(first), first))
    assert left.paragraphs == ("", *DOCUMENT.paragraphs[1:])
