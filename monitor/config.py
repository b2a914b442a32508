"""config.toml → typed settings, with errors that name file, key and mend. Reads that file and secrets, no more."""

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from monitor.alerts.settings import (
    SECRETS,
    STATUSES,
    AppriseOptions,
    EmailOptions,
    Rules,
    SlackOptions,
    WebhookOptions,
)
from monitor.meetings.model import Policy
from monitor.reading.model import Principal
from scrapers.kinds import UnfitSource, fitting_options
from scrapers.rules import PageRules

NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
Name = Annotated[str, msgspec.Meta(pattern=NAME)]
MAX_BYTES: Final = 5_000_000
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


MENDS: Final = {
    "name": "write lower-case letters, digits, - and _, such as 'kim-moon'",
    "url": "write an address that begins with http:// or https://",
    "public_url": "write an address that begins with http:// or https://",
    "api": "write an address that begins with http:// or https://",
    "from": "write a mail address such as desk@example.org",
    "to": "write mail addresses such as desk@example.org",
    "statuses": f"write some of {', '.join(STATUSES)}",
    "kind": "write one of email, slack, webhook and apprise",
    "digest": "write one of off, daily and weekly",
    "tls": "write one of starttls, tls and none",
    "when": "write one of off, low-margin, pending and all",
}
"""For keys whose values are a pattern or a choice: what to write there."""


class ConfigError(Exception):
    """The configuration cannot be used; the text names file, key and mend."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all sections: unknown keys are errors."""


class General(Section, frozen=True, kw_only=True):
    """`[summitwatch]`"""

    database: str = "events.db"
    """Relative to the folder of the configuration file."""
    seeds: str | None = None
    """Folder of seed-format documents that a new log starts from."""
    contact: str = ""
    """Address or URL put into the User-Agent, so that a site can reach you."""
    log_format: str = "text"
    """`text` or `json`."""


class WatchSection(Section, frozen=True, kw_only=True):
    """`[[watch]]`"""

    name: Name
    principals: Annotated[tuple[Principal, ...], msgspec.Meta(min_length=2)]
    policy: Policy = Policy()


class SourceSection(Section, frozen=True, kw_only=True):
    """`[[source]]`"""

    name: Name
    url: Annotated[str, msgspec.Meta(pattern=r"^((https?|file)://|$)")] = ""
    """Kinds that search know their own."""
    kind: str = "feed"
    interval: str = "15m"
    """The longest time between two polls of a source that answers; it is asked up to four times as often."""
    official: str | None = None
    """The side this source speaks for on the record, such as `russia`."""
    country: str | None = None
    language: str = "en"
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    """Settings of the kind of source."""
    extract: PageRules = PageRules()
    """Rules for its articles' pages, where they are read wrongly without."""


class AlertBase(Section, frozen=True, kw_only=True, tag_field="kind"):
    """What every `[[alert]]` has beside its `kind` and `options`."""

    name: Name
    rules: Rules = Rules()
    """What this channel is told."""

    @property
    def where(self) -> str:
        """How errors name it."""
        return f"alert ({self.name})"


class EmailAlert(AlertBase, frozen=True, kw_only=True, tag="email"):
    """`[[alert]]` with `kind = "email"`"""

    options: EmailOptions


class SlackAlert(AlertBase, frozen=True, kw_only=True, tag="slack"):
    """`[[alert]]` with `kind = "slack"`"""

    options: SlackOptions


class WebhookAlert(AlertBase, frozen=True, kw_only=True, tag="webhook"):
    """`[[alert]]` with `kind = "webhook"`"""

    options: WebhookOptions


class AppriseAlert(AlertBase, frozen=True, kw_only=True, tag="apprise"):
    """`[[alert]]` with `kind = "apprise"`"""

    options: AppriseOptions


AlertSection = EmailAlert | SlackAlert | WebhookAlert | AppriseAlert


class FetchSection(Section, frozen=True, kw_only=True):
    """`[fetch]`"""

    allow_private: tuple[str, ...] = ()
    """Networks such as `127.0.0.0/8` that may be fetched although they are private."""
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=500)] = 20
    """Requests under way at a time, over all hosts."""
    timeout: str = "30s"
    """For a whole answer."""
    gap_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 1.0
    """Between two requests to one host; more where its robots.txt says so."""
    obey_robots: bool = True


class WebSection(Section, frozen=True, kw_only=True):
    """`[web]`"""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8787
    public_url: Annotated[str, msgspec.Meta(pattern=r"^https?://")] | None = None
    """The page's address as readers of alerts reach it; alerts link to it."""
    token_file: str | None = None


class SecondReaderSection(Section, frozen=True, kw_only=True):
    """`[second_reader]`: a language model that is asked about readings in doubt"""

    when: Literal["off", "low-margin", "pending", "all"] = "off"
    """Asked about readings below `below`, about those that an unconfirmed change rests on, or about all."""
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s]+|)$")] = ""
    """Of an OpenAI-compatible server, up to `/v1`."""
    model: str = ""
    api_key_env: str | None = None
    api_key_file: str | None = None
    timeout: str = "60s"
    """For a whole answer."""
    budget: Annotated[int, msgspec.Meta(ge=1)] = 200
    """Requests a day (UTC)."""
    per_minute: Annotated[int, msgspec.Meta(ge=1)] = 10
    """Requests in any minute."""
    below: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.75
    """Readings as sure as this are not asked about when `when` is `low-margin`."""


class Config(Section, frozen=True, kw_only=True):
    """A whole configuration file."""

    summitwatch: General = General()
    watch: tuple[WatchSection, ...] = ()
    source: tuple[SourceSection, ...] = ()
    alert: tuple[AlertSection, ...] = ()
    fetch: FetchSection = FetchSection()
    web: WebSection = WebSection()
    second_reader: SecondReaderSection = SecondReaderSection()
    path: Path = Path("config.toml")
    """Where it was read from; not a key of the file."""

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path.parent / self.summitwatch.database

    @property
    def seeds(self) -> Path | None:
        """The folder of seeds, where one is named."""
        return self.path.parent / self.summitwatch.seeds if self.summitwatch.seeds else None


def seconds(text: str) -> int:
    """A duration such as `90s`, `15m`, `6h` or `1d` in seconds.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{text!r} is not a duration; write for example 90s, 15m, 6h or 1d")
    return int(match[1]) * _SECONDS[match[2]]


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises:
        ConfigError: it cannot be read or used.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; write one with `summitwatch init`, or name it with --config"
        ) from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: larger than {MAX_BYTES} bytes; that is not a configuration file")
    return parse_config(data, path)


def parse_config(data: bytes, path: Path) -> Config:
    """Check the text of a configuration file.

    Raises:
        ConfigError: it is not TOML, or a key is unknown, missing or of the wrong type.
    """
    try:
        fields = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if "path" in fields:
        raise ConfigError(f"{path}: key 'path' is unknown; remove it")
    _refuse_secrets(fields, path)
    try:
        config = msgspec.convert(fields, type=Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {explain(str(error), fields)}") from error
    config = msgspec.structs.replace(config, path=path)
    _check(config)
    return config


def explain(message: str, fields: Mapping[str, Any]) -> str:
    """`Expected int, got str - at $.watch[0].policy.voices` → key first, with the section's name where it has one."""
    text, _, where = message.partition(" - at `$.")
    key = where.rstrip("`")
    match = re.match(r"(\w+)\[(\d+)\]", key)
    if match:
        entry = fields[match[1]][int(match[2])]
        name = entry.get("name") if isinstance(entry, dict) else None
        key += f" ({name})" if name else ""
    text = text.replace("Object contains", "there is an").replace("Object missing", "there is no")
    mend = MENDS.get(key.split(" ")[0].rpartition(".")[2].partition("[")[0])
    if mend and "regex" in text:
        text = mend
    elif mend and text.startswith("Invalid"):
        text += f"; {mend}"
    return f"key {key}: {text}; see docs/configuration.md" if key else f"{text}; see docs/configuration.md"


def _check(config: Config) -> None:
    """What types alone cannot say."""
    for section in ("watch", "source", "alert"):
        names = [entry.name for entry in getattr(config, section)]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"{config.path}: two [[{section}]] are named {name!r}; rename one")
    durations = [(f"source ({s.name}).interval", s.interval) for s in config.source]
    durations += [item for alert in config.alert for item in _alert_durations(alert)]
    durations += [("fetch.timeout", config.fetch.timeout), ("second_reader.timeout", config.second_reader.timeout)]
    for key, text in durations:
        try:
            seconds(text)
        except ValueError as error:
            raise ConfigError(f"{config.path}: key {key}: {error}") from error
    for number, source in enumerate(config.source):
        try:
            fitting_options(source.kind, source.url, source.options)
        except UnfitSource as error:
            raise ConfigError(f"{config.path}: key source[{number}] ({source.name}).{error}") from error
    for network in config.fetch.allow_private:
        try:
            ip_network(network)
        except ValueError as error:
            raise ConfigError(f"{config.path}: key fetch.allow_private: {error}; write 10.0.0.0/8") from error
    _check_second_reader(config)
    for number, watch in enumerate(config.watch):
        _check_people(f"{config.path}: key watch[{number}] ({watch.name}).principals", watch.principals)
    watches = [watch.name for watch in config.watch]
    for alert in config.alert:
        for name in set(alert.rules.watches) - set(watches):
            known = ", ".join(watches) or "none"
            raise ConfigError(
                f"{config.path}: key {alert.where}.rules.watches: no watch is named {name!r}; there are: {known}"
            )
    if config.summitwatch.log_format not in ("text", "json"):
        raise ConfigError(f"{config.path}: key summitwatch.log_format: write 'text' or 'json'")


def _check_people(where: str, principals: tuple[Principal, ...]) -> None:
    names = [principal.name.strip().casefold() for principal in principals]
    if not all(names):
        raise ConfigError(f"{where}: a name is empty; write first name and surname")
    if len(set(names)) < len(names):
        raise ConfigError(f"{where}: one person stands there twice; write two or more who could meet")


def _check_second_reader(config: Config) -> None:
    section = config.second_reader
    if section.when == "off":
        return
    for key in ("url", "model"):
        if not getattr(section, key):
            raise ConfigError(f"{config.path}: key second_reader.{key}: missing; set it, or when = 'off'")
    named = section.api_key_env or section.api_key_file
    if named and section.url.startswith("http://") and urlsplit(section.url).hostname not in LOOPBACK:
        raise ConfigError(f"{config.path}: key second_reader.url: anybody on the way could read the key; use https")


def _alert_durations(alert: AlertSection) -> list[tuple[str, str]]:
    rules = alert.rules
    spans = {"group": rules.group, "reminder": rules.reminder, "question": rules.question}
    keyed = [(f"{alert.where}.rules.{key}", text) for key, text in spans.items() if text != "off"]
    return [*keyed, (f"{alert.where}.options.timeout", alert.options.timeout)]


def _refuse_secrets(fields: Mapping[str, Any], path: Path) -> None:
    """Before types are checked, so that the answer is the mend and not `unknown field`."""
    section = fields.get("second_reader")
    if isinstance(section, dict) and "api_key" in section:
        secret(section, "api_key", f"{path}: key second_reader.api_key")
    alerts = fields.get("alert")
    for entry in alerts if isinstance(alerts, list) else []:
        options = entry.get("options") if isinstance(entry, dict) else None
        for key in SECRETS:
            if isinstance(options, dict) and key in options:
                secret(options, key, f"{path}: alert ({entry.get('name')})")


def find_config(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The configuration file to use: as given, `$SUMMITWATCH_CONFIG`, `./config.toml`, then the XDG one."""
    if given is not None:
        return given
    if named := environment.get("SUMMITWATCH_CONFIG"):
        return Path(named)
    here = Path("config.toml")
    if here.exists():
        return here
    base = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    xdg = Path(base) / "summitwatch" / "config.toml"
    return xdg if xdg.exists() else here


def secret(options: Mapping[str, Any], key: str, where: str) -> str | None:
    """A secret from `<key>_env` (environment variable) or `<key>_file` (file), never from the file itself.

    Raises:
        ConfigError: it stands in the configuration, or the variable or file it names is missing.
    """
    if key in options:
        raise ConfigError(f"{where}: secrets do not belong in the file; use {key}_env or {key}_file")
    if name := options.get(f"{key}_env"):
        value = os.environ.get(str(name))
        if not value:
            mend = f"set it where the program starts, or name a file with {key}_file"
            raise ConfigError(f"{where}: environment variable {name} (key {key}_env) is not set; {mend}")
        return value.strip()
    if name := options.get(f"{key}_file"):
        try:
            return Path(str(name)).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"{where}: key {key}_file: {name}: {error.strerror}") from error
    return None
