"""Nothing is changed without the token, nor by a form that another site sends."""

import re
import sqlite3
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from monitor.config import Config
from monitor.events import AlertAbandoned, AlertQueued, NewEvent
from monitor.service.assembly import open_parts
from tests.web import demo
from tests.web.conftest import served
from tests.web.test_pages import get

WISH = {"watch": "ada-bela", "signal": "none", "venue": "", "date": "", "note": "a test"}


class Client:
    """A browser without a screen: cookies, forms."""

    def __init__(self, address: str) -> None:
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self._address = address

    def note(self, path: str) -> str:
        """Open a form; the note in it."""
        body = self._open(self._address + path, timeout=10).read().decode()
        return str(re.search(r'name="form" value="([^"]+)"', body)[1])  # type: ignore[index]

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(
            self._address + path,
            urllib.parse.urlencode(fields).encode(),
            {k.replace("_", "-"): v for k, v in headers.items()},
        )
        try:
            with self._open(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def target(config: Config) -> str:
    with sqlite3.connect(config.database) as connection:
        (identity,) = connection.execute("SELECT article FROM changes WHERE status = 'cancelled'").fetchone()
    return f"/articles/{identity}/correct"


def events(config: Config) -> int:
    with sqlite3.connect(config.database) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


REFUSED = {
    "no token": ({"token": ""}, {}, 403),
    "wrong token": ({"token": "a guess, no more"}, {}, 403),
    "no note": ({"form": ""}, {}, 400),
    "foreign note": ({"form": "9999999999.00"}, {}, 400),
    "another site": ({}, {"Sec_Fetch_Site": "cross-site"}, 400),
    "made-up permit": ({"permit": "9999999999.00"}, {}, 403),
    "unknown watch": ({"watch": "nobody"}, {}, 400),
    "unknown signal": ({"signal": "maybe"}, {}, 400),
    "no such date": ({"date": "2018-13-45"}, {}, 400),
    "too long a note": ({"note": "x" * 2_000}, {}, 400),
    "too large": ({"note": "x" * 20_000}, {}, 400),
}


@pytest.mark.parametrize(("fields", "headers", "status"), REFUSED.values(), ids=REFUSED)
def test_a_correction_is_refused(
    config: Config, address: str, target: str, fields: dict[str, str], headers: dict[str, str], status: int
) -> None:
    before = events(config)
    client = Client(address)
    form = {**WISH, "token": demo.TOKEN, "form": client.note(target), **fields}
    assert client.post(target, form, **headers)[0] == status
    assert events(config) == before


def test_a_note_of_one_browser_is_of_no_use_to_another(config: Config, address: str, target: str) -> None:
    before = events(config)
    stolen = Client(address).note(target)
    other = Client(address)
    other.note(target)
    assert other.post(target, {**WISH, "token": demo.TOKEN, "form": stolen})[0] == 400
    assert events(config) == before


def test_a_permit_is_good_only_for_what_was_previewed(config: Config, address: str, target: str) -> None:
    before = events(config)
    client = Client(address)
    status, body = client.post(target, {**WISH, "token": demo.TOKEN, "form": client.note(target)})
    assert status == 200
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', body))
    assert client.post(target, {**fields, "signal": "held"})[0] == 403
    assert events(config) == before


def test_without_a_token_file_nothing_can_be_changed(tmp_path: Path) -> None:
    config = demo.make(tmp_path, token_file=None)
    with sqlite3.connect(config.database) as connection:
        (identity,) = connection.execute("SELECT article FROM articles LIMIT 1").fetchone()
    before = events(config)
    with served(config) as address:
        path = f"/articles/{identity}/correct"
        assert "token_file" in get(address + path)[1]
        client = Client(address)
        client._open(address + path, timeout=10).close()
        assert client.post(path, {**WISH, "token": "None", "form": "1.2"})[0] == 400
    assert events(config) == before


def test_the_session_of_another_address_needs_the_token(tmp_path: Path) -> None:
    config = demo.make(tmp_path, host="0.0.0.0")
    with served(config) as address:
        client = Client(address)
        assert client.post("/login", {"form": client.note("/login"), "token": "a guess, no more"})[0] == 403
        status, body = client.post("/login", {"form": client.note("/login"), "token": demo.TOKEN})
        assert status == 200
        assert "Will they meet?" in body


def test_an_alert_that_was_set_aside_is_sent_again_only_with_the_token(tmp_path: Path) -> None:
    config = demo.make(tmp_path)
    parts = open_parts(config.database, lambda: demo.NOW)
    queued = AlertQueued(alert="key-1", channel="desk", kind="change", causes=(1,), why="a test")
    refused = AlertAbandoned(alert="key-1", channel="desk", reason="550 no such mailbox")
    parts.log.append([NewEvent("alert/key-1", queued, "q"), NewEvent("alert/key-1", refused, "x")])
    parts.projector.catch_up()
    parts.close()
    with served(config) as address:
        client = Client(address)
        assert "550 no such mailbox" in get(address + "/alerts")[1]
        form = client.note("/alerts/key-1")
        assert client.post("/alerts/key-1/resend", {"form": form, "token": "a guess, no more"})[0] == 403
        assert "abandoned" in get(address + "/api/v1/alerts")[1]
        assert client.post("/alerts/key-1/resend", {"form": form, "token": demo.TOKEN})[0] == 200
        assert "abandoned" not in get(address + "/api/v1/alerts")[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as told", "not as told"])
def test_the_api_keeps_to_its_own_description(address: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.query:
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        def keeps(case: schemathesis.Case) -> None:
            case.call_and_validate()

        keeps()
        tried += 1
    assert tried > 5
