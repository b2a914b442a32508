"""What differs between two configurations, in lines for people and without secrets. Applies nothing."""

from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.config import Config


def differences(old: Config, new: Config) -> tuple[str, ...]:
    """`source bbc: added`, `web: changed port`. Values are not named: they may be secret."""
    return tuple(_lines(_parts(old), _parts(new)))


def _parts(config: Config) -> dict[str, dict[str, Any]]:
    """Sections and named entries by what people call them."""
    fields = msgspec.to_builtins(msgspec.structs.replace(config, path=None))
    parts: dict[str, dict[str, Any]] = {}
    for section, value in fields.items():
        if isinstance(value, dict):
            parts[section] = value
        elif isinstance(value, list | tuple):
            parts.update({f"{section} {entry['name']}": entry for entry in value})
    return parts


def _lines(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield f"{name}: added"
        elif name not in new:
            yield f"{name}: removed"
        elif changed := sorted(
            key for key in old[name].keys() | new[name].keys() if old[name].get(key) != new[name].get(key)
        ):
            yield f"{name}: changed {', '.join(changed)}"
