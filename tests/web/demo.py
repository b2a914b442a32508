"""A database for the page's tests: one watch with every status, and articles that mean harm."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from monitor.config import Config, General, SourceSection, WatchSection, WebSection
from monitor.events import Origin
from monitor.reading.model import Document, Principal, Reading, Watch
from monitor.service.assembly import open_parts
from scrapers.article import Article
from tests.service.scripted import ScriptedReader
from tests.service.stories import HELSINKI, WATCH, arrived, article

NOW = datetime(2018, 9, 1, 12, tzinfo=UTC)
TOKEN = "a token only for tests"
SILENT = WatchSection(name="no-news", principals=(Principal("Nadia Noone"), Principal("Otto Nowhere")))
SCRIPT = "<script>window.harmed=true</script>"
HOSTILE = [
    Article(
        title=f"{SCRIPT}<img src=x onerror='window.harmed = true'>",
        paragraphs=(f"proposed {SCRIPT} - official", "<svg onload='window.harmed = true'></svg>", SCRIPT),
        url="javascript:window.harmed=true",
        source=f"evil.example{SCRIPT}",
        published="2018-08-01T10:00:00Z",
    ),
    Article(
        title="\u202egnirts desrever a \u2066 in disguise",
        paragraphs=("none - - none Paris@2018-01-01", "\u202eright to left\u202c \x1b[31m and bells \x07"),
        url="https://turned.example/\u202etxt.exe",
        source="turned\u202e.example",
        published="2018-08-02T10:00:00Z",
    ),
    Article(
        title="long " * 200_000,
        paragraphs=("agreed Bern 2018-08-20 official", "word " * 30_000),
        url="https://long.example/story",
        source="long.example",
        published="2018-08-03T10:00:00Z",
    ),
    Article(
        title="{{ 7 * 7 }} {% raw %} ]]> &amp; \" ' `",
        paragraphs=("cancelled Bern 2018-08-20 official",),
        url="data:text/html,<script>alert(1)</script>",
        source="template.example",
        published="2018-08-05T10:00:00Z",
    ),
]


class OneWatchReader(ScriptedReader):
    """The scripted reader, for whom nothing speaks of the watch without news."""

    def read(self, document: Document, watch: Watch) -> Reading:
        return super().read(document if watch.name == WATCH.name else Document("", ()), watch)


def configured(folder: Path, **web: object) -> Config:
    """A configuration with a token beside it."""
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    return Config(
        summitwatch=General(database="events.db"),
        watch=(WATCH, SILENT),
        source=(SourceSection(name="feed", url="https://user:secret@feeds.example/rss?key=secret"),),
        web=WebSection(**{"token_file": "token", **web}),  # type: ignore[arg-type]
        path=folder / "config.toml",
    )


def fill(config: Config, articles: Iterable[Article], revised: Article | None = None) -> None:
    """Record and read articles, as the daemon does."""
    parts = open_parts(config.database, lambda: NOW, OneWatchReader())
    parts.pipeline.configure(config.watch)
    parts.pipeline.record([arrived(one, Origin.POLL) for one in articles])
    parts.pipeline.step()
    parts.pipeline.caught_up()
    if revised is not None:
        parts.pipeline.record([arrived(revised)])
        parts.pipeline.step()
    parts.close()


def make(folder: Path, **web: object) -> Config:
    """The whole of it: a story of one meeting, one copy, one revision, and what means harm."""
    config = configured(folder, **web)
    copy = article(21, HELSINKI[3].paragraphs[0], outlet="copy.example", day=20)
    fill(config, [*HELSINKI, copy, *HOSTILE], article(5, "proposed Minsk - outlet"))
    return config
