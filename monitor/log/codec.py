"""Events to JSON text and back, hashes, and upcasting of old schemas. Touches no storage."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from monitor.events import EVENT_TYPES, Event, Recorded
from monitor.log.port import BrokenLog

GENESIS = "0" * 64
"""The hash before the first event."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(type, old schema) → a function that gives the fields of the next schema."""


def encode_data(data: Event) -> str:
    """The event's fields as JSON text with sorted keys."""
    return msgspec.json.encode(data, order="sorted").decode()


def upcast(type_: str, schema: int, fields: dict[str, Any]) -> dict[str, Any]:
    """Bring the fields of an old event up to the present schema, one step at a time.

    Raises:
        BrokenLog: no upcaster is known for a step, or the event is from a later version.
    """
    present = EVENT_TYPES[type_].schema
    if schema > present:
        raise BrokenLog(f"{type_} has schema {schema}, but this version knows {present}; upgrade Summitwatch")
    for step in range(schema, present):
        try:
            fields = UPCASTERS[type_, step](fields)
        except KeyError:
            raise BrokenLog(f"no upcaster from {type_} schema {step}") from None
    return fields


def decode_data(type_: str, schema: int, text: str) -> Event:
    """JSON text to the event it stands for.

    Raises:
        BrokenLog: unknown type, or text that is not such an event.
    """
    cls = EVENT_TYPES.get(type_)
    if cls is None:
        raise BrokenLog(f"unknown event type {type_!r}; the log was written by a later version")
    try:
        if schema == cls.schema:
            return msgspec.json.decode(text, type=cls)
        return msgspec.convert(upcast(type_, schema, json.loads(text)), type=cls, strict=False)
    except msgspec.MsgspecError as error:
        raise BrokenLog(f"{type_}: {error}") from error


Row = tuple[int, str, str, int, str, int, str, str, str]
"""position, id, stream, version, type, schema, recorded_at, data, meta: the hashed columns in order."""


def chain_hash(previous: str, row: Row) -> str:
    """SHA-256 over the previous hash and this event's columns."""
    text = json.dumps([previous, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def text_hash(text: str) -> str:
    """The SHA-256 under which a text is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def iso(at: datetime) -> str:
    """A UTC instant as ISO 8601 text that sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def recorded(row: Row, hash_: str) -> Recorded:
    """A stored row as an event.

    Raises:
        BrokenLog: see `decode_data`.
    """
    position, id_, stream, version, type_, schema, at, data, meta = row
    return Recorded(
        position,
        id_,
        stream,
        version,
        type_,
        schema,
        datetime.fromisoformat(at),
        decode_data(type_, schema, data),
        json.loads(meta),
        hash_,
    )
