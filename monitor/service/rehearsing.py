"""Test messages and previews with the real templates. Writes nothing to the log."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.alerts.channel import Context, Delivered
from monitor.alerts.channels import open_channel
from monitor.alerts.gathering import Gathering
from monitor.alerts.message import Message
from monitor.config import AlertSection, Config, ConfigError
from monitor.projections.watches import watch_names, watch_state
from monitor.service.assembly import Parts
from monitor.service.collecting import Row

NOTHING = "No watch has said anything yet; this is where its news will stand."


def example(section: AlertSection, config: Config, parts: Parts, now: datetime) -> Message:
    """What a channel would get if the last status change it is told of came now."""
    gathering = Gathering(parts.database.connection, parts.log, config.web.public_url)
    names = section.rules.watches or watch_names(parts.database.connection)
    told = [(name, watch_state(parts.database.connection, name).current) for name in names]
    changes = [(change.at, name, change) for name, change in told if change is not None]
    items = []
    if changes:
        _, name, change = max(changes, key=lambda entry: entry[0])
        items.append(gathering.item("change", name, change))
    return Message(
        alert=f"{section.name}/test/{now.isoformat()}",
        channel=section.name,
        kind="change" if items else "operator",
        queued_at=now,
        items=tuple(items),
        notes=() if items else (NOTHING,),
        why=f"{section.name} is told of the last change as an example",
        page=config.web.public_url,
    )


def chosen_sections(config: Config, name: str | None) -> Sequence[AlertSection]:
    """The channel of a name, or all of them.

    Raises:
        ConfigError: there is none of that name; the text names those that are.
    """
    found = [section for section in config.alert if name in (None, section.name)]
    if not config.alert:
        raise ConfigError(f"{config.path}: there is no [[alert]]; docs/alerts.md has examples")
    if not found:
        known = ", ".join(section.name for section in config.alert)
        raise ConfigError(f"{config.path}: no [[alert]] is named {name!r}; there are: {known}")
    return found


async def send_tests(sections: Sequence[AlertSection], config: Config, parts: Parts, now: datetime) -> list[Row]:
    """Send a marked test message through each channel, once. -> what each server said."""
    messages = [
        msgspec.structs.replace(example(section, config, parts, now), test=True, thread=None) for section in sections
    ]
    return list(await asyncio.gather(*map(_send, sections, messages)))


async def _send(section: AlertSection, message: Message) -> Row:
    outcome = await open_channel(section).send(message, Context())
    if isinstance(outcome, Delivered):
        refused = f"; refused: {'; '.join(outcome.refused)}" if outcome.refused else ""
        return Row(section.name, not outcome.refused, f"{outcome.answer}{refused}")
    return Row(section.name, False, outcome.reason)
