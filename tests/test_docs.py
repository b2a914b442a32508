"""The documentation is part of the product: commands, configuration keys and event types are all in it."""

import re
from pathlib import Path

import click
import msgspec
import pytest

from monitor.cli import cli
from monitor.config import Config, Section
from monitor.events import EVENT_TYPES

ROOT = Path(__file__).parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def leaves(group: click.Group, prefix: str = "summitwatch") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        found += leaves(command, path) if isinstance(command, click.Group) else [(path, command)]
    return found


LEAVES = leaves(cli)


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[path for path, _ in LEAVES])
def test_every_command_and_option_is_documented(path: str, command: click.Command) -> None:
    assert f"`{path}" in COMMANDS
    assert command.help, "a command without help"
    options = [o for p in command.params if isinstance(p, click.Option) for o in p.opts if o.startswith("--")]
    missing = [o for o in options if o not in ("--config", "--json", "--help") and o not in COMMANDS]
    assert missing == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `summitwatch ([a-z]+(?: [a-z][a-z-]*)?)", COMMANDS, flags=re.MULTILINE))
    real = {path.removeprefix("summitwatch ") for path, _ in LEAVES}
    assert [name for name in named if name not in real and name not in cli.commands] == []


def sections(struct: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    found = [struct]
    for field in msgspec.structs.fields(struct):
        for part in (field.type, *getattr(field.type, "__args__", ())):
            part = getattr(part, "__origin__", part) if not isinstance(part, type) else part
            if isinstance(part, type) and issubclass(part, Section):
                found += sections(part)
    return found


def test_every_configuration_key_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    missing = [
        f"{struct.__name__}.{field.name}"
        for struct in sections(Config)
        if struct is not Config
        for field in msgspec.structs.fields(struct)
        if f"`{field.name}`" not in text
    ]
    assert missing == []


def test_every_event_type_is_documented() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert [name for name in EVENT_TYPES if f"`{name}`" not in text] == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    names = [re.split(r"[><=\[ ]", line)[0] for line in project["dependencies"] + extras]
    assert [name for name in names if not re.search(rf"\b{name}\b", text, re.IGNORECASE)] == []


LINKS = [
    (path, link)
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
    for link in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    if not link.startswith("http")
]


@pytest.mark.parametrize(("path", "link"), LINKS, ids=[f"{p.name}:{link}" for p, link in LINKS])
def test_links_lead_somewhere(path: Path, link: str) -> None:
    assert (path.parent / link).exists()
