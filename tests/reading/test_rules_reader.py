"""What the rules alone make of an article: status, date, venue, earlier meetings, evidence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.model import TITLE, Document, Principal, Reading, Span, Watch
from monitor.reading.plain import words
from monitor.reading.rules_reader import RulesReader
from monitor.statuses import Signal, Speaker

WATCH = Watch("trump-putin", (Principal("Donald Trump"), Principal("Vladimir Putin")))
READER = RulesReader()


def read(text: str, published: str = "2018-07-02", title: str = "") -> Reading:
    at = datetime.fromisoformat(published).replace(tzinfo=UTC)
    return READER.read(Document(title, tuple(text.split("\n\n")), at), WATCH)


STATUSES = {
    "will meet": ("Trump and Putin will meet in Helsinki on July 16, the Kremlin said.", "agreed"),
    "set for": ("The summit between Trump and Putin is set for July 16.", "agreed"),
    "invitation accepted": ("Putin has accepted Trump's invitation to Washington, his spokesman said.", "agreed"),
    "invited": ("Trump has invited Putin to the White House, the Kremlin said.", "proposed"),
    "ready": ("Putin is ready to meet Trump at any time, his spokesman said.", "proposed"),
    "weighed": ("A meeting between Trump and Putin is under consideration, officials said.", "proposed"),
    "no date": ("No date has been set for a meeting between Trump and Putin, the White House said.", "proposed"),
    "may meet": ("Trump may meet Putin in Vienna next month, two sources said.", "proposed"),
    "met": ("Trump met Putin in Helsinki on Monday.", "held"),
    "talks ended": ("Trump and Putin have wrapped up their summit in Helsinki.", "held"),
    "put off": ("The White House has postponed the meeting between Trump and Putin until next year.", "postponed"),
    "called off": ("Trump has called off his meeting with Putin.", "cancelled"),
    "will not take place": ("The Trump-Putin summit will not take place, the Kremlin said.", "cancelled"),
    "denied that it is off": ("It is not true that Trump's meeting with Putin was called off, an aide said.", "agreed"),
    "back on": ("Trump's summit with Putin is back on, the White House said.", "agreed"),
    "no meeting": ("Trump did not meet Putin in Paris.", "none"),
    "a third person": ("Putin met Emmanuel Macron in St. Petersburg; Trump stayed in Washington.", "none"),
    "envoys": ("John Bolton met Sergei Lavrov in Moscow to talk about arms control.", "none"),
    "a call": ("Trump and Putin spoke by telephone on Monday for an hour.", "none"),
    "outsiders": ("A summit would help Putin more than Trump, a former ambassador writes.", "none"),
    "question": ("Will Trump meet Putin?", "none"),
    "long ago": ("Trump and Putin last met in Osaka in June 2017.", "none"),
    "another sense": ("Trump was met with criticism for praising Putin.", "none"),
}


@pytest.mark.parametrize(("text", "status"), STATUSES.values(), ids=STATUSES.keys())
def test_a_sentence_gives_the_status_of_the_codebook(text: str, status: str) -> None:
    assert read(text).signal == status


def test_an_announcement_gives_day_place_speaker_and_the_sentence_that_convinces() -> None:
    text = (
        "MOSCOW - Arms control will be on the table.\n\n"
        "Vladimir Putin and Donald Trump will meet in Helsinki on July 16, the Kremlin said on Thursday.\n\n"
        "John Bolton had been in Moscow the day before."
    )
    reading = read(text, "2018-06-28", "Date for summit announced")
    assert (reading.signal, reading.venue, reading.date) == (Signal.AGREED, "Helsinki", "2018-07-16")
    assert reading.speaker is Speaker.OFFICIAL
    assert reading.evidence is not None
    assert reading.evidence.text.startswith("Vladimir Putin and Donald Trump will meet")


def test_a_meeting_held_lately_is_news_and_an_older_one_is_background() -> None:
    text = (
        "Donald Trump met Vladimir Putin in Helsinki on Monday and praised him.\n\n"
        "The two had last met in Da Nang in November 2017."
    )
    reading = read(text, "2018-07-17")
    assert (reading.signal, reading.venue, reading.date) == (Signal.HELD, "Helsinki", "2018-07-16")
    assert [(past.venue, past.date) for past in reading.background] == [("Da Nang", "2017-11")]


def test_after_a_meeting_the_next_one_is_a_second_claim() -> None:
    text = "Trump and Putin met in Helsinki on Monday.\n\nTrump wants to host Putin in Washington in the autumn."
    reading = read(text, "2018-07-17")
    assert reading.signal is Signal.HELD
    assert [(claim.signal, claim.venue) for claim in reading.also] == [(Signal.PROPOSED, "Washington")]


def test_links_to_other_stories_and_comments_weigh_little() -> None:
    text = "Trump has invited Putin to Washington.\n\nRead more: Trump and Putin will meet in Vienna on July 16"
    assert read(text).signal is Signal.PROPOSED


def test_more_than_two_principals_are_read() -> None:
    watch = Watch("three", (*WATCH.principals, Principal("Xi Jinping")))
    reading = READER.read(Document("", ("Trump met Putin in Helsinki on Monday.",)), watch)
    assert reading.signal is Signal.HELD


def literal(document: Document, span: Span) -> bool:
    text = document.title if span.paragraph == TITLE else document.paragraphs[span.paragraph]
    return text[span.start : span.end] == span.text


WORDS = st.sampled_from(
    sorted(
        words(
            """
            Trump Putin met will meet the two leaders in Helsinki on July 16 called off said Kremlin not . , ? he summit
            invited last November 2017 Макрон İstanbul 會談 ’ …
            """
        )
    )
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)), st.text(max_size=40))
def test_any_text_is_read_with_literal_evidence_and_twice_alike(body: str, title: str) -> None:
    document = Document(title, (body,), datetime(2018, 7, 2, tzinfo=UTC))
    reading = READER.read(document, WATCH)
    spans = [claim.evidence for claim in reading.claims] + ([reading.evidence] if reading.evidence else [])
    assert all(literal(document, span) for span in spans)
    assert (reading.signal is Signal.NONE) == (reading.evidence is None)
    assert READER.read(document, WATCH) == reading


@pytest.mark.parametrize("published", [None, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_missing_or_impossible_day_of_publication_stops_nothing(published: datetime | None) -> None:
    text = (
        "Trump met Putin last week, next year, on Monday, in 40 weeks, on July 16, the weekend before, in the spring."
    )
    assert READER.read(Document("", (text,), published), WATCH).signal in Signal
