"""An [[alert]] that cannot be used says which key and how to mend it; secrets never stand in the file."""

import re
from pathlib import Path

import msgspec
import pytest

from monitor.alerts.channels import open_channel
from monitor.alerts.settings import AppriseOptions, EmailOptions, Rules, SlackOptions, WebhookOptions
from monitor.config import ConfigError, parse_config

MAIL = 'host = "mail.example"\nfrom = "a@b.example"\nto = ["c@d.example"]'


DOCS = Path(__file__).parent.parent.parent / "docs" / "alerts.md"


@pytest.mark.parametrize("struct", [Rules, EmailOptions, SlackOptions, WebhookOptions, AppriseOptions])
def test_every_key_is_documented(struct: type[msgspec.Struct]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    keys = [field.encode_name for field in msgspec.structs.fields(struct)]
    assert [key for key in keys if not re.search(rf"\b{key}\b", text)] == []


def parse(kind: str, options: str, rules: str = "") -> object:
    text = f'[[alert]]\nname = "desk"\nkind = "{kind}"\n[alert.options]\n{options}\n[alert.rules]\n{rules}\n'
    return parse_config(text.encode(), Path("/etc/config.toml"))


@pytest.mark.parametrize(
    ("kind", "options", "rules", "says"),
    [
        ("pigeon", "", "", r"key alert\[0\].kind \(desk\): Invalid value 'pigeon'; write one of email, slack"),
        ("email", 'host = "h"', "", "no required field `from`|missing required field `from`"),
        ("email", MAIL.replace("c@d.example", "nobody"), "", r"key alert\[0\].options.to\[0\] \(desk\)"),
        ("email", MAIL.replace('"c@d.example"', ""), "", r"key alert\[0\].options.to \(desk\)"),
        ("email", MAIL + "\nport = 0", "", r"key alert\[0\].options.port \(desk\)"),
        ("email", MAIL + '\npassword = "hunter2"', "", "secrets do not belong in the file; use password_env or"),
        ("email", MAIL + '\ntls = "none"\nusername = "u"', "", "a login needs tls"),
        ("email", MAIL + '\ntimeout = "soon"', "", r"key alert \(desk\).options.timeout: 'soon' is not a duration"),
        ("slack", "", "", "give either webhook_env"),
        ("slack", 'webhook_env = "A"\ntoken_env = "B"', "", "give either webhook_env"),
        ("slack", 'token_env = "B"', "", "a token needs the key channel"),
        ("slack", 'webhook = "https://hooks.example/T/B/x"', "", "use webhook_env or webhook_file"),
        ("webhook", 'url = "https://a.example"', "", "name the signing secret"),
        ("apprise", "", "", "name the service's Apprise URL"),
        ("email", MAIL, 'zone = "Mars/Base"', "zone 'Mars/Base' is not known; write one such as"),
        ("email", MAIL, 'quiet = "22-7"', "is not a time of day|is not a duration"),
        ("email", MAIL, 'quiet = "07:00-07:00"', "begins when it ends"),
        ("email", MAIL, 'digest = "hourly"', r"key alert\[0\].rules.digest \(desk\)"),
        ("email", MAIL, 'group = "a while"', r"key alert \(desk\).rules.group: 'a while' is not a duration"),
        ("email", MAIL, "hourly = 0", r"key alert\[0\].rules.hourly \(desk\)"),
        ("email", MAIL, 'statuses = ["none"]', r"key alert\[0\].rules.statuses\[0\] \(desk\)"),
        ("email", MAIL, 'watches = ["nobody"]', r"key alert \(desk\).rules.watches: no watch is named 'nobody'"),
        ("email", MAIL, "mute = true", "unknown field `mute`"),
    ],
)
def test_errors_name_key_and_mend(kind: str, options: str, rules: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        parse(kind, options, rules)
    assert str(caught.value).startswith("/etc/config.toml: ")
    assert "hunter2" not in str(caught.value)
    assert "hooks.example" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise imports it
@pytest.mark.parametrize(
    ("kind", "options", "variable", "says"),
    [
        ("slack", 'webhook_env = "S"', None, "environment variable S .* is not set"),
        ("slack", 'webhook_env = "S"', "http://hooks.example/x", "must begin with https://"),
        ("slack", 'token_env = "S"\nchannel = "C1"\napi = "http://slack.example"', "xoxb-1", "must begin with https"),
        ("webhook", 'secret_env = "S"\nurl = "http://a.example/"', "key", "must begin with https://"),
        ("apprise", 'url_env = "S"', "nosuch://secret", "Apprise does not know this service"),
    ],
    ids=["missing secret", "webhook in the clear", "token in the clear", "signed but in the clear", "unknown service"],
)
def test_a_channel_that_cannot_be_opened_says_why_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, kind: str, options: str, variable: str | None, says: str
) -> None:
    if variable:
        monkeypatch.setenv("S", variable)
    config = parse(kind, options)
    with pytest.raises(ConfigError, match=says) as caught:
        open_channel(config.alert[0])  # type: ignore[attr-defined]  # parse_config gives a Config
    assert variable is None or variable not in str(caught.value)
