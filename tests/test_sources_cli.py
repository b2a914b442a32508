"""`summitwatch sources`: find, add, remove, exchange and look after sources."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.config import load_config
from scrapers.opml import OpmlError, Outline, read_opml, write_opml
from tests.scrapers.site import Site, item, rss, story

CONFIG = """# a comment that stays
[fetch]
allow_private = ["127.0.0.0/8"]
gap_seconds = 0

[[source]]
name = "there-already"
url = "https://there.example/feed"   # and this one
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--config", str(config)])


def served(site: Site, config: Path, *arguments: str) -> Result:
    """Run a command while the site is up; `SITE` stands for its address."""

    async def serve() -> Result:
        async with site:
            return await asyncio.to_thread(run, config, *(a.replace("SITE", site.url("")) for a in arguments))

    return asyncio.run(serve())


HEADLINES = "".join(
    f"<div class='card'><a href='/s/{n}'>The envoys meet for the {n}th time</a></div>" for n in range(6)
)
DECLARING = "<html><head><link rel=alternate type='application/rss+xml' href='/f'></head></html>"
URLSET = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://x.example/1</loc></url></urlset>"
)


@pytest.mark.parametrize(
    ("pages", "kind", "path"),
    [
        ({"/": rss(item("/1"))}, "feed", "/"),
        ({"/": DECLARING, "/f": rss(item("/1"))}, "feed", "/f"),
        ({"/": "<html></html>", "/rss.xml": rss(item("/1"))}, "feed", "/rss.xml"),
        ({"/": "<html></html>", "/sitemap.xml": URLSET}, "sitemap", "/sitemap.xml"),
        ({"/": f"<html><body>{HEADLINES}</body></html>"}, "listing", "/"),
    ],
    ids=["itself", "declared", "usual place", "sitemap", "headlines"],
)  # fmt: skip
def test_add_finds_by_itself_how_a_site_can_be_read(pages: dict[str, str], kind: str, path: str, config: Path) -> None:
    site = Site(dict(pages))
    result = served(site, config, "sources", "add", "SITE/", "--country", "FI", "--official", "finland")
    assert result.exit_code == 0, result.output
    added = load_config(config).source[-1]
    assert (added.kind, added.url, added.country) == (kind, site.url(path), "FI")
    assert (added.name, added.official) == ("127-0-0-1", "finland")
    text = config.read_text(encoding="utf-8")
    assert text.startswith(CONFIG.rstrip("\n"))


def test_what_is_there_already_is_not_added_again(config: Path) -> None:
    async def add_twice() -> list[Result]:
        async with Site({"/": rss(item("/1"))}) as site:
            return [await asyncio.to_thread(run, config, "sources", "add", site.url("/")) for _ in range(2)]

    first, second = asyncio.run(add_twice())
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "is there already, as '127-0-0-1'" in second.output
    assert len(load_config(config).source) == 2


def test_add_says_what_it_tried(config: Path) -> None:
    result = served(Site({"/": "<html><body>nothing</body></html>"}), config, "sources", "add", "SITE/")
    assert result.exit_code == 1
    assert "no feed, sitemap or list of headlines; tried" in result.output
    assert config.read_text(encoding="utf-8") == CONFIG


def test_a_source_is_removed_and_the_rest_of_the_file_stays(config: Path) -> None:
    assert run(config, "sources", "remove", "there-already").exit_code == 0
    assert load_config(config).source == ()
    assert "# a comment that stays" in config.read_text(encoding="utf-8")
    assert run(config, "sources", "remove", "never-there").exit_code == 2


def test_opml_goes_out_and_comes_in_once(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    outlines = [
        Outline("https://there.example/feed", "known"),
        Outline("https://new.example/a?b=1&c=2", "New & <fine>"),
    ]
    file.write_text(write_opml(outlines, "Mine"), encoding="utf-8")
    assert "1 of 2 feeds are new" in run(config, "sources", "import-opml", str(file)).output
    assert [s.url for s in load_config(config).source] == [o.url for o in outlines]
    assert "0 of 2" in run(config, "sources", "import-opml", str(file)).output
    exported = read_opml(run(config, "sources", "export-opml").stdout.encode(), "out")
    assert [o.url for o in exported] == [o.url for o in outlines]
    assert read_opml(write_opml(outlines, "Mine").encode(), "x")[1].title == "New & <fine>"


@pytest.mark.parametrize("data", [b"", b"plain", b"<html/>", b"\0" * 9, b"x" * 5_000_001])
def test_what_is_not_opml_is_refused(data: bytes) -> None:
    with pytest.raises(OpmlError, match=r"^list\.opml: "):
        read_opml(data, "list.opml")


def test_health_and_what_was_set_aside_are_shown_and_released(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    consent = "<html><title>Before you continue</title><body><p>We value your privacy. Accept all.</p></body></html>"
    site = Site({"/feed": rss(item("/good.html"), item("/wall.html")), "/good.html": story(1), "/wall.html": consent})

    async def serve() -> None:
        async with site:
            sources = "".join(
                f"[[source]]\nname = '{name}'\nurl = '{site.url(path)}'\n"
                for name, path in (("good", "/feed"), ("broken", "/404"))
            )
            head = "[fetch]\nallow_private = ['127.0.0.0/8']\ngap_seconds = 0\n"
            config.write_text(head + sources, encoding="utf-8")
            assert (await asyncio.to_thread(run, config, "once")).exit_code == 0
            lines = json.loads((await asyncio.to_thread(run, config, "sources", "--json")).stdout)["sources"]
            assert [(line["name"], line["state"]) for line in lines] == [("good", "working"), ("broken", "fault")]
            assert "HTTP 404" in lines[1]["says"]
            table = (await asyncio.to_thread(run, config, "sources")).stdout
            assert f"broken: {lines[1]['says']}\n" in table  # whole, however narrow the terminal is

            shown = json.loads((await asyncio.to_thread(run, config, "sources", "set-aside", "--json")).stdout)
            (aside,) = shown["set_aside"]
            assert (aside["item"], aside["source"]) == (site.url("/wall.html"), "good")
            assert "consent" in aside["reason"]
            assert (await asyncio.to_thread(run, config, "sources", "release", "no-such")).exit_code == 2
            assert (await asyncio.to_thread(run, config, "sources", "release", aside["item"])).exit_code == 0
            await asyncio.to_thread(run, config, "once")
            shown = json.loads((await asyncio.to_thread(run, config, "sources", "set-aside", "--json")).stdout)
            assert shown["set_aside"] == []
            log = (await asyncio.to_thread(run, config, "log", "--type", "ArticleRecorded")).stdout
            assert len(log.splitlines()) == 2
            assert (await asyncio.to_thread(run, config, "verify")).exit_code == 0

    asyncio.run(serve())
