"""Rows of a query as typed, frozen structs. Knows no table."""

import sqlite3
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def rows(connection: sqlite3.Connection, query: str, values: Sequence[Any], type_: type[T]) -> list[T]:
    """What a query gives, column by column of the same name, as `type_`."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [msgspec.convert(dict(zip(names, row, strict=True)), type=type_, strict=False) for row in cursor.fetchall()]
