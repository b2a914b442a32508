"""Raw pages of many makes: what stays is the article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean import clean, own_words, without_furniture

LEDE = "The presidents of Nordavia and Sudmark will meet in Tallow on May 5, both their offices said on Thursday."
SECOND = '"We have much to talk about," the Nordavian president told reporters in the harbour town of Kell.'
THIRD = "It would be their first meeting since the border was closed in the autumn of last year."
FOURTH = "Neither side has said for how long they will talk, or whether a statement is planned."
TITLE = "Nordavia and Sudmark presidents to meet in Tallow"
BODY = (LEDE, SECOND, THIRD, FOURTH)

AROUND = {
    "menu": (("Skip to main content", "Home\nWorld\nSport", "Sign in", "Search"), ()),
    "breadcrumb": ((f"Home / World / {TITLE}",), ()),
    "section, then title": (("WORLD",), ()),
    "cookie notice": (
        (
            "This website uses cookies to personalise content and to analyse our traffic. By using this website you "
            "agree to our privacy policy.",
            "Accept all",
        ),
        (),
    ),
    "donation meter": (("$4,120\n$10,000\nMARCH 2021", "Support Our Harbour"), ("Donate now",)),
    "comments": (
        (),
        ("12 Comments", "Oldfox", "They will never agree, you will see.", "Reply", "So true, my friend, so true."),
    ),
    "comment form": ((), ("Leave a Reply", "Your email address will not be published. Required fields are marked *")),
    "related stories": (
        (),
        ("Related stories", "Ferry strike enters second week", "Kell mayor opens new lighthouse to the public"),
    ),
    "newsletter": ((), ("Sign up for our newsletter and get the day's top stories in your inbox every morning.",)),
    "rights": ((), ("© 2021 Harbour Media Group. All rights reserved.", "Terms of use")),
    "disclaimer": (
        (),
        ("Disclaimer: The views expressed in this piece are those of the author and do not necessarily reflect ours.",),
    ),
    "agency credit": ((), ("Reporting by Ann Quill in Kell; Editing by Bo Nib", "Source: Harbour News Agency")),
    "tags": ((), ("Tags: Nordavia, Sudmark, summit", "Filed under: World")),
    "messenger channel": ((), ("Follow us on Telegram for the latest updates", "Download our mobile app.")),
    "typo note": ((), ("If you notice a spelling error, select it and press Ctrl+Enter.",)),
    "share buttons": (
        ("Share on Facebook Tweet Pin it", "1.4K shares | 210 comments"),
        ("Share this: Facebook | Twitter",),
    ),
    "author's bio asks for tips": ((), ("Have a tip we should know? tips@harbour.example",)),
    "separators": ((), ("••••", "Support our work: make a donation today and help us keep going.", "* * *")),
    "clocks and counters": (
        ("Updated 3 minutes ago", "4 people are reading this now", "Last updated: 14:04 GMT"),
        ("Published: 4 hours ago", "Просмотров: 4 204"),
    ),
    "spam link": ((), ("Click Here: cheap oilskin coats",)),
    "paywall prompt": ((), ("Already a subscriber? Log in", "Subscribe now for $1 a week")),
    "support this site": ((), ("If you value independent news, become a member of our community.",)),
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_what_stands_around_an_article_is_cut(name):
    above, below = AROUND[name]
    found = clean("\n\n".join((*above, TITLE, *BODY, *below)))
    assert found.title == TITLE
    assert found.paragraphs == BODY


INSIDE = {
    "read also": ("Read also: Ferry strike enters second week",),
    "read more heading with headlines": (
        "Read more:",
        "Ferry strike enters second week",
        "New lighthouse opened in Kell",
    ),
    "advertisement": ("ADVERTISEMENT", "Story continues below"),
    "bracketed link": ("[Read more: Tallow prepares for guests]",),
    "caption with agency": ("The two presidents in Kell, 2019. (AP Photo/Jo Lens)",),
    "caption with credit": ("Photo: Jo Lens / Getty Images",),
    "caption left and right": ("Ada Norden (left) and Udo Sund in Kell, in March 2019",),
    "file photo": ("FILE - Presidents Norden and Sund shake hands in Kell, March 3, 2019.",),
    "newsletter box": ("Sign up for Harbour Morning and get it in your inbox every day",),
    "video": ("Video: Presidents arrive in Kell", "Video Player"),
    "embedded post": ("— Ada Norden (@adanorden) May 1, 2021",),
    "chart": ("Number of crossings at the border since 2015",),
    "title once more": (TITLE,),
    "names under a picture": ("Foreign Minister Otto Brack",),
}


@pytest.mark.parametrize("name", INSIDE)
def test_what_interrupts_an_article_is_cut(name):
    found = clean("\n\n".join((TITLE, LEDE, SECOND, *INSIDE[name], THIRD, FOURTH)))
    assert found.paragraphs == BODY


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("The long way to Tallow", id="subheading"),
        pytest.param("Will they shake hands?", id="subheading that asks"),
        pytest.param(
            '"Subscribe to our peace plan," he told the Sudmark side, "and sign up for a better border."', id="quote"
        ),
        pytest.param(
            "Readers of the state paper were told to support our president in comments to the press.", id="prose"
        ),
        pytest.param(
            "She left, and the talks went on without her for another hour in the next room.", id="she left, and"
        ),
        pytest.param(
            "He said that such views do not reflect reality, and that cookies were served at the talks.", id="views"
        ),
        pytest.param(
            "Photographs of the handshake were shown on television within minutes of the meeting.", id="photographs"
        ),
        pytest.param(
            "Sen. Jo Marsh (R) said on Sunday that the visit should never have been allowed.", id="party letter"
        ),
    ],
)
def test_the_articles_own_lines_stay(line):
    assert clean("\n\n".join((TITLE, LEDE, SECOND, line, THIRD, FOURTH))).paragraphs == (
        LEDE,
        SECOND,
        line,
        THIRD,
        FOURTH,
    )


@pytest.mark.parametrize(
    ("above", "author", "source"),
    [
        pytest.param("By Ann Quill", "Ann Quill", None, id="byline"),
        pytest.param("By Ann Quill and Bo Nib", "Ann Quill and Bo Nib", None, id="two authors"),
        pytest.param("By Ann Quill, Harbour Times", "Ann Quill", None, id="author and paper"),
        pytest.param("By Reuters", None, None, id="an agency is no author"),
        pytest.param("Via Harbour Times", None, "Harbour Times", id="via"),
        pytest.param("Source: Xinhua", None, "Xinhua", id="source"),
    ],
)
def test_the_byline_and_the_source_are_read_from_what_is_cut(above, author, source):
    found = clean("\n\n".join((TITLE, above, *BODY)))
    assert (found.author, found.source, found.paragraphs) == (author, source, BODY)


def test_a_standfirst_without_a_full_stop_stays():
    standfirst = (
        "Talks between the presidents of both countries have been prepared since winter, according to officials"
    )
    assert clean("\n\n".join((TITLE, standfirst, *BODY))).paragraphs == (standfirst, *BODY)


def test_lines_wrapped_in_mid_sentence_are_joined():
    wrapped = (
        "The presidents of Nordavia and Sudmark will meet in Tallow on\n"
        "May 5, both their offices said on Thursday, after a winter in\n"
        "which hardly a word was said between the two sides."
    )
    assert clean(f"{TITLE}\n\n{wrapped}").paragraphs == (wrapped.replace("\n", " "),)


def test_the_date_lines_are_handed_on_with_the_nearest_first():
    found = clean(
        "\n\n".join(("Saturday, 8 May 2021", TITLE, "By Ann Quill | Published: 29 April 2021, 10:15 GMT", *BODY))
    )
    assert found.date_lines[0] == "By Ann Quill | Published: 29 April 2021, 10:15 GMT"
    assert found.paragraphs == BODY


def test_own_words_of_an_article_that_is_clean_are_all_of_it():
    assert own_words(TITLE, BODY) == BODY
    assert without_furniture(TITLE, BODY) == BODY


def test_a_long_paragraph_in_the_middle_of_a_page_stays_whatever_it_says():
    long = "The paper asked readers to subscribe to our newsletter and support our journalism. " * 5
    texts = [LEDE, SECOND, THIRD, FOURTH, long.strip(), LEDE[::-1], SECOND[::-1], THIRD[::-1], FOURTH[::-1]]
    assert long.strip() in without_furniture(TITLE, texts)


lines = st.lists(st.text(st.characters(blacklist_categories=("Cs",)), max_size=80), min_size=1, max_size=30)


@given(lines)
def test_any_text_is_cleaned_to_lines_that_stood_in_it(texts):
    text = "\n".join(texts)
    if not text.strip():
        return
    found = clean(text)
    flat = "".join(text.split())
    for paragraph in found.paragraphs:
        assert "".join(paragraph.replace("\u200b", "").split()) in flat.replace("\u200b", "").replace("\ufeff", "")
