"""What a person or a program gets from each address, without a browser."""

import json
import re
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path

import icalendar
import pytest
from lxml import etree

from monitor.config import Config, ConfigError
from monitor.web.app import create_app
from tests.web import demo
from tests.web.conftest import served

PAGES = {
    "board": "/",
    "watch": "/watches/ada-bela",
    "watch, a month": "/watches/ada-bela?zoom=month&at=2018-07-01",
    "watch as known then": "/watches/ada-bela?as_of=2018-06-22T00:00:00Z",
    "watch without news": "/watches/no-news",
    "search": "/search?q=word1x1",
    "sources": "/sources",
    "alerts": "/alerts",
    "log": "/log",
    "feeds": "/about",
    "atom": "/changes.atom",
    "atom of a watch": "/watches/ada-bela/changes.atom",
    "calendar": "/watches/ada-bela/meetings.ics",
    "badge": "/watches/ada-bela/badge.svg",
    "card": "/watches/ada-bela/card",
    "oembed": "/oembed?url=/watches/ada-bela",
    "oembed as xml": "/oembed?url=/watches/ada-bela&format=xml",
    "openapi": "/openapi.json",
    "alive": "/healthz",
    "ready": "/readyz",
    "metrics": "/metrics",
}


def get(url: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, also of a refusal."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_address_answers_within_100_kb_and_under_a_strict_policy(address: str, path: str) -> None:
    status, body, headers = get(address + path)
    assert status == 200
    assert 0 < len(body.encode()) < 100_000
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/watches/nobody", 404, "no watch"),
        ("/articles/0000", 404, "no article"),
        ("/nowhere", 404, "no such page"),
        ("/?as_of=yesterday", 400, "2018-06-27"),
        ("/log?before=-1", 400, "whole number"),
        ("/watches/ada-bela?zoom=century", 400, "week"),
        ("/api/v1/watches/nobody", 404, "no watch"),
        ("/api/v1/log?limit=501", 400, "from 1 to 500"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_mend(address: str, path: str, status: int, says: str) -> None:
    answer = get(address + path)
    assert answer[0] == status
    assert says in answer[1]


def test_the_board_tells_status_place_evidence_and_what_to_do_about_silence(address: str) -> None:
    body = get(address + "/")[1]
    assert "Ada Lind" in body
    assert re.search(r'class="status s-cancelled".*?cancelled', body)
    assert "No article has named them together yet" in body


def test_time_travel_shows_what_was_known_then(address: str) -> None:
    then = get(address + "/?as_of=2018-06-22T00:00:00Z")[1]
    assert "Helsinki, 16 Jul 2018" in then
    assert "in 24 days" in then
    assert "s-agreed" in then
    assert "s-cancelled" not in then


def test_the_same_moment_on_the_page_and_in_the_api(address: str) -> None:
    body = get(address + "/api/v1/watches/ada-bela?as_of=2018-06-22T00:00:00Z")[1]
    assert '"status":"agreed"' in body
    assert '"venue":"Helsinki"' in body


def test_an_article_that_comes_late_changes_what_is_shown_of_the_past(tmp_path: Path) -> None:
    config = demo.configured(tmp_path)
    demo.fill(config, demo.HELSINKI[:3])
    with served(config) as address:
        path = "/api/v1/watches/ada-bela?as_of=2018-06-22T00:00:00Z"
        assert '"status":"proposed"' in get(address + path)[1]
        demo.fill(config, demo.HELSINKI[3:4])
        assert '"status":"agreed"' in get(address + path)[1]


def test_a_revision_shows_both_texts(address: str, config: Config) -> None:
    with sqlite3.connect(config.database) as connection:
        (revised,) = connection.execute("SELECT article FROM articles WHERE revisions > 0").fetchone()
    body = get(f"{address}/articles/{revised}")[1]
    assert "<del>none - - none</del>" in body
    assert "<ins>proposed Minsk - outlet</ins>" in body


def test_a_source_is_shown_without_the_secrets_in_its_address(address: str) -> None:
    for path in ("/sources", "/api/v1/sources", "/metrics"):
        body = get(address + path)[1]
        assert "secret" not in body
    assert "feeds.example" in get(address + "/sources")[1]


def test_an_unchanged_page_costs_no_bytes(address: str) -> None:
    _, _, headers = get(address + "/api/v1/watches")
    status, body, _ = get(address + "/api/v1/watches", If_None_Match=headers["etag"])
    assert (status, body) == (304, "")


def test_lists_go_on_where_the_last_answer_ended(address: str) -> None:
    positions, after = [], 0
    while after is not None:
        answer = json.loads(get(f"{address}/api/v1/log?limit=7&after={after}")[1])
        positions += [event["position"] for event in answer["events"]]
        after = answer["next"]
    assert positions == list(range(1, len(positions) + 1))
    assert len(positions) > 20


def test_the_feed_is_atom_with_an_entry_for_each_announced_change(address: str) -> None:
    feed = etree.fromstring(get(address + "/watches/ada-bela/changes.atom")[1].encode())
    space = {"a": "http://www.w3.org/2005/Atom"}
    titles = feed.xpath("a:entry/a:title/text()", namespaces=space)
    assert any(title.startswith("ada-bela: held (Helsinki") for title in titles)
    ids = feed.xpath("a:entry/a:id/text()", namespaces=space)
    assert len(set(ids)) == len(ids) == len(titles)
    assert not feed.xpath("//a:link[starts-with(@href, 'javascript')]", namespaces=space)


def test_programs_are_sent_to_the_address_that_is_configured_for_them(tmp_path: Path) -> None:
    public = "https://desk.example/summits"
    with served(demo.make(tmp_path, public_url=f"{public}/")) as address:
        feed = get(address + "/watches/ada-bela/changes.atom")[1]
        embedded = json.loads(get(f"{address}/oembed?url={public}/watches/ada-bela")[1])
    assert f"<id>{public}/watches/ada-bela/changes.atom</id>" in feed
    assert "127.0.0.1" not in feed
    assert f'src="{public}/watches/ada-bela/card"' in embedded["html"]


def test_oembed_says_the_same_in_xml(address: str) -> None:
    said = json.loads(get(address + "/oembed?url=/watches/ada-bela")[1])
    _, body, headers = get(address + "/oembed?url=/watches/ada-bela&format=xml")
    assert headers["content-type"].startswith("text/xml")
    root = etree.fromstring(body.encode())
    assert root.tag == "oembed"
    assert {child.tag: child.text for child in root} == {name: str(value) for name, value in said.items()}


def test_a_moment_before_all_news_shows_none(address: str) -> None:
    for as_of in ("0001-01-01", "0999-12-31", "1500-01-01"):
        assert '"status":"none"' in get(f"{address}/api/v1/watches/ada-bela?as_of={as_of}")[1]


@pytest.mark.parametrize(
    ("as_of", "state", "sequence"),
    [("2018-06-22", "CONFIRMED", 1), ("2018-07-20", "CONFIRMED", 2)],
)
def test_the_calendar_holds_the_meeting_and_follows_it(address: str, as_of: str, state: str, sequence: int) -> None:
    text = get(f"{address}/watches/ada-bela/meetings.ics?as_of={as_of}")[1]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event["UID"] == "ada-bela-1@summitwatch"
    assert event.decoded("DTSTART").isoformat() == "2018-07-16"
    assert (event["STATUS"], event["SEQUENCE"]) == (state, sequence)


def test_a_meeting_that_is_called_off_is_cancelled_in_the_calendar(address: str) -> None:
    text = get(f"{address}/watches/ada-bela/meetings.ics")[1]
    events = {str(event["LOCATION"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    assert events["Bern"]["STATUS"] == "CANCELLED"


def test_live_tells_each_change_since_the_position_the_browser_names(address: str) -> None:
    request = urllib.request.Request(address + "/live", headers={"Last-Event-ID": "0"})
    with urllib.request.urlopen(request, timeout=10) as stream:
        lines = [stream.readline().decode() for _ in range(8)]
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "event: change\n" in lines
    assert any('"watch":"ada-bela"' in line for line in lines)


def test_a_foreign_name_for_this_machine_is_not_answered(address: str) -> None:
    assert get(address + "/", Host="rebound.example")[0] == 421


def test_the_page_says_so_while_there_is_no_database(tmp_path: Path) -> None:
    with served(demo.configured(tmp_path)) as address:
        assert get(address + "/")[0] == 503
        assert get(address + "/readyz")[0] == 503
        assert get(address + "/healthz")[0] == 200


def test_other_addresses_than_loopback_need_a_token_to_start(tmp_path: Path) -> None:
    config = demo.configured(tmp_path, host="0.0.0.0", token_file=None)
    with pytest.raises(ConfigError, match=r"web\.host.*token_file"):
        create_app(config, lambda: demo.NOW)


def test_other_addresses_than_loopback_show_nothing_without_the_token(tmp_path: Path) -> None:
    config = demo.make(tmp_path, host="0.0.0.0")
    with served(config) as address:
        assert get(address + "/", Accept="text/html")[0] == 303
        assert get(address + "/api/v1/watches")[0] == 401
        assert get(address + "/api/v1/watches", Authorization="Bearer wrong token")[0] == 401
        assert get(address + "/api/v1/watches", Authorization=f"Bearer {demo.TOKEN}")[0] == 200


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("", 13),
        ("outlet=outlet20.example", 1),
        ("status=cancelled", 1),
        ("language=xx", 0),
        ("counted=yes", 11),
        ("counted=yes&status=held", 2),
        ("since=2018-07-01&until=2018-07-20", 3),
        ("as_of=2018-06-22", 5),
    ],
)
def test_a_watch_counts_and_lists_the_articles_that_fit(address: str, filters: str, count: int) -> None:
    body = get(f"{address}/watches/ada-bela?{filters}")[1]
    assert int(re.search(r"([\d,]+) dated articles", body)[1]) == count  # type: ignore[index]
    assert len(re.findall(r'<p class="small quiet"><span class="verdict">', body)) == count
