"""A configuration that cannot be used says which file, which key and how to mend it."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, find_config, load_config, parse_config, seconds, secret

WATCH = """
[[watch]]
name = "ada-bela"
principals = [{ name = "Ada Lind" }, { name = "Bela Kun", aliases = ["Kun"] }]
"""


def parse(text: str) -> object:
    return parse_config(text.encode(), Path("/etc/config.toml"))


def test_a_small_file_is_enough() -> None:
    config = parse_config(WATCH.encode(), Path("/etc/config.toml"))
    assert [w.name for w in config.watch] == ["ada-bela"]
    assert config.database == Path("/etc/events.db")
    assert config.web.host == "127.0.0.1"
    assert config.seeds is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[summitwatch\n", "not TOML"),
        ("[wath]\n", "unknown field `wath`"),
        (WATCH + "policy = { voices = 'two' }", r"watch\[0\].policy.voices \(ada-bela\): Expected `int`, got `str`"),
        (WATCH + "policy = { votes = 2 }", "unknown field `votes`"),
        ("[[watch]]\nname = 'a'\nprincipals = [{ name = 'Ada' }]", "key watch.0..principals"),
        (
            "[[watch]]\nname = 'A B'\nprincipals = [{ name = 'A' }, { name = 'B' }]",
            r"key watch\[0\].name \(A B\): write lower-case letters, digits, - and _",
        ),
        ("[[watch]]\nname = 'a'\nprincipals = [{ name = 'Ada' }, { name = 'ada ' }]", "one person stands there twice"),
        ("[[watch]]\nname = 'a'\nprincipals = [{ name = 'Ada' }, { name = ' ' }]", "a name is empty"),
        (WATCH + WATCH, "two .*watch.* are named 'ada-bela'; rename one"),
        ("[[source]]\nname = 's'\nurl = 'ftp://x'", r"key source\[0\].url \(s\): write an address that begins with http"),
        ("[[source]]\nname = 's'\nurl = 'https://x'\ninterval = 'often'", "write for example 90s, 15m, 6h or 1d"),
        (
            "[[source]]\nname = 's'\nurl = 'https://x'\nextract = { body = 'div[' }",
            r"key source\[0\].extract \(s\): body = 'div\[' is not a CSS selector",
        ),
        (
            "[[source]]\nname = 's'\nurl = 'https://x'\nextract = { text = 'p' }",
            r"key source\[0\].extract \(s\): there is an unknown field `text`|there is an unknown",
        ),
        ("[web]\nport = 99999", "key web.port"),
        ("[fetch]\ntimeout = '0s'", "key fetch.timeout"),
        ("[summitwatch]\nlog_format = 'xml'", "write 'text' or 'json'"),
        ("path = 'x'", "key 'path' is unknown"),
        ("[[source]]\nurl = 'https://x'", r"key source\[0\]: there is no required field `name`|missing"),
    ],
    ids=[
        "not toml", "unknown section", "wrong type", "unknown key", "one principal", "bad name", "one person twice", "no name", "twice the name",
        "scheme", "duration", "selector", "unknown rule", "port", "zero", "choice", "internal", "missing name",
    ],
)  # fmt: skip
def test_errors_name_the_key(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        parse(text)
    assert str(caught.value).startswith("/etc/config.toml: ")
    assert "\n" not in str(caught.value)


def test_not_utf8_and_missing_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match="summitwatch init"):
        load_config(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 0; save the file as UTF-8"):
        load_config(path)


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("15m", 900), ("6h", 21_600), ("1 d", 86_400)])
def test_durations(text: str, value: int) -> None:
    assert seconds(text) == value


def test_secrets_come_from_outside_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("TOKEN", "from-env")
    assert secret({"password_env": "TOKEN"}, "password", "alert x") == "from-env"
    assert secret({"password_file": str(file)}, "password", "alert x") == "s3cret"
    assert secret({}, "password", "alert x") is None
    with pytest.raises(ConfigError, match="do not belong in the file; use password_env or password_file") as caught:
        secret({"password": "hunter2"}, "password", "alert x")
    assert "hunter2" not in str(caught.value)
    monkeypatch.delenv("TOKEN")
    with pytest.raises(ConfigError, match="environment variable TOKEN"):
        secret({"password_env": "TOKEN"}, "password", "alert x")


def test_where_the_configuration_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert find_config(None, environment) == Path("config.toml")
    xdg = tmp_path / "xdg" / "summitwatch" / "config.toml"
    xdg.parent.mkdir(parents=True)
    xdg.touch()
    assert find_config(None, environment) == xdg
    Path("config.toml").touch()
    assert find_config(None, environment) == Path("config.toml")
    assert find_config(None, {**environment, "SUMMITWATCH_CONFIG": "/a.toml"}) == Path("/a.toml")
    assert find_config(Path("given.toml"), {"SUMMITWATCH_CONFIG": "/a.toml"}) == Path("given.toml")


def test_the_shipped_file_is_valid() -> None:
    config = load_config(Path(__file__).parent.parent / "config.toml")
    assert [w.name for w in config.watch] == ["trump-putin"]
    assert config.alert == ()
