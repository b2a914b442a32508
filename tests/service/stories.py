"""Small stories of articles for tests of the pipeline, in the scripted reader's words."""

from datetime import UTC, datetime, timedelta

from monitor.config import WatchSection
from monitor.events import Origin
from monitor.reading.model import Principal
from monitor.service.intake import Arrived
from scrapers.article import Article

WATCH = WatchSection(
    name="ada-bela",
    principals=(Principal("Ada Lind", ("Lind",)), Principal("Bela Kun", ("Kun",))),
)
START = datetime(2018, 6, 1, tzinfo=UTC)


def article(number: int, says: str, *, outlet: str = "", day: int | None = None) -> Article:
    """An article published `day` days after the start (default: its number), with a body of its own."""
    at = START + timedelta(days=number if day is None else day)
    outlet = outlet or f"outlet{number}.example"
    words = " ".join(f"word{number}x{n}" for n in range(60))
    return Article(
        title=f"Article {number}",
        paragraphs=(says, words),
        url=f"https://{outlet}/story-{number}",
        source=outlet,
        published=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def arrived(article: Article, origin: Origin = Origin.POLL, seen: datetime | None = None) -> Arrived:
    """It comes in a minute after its publication."""
    at = datetime.fromisoformat(article.published or "2018-06-01T00:00:00Z")
    return Arrived(article, origin, "feed", seen or at + timedelta(minutes=1), "second")


HELSINKI = [
    article(1, "proposed - - official"),
    article(5, "none - - none"),
    article(9, "proposed Vienna 2018-07 outlet"),
    article(20, "agreed Helsinki 2018-07-16 official"),
    article(22, "agreed Helsinki 2018-07-16 outlet"),
    article(30, "none - - none Hamburg@2017-07-07"),
    article(45, "held Helsinki 2018-07-16 official"),
    article(46, "held Helsinki 2018-07-16 outlet"),
]


def long_story(length: int) -> list[Article]:
    """Meeting after meeting: proposed, agreed, held, with articles in between that say nothing."""
    says = (
        "proposed - - official",
        "none - - none",
        "agreed City{0} {1} official",
        "none - - none",
        "held City{0} {1} official",
    )
    articles = []
    for number in range(length):
        meeting = number // len(says)
        date = (START + timedelta(days=60 * meeting + 40)).strftime("%Y-%m-%d")
        day = 60 * meeting + number % len(says) * 10
        articles.append(article(number, says[number % len(says)].format(meeting, date), day=day))
    return articles
