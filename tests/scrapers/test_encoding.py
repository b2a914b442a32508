"""Bytes of pages are read as browsers read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.encoding import decode_page
from scrapers.language import language_of


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        pytest.param("café".encode(), None, "café", id="UTF-8"),
        pytest.param("café".encode(), "text/html; charset=iso-8859-1", "café", id="UTF-8 whatever the header says"),
        pytest.param(b"\xef\xbb\xbfcaf\xc3\xa9", "text/html; charset=koi8-r", "café", id="byte order mark first"),
        pytest.param("café".encode("utf-16"), None, "café", id="UTF-16 with mark"),
        pytest.param("встреча".encode("cp1251"), "text/html; charset=windows-1251", "встреча", id="header"),
        pytest.param(
            b"<meta charset=windows-1251>" + "встреча".encode("cp1251"),
            None,
            "<meta charset=windows-1251>встреча",
            id="meta",
        ),
        pytest.param(
            b"<meta charset=koi8-r>" + "встреча".encode("cp1251"),
            "text/html; charset=windows-1251",
            "<meta charset=koi8-r>встреча",
            id="header before meta",
        ),
        pytest.param(b"\x93quoted\x94", "text/html; charset=iso-8859-1", "“quoted”", id="Latin-1 means windows-1252"),
        pytest.param(b"caf\xe9", None, "café", id="nothing declared"),
        pytest.param(b"caf\xe9", "text/html; charset=no-such", "café", id="unknown name"),
        pytest.param(b"caf\xe9", "text/html; charset=hex", "café", id="a codec that is no encoding"),
        pytest.param(
            "café au lait é".encode()[:-1], "text/html; charset=iso-8859-1", "café au lait �", id="cut in a letter"
        ),
        pytest.param(b"a\0b", None, "ab", id="NUL"),
    ],
)
def test_decoding(data, content_type, text):
    assert decode_page(data, content_type) == text


@given(st.binary(max_size=300), st.none() | st.text(max_size=40).map("charset=".__add__))
def test_any_bytes_are_read(data, content_type):
    assert "\0" not in decode_page(data, content_type)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The presidents will meet in the capital on Monday, and the talks are to go on for two days, he said.", "en"),
        ("Die Präsidenten werden sich am Montag in der Hauptstadt treffen, und die Gespräche sind auf zwei Tage", "de"),
        (
            "Les présidents se rencontreront lundi dans la capitale et les discussions sont prévues pour deux jours",
            "fr",
        ),
        (
            "Los presidentes se reunirán el lunes en la capital y las conversaciones durarán dos días",
            "es",
        ),
        ("Президенты встретятся в понедельник в столице", "ru"),
        ("Президенти зустрінуться в понеділок у столиці, їхні радники", "uk"),
        ("两国总统将于周一在首都会晤", "zh"),
        ("両大統領は月曜日に首都で会談する", "ja"),
        ("Too short", None),
    ],
)
def test_the_language_of_a_text(text, tag):
    assert language_of(text) == tag
