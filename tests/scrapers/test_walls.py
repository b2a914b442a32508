"""What is no article is set aside with a reason."""

import pytest

from scrapers.article import Article
from scrapers.walls import wall_reason

STORY = (
    "The presidents of Nordavia and Sudmark will meet in Tallow on May 5, both their offices said on Thursday.",
    '"We have much to talk about," the Nordavian president told reporters in the harbour town of Kell.',
)


@pytest.mark.parametrize(
    ("title", "paragraphs", "reason"),
    [
        pytest.param("404 - Page not found", ("Sorry.",), "error page", id="not found"),
        pytest.param("Oops! Something went wrong", (), "error page", id="oops"),
        pytest.param("Just a moment...", ("Checking your browser.",), "error page", id="robot check title"),
        pytest.param(
            "Harbour Times", ("The page you are looking for may have been moved.",), "an error page", id="moved"
        ),
        pytest.param(
            "Before you continue", ("We and our partners use cookies. Accept all.",), "a consent page", id="consent"
        ),
        pytest.param(
            "Leaders to meet", ("Subscribe to continue reading this article.",), "a paywall", id="paywall stub"
        ),
        pytest.param("Leaders to meet", ("This story is for subscribers only.",), "a paywall", id="subscribers only"),
        pytest.param("Harbour Times", ("Please verify you are a human to go on.",), "a check for robots", id="captcha"),
        pytest.param("Leaders to meet", (), "no body", id="empty"),
        pytest.param("Leaders to meet", ("Short.",), "no body", id="nearly empty"),
    ],
)
def test_a_wall_is_named(title, paragraphs, reason):
    found = wall_reason(Article(title=title, paragraphs=paragraphs))
    assert found is not None
    assert reason in found


def test_a_wall_that_lost_its_words_in_the_cleaning_is_found_on_the_page():
    html = "<body><script>var x = 'accept all'</script><h1>Leaders meet</h1><p>Sign in to read the story</p></body>"
    assert "a paywall" in (wall_reason(Article(title="Leaders to meet"), html) or "")


@pytest.mark.parametrize(
    "article",
    [
        pytest.param(Article(title="Leaders to meet in Tallow", paragraphs=STORY), id="a short story"),
        pytest.param(Article(title="Error 404: how a lost page became a joke", paragraphs=STORY), id="on error pages"),
        pytest.param(
            Article(title="Court rules on cookie walls", paragraphs=(*STORY * 5, "Sites must offer to reject all.")),
            id="a long story on consent",
        ),
    ],
)
def test_an_article_is_none(article):
    assert wall_reason(article) is None
