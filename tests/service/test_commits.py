"""Writes of many tasks are made in order and together, and each task hears what became of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.log.database import Database
from monitor.log.port import LogUnavailable
from monitor.service.commits import GroupCommit
from monitor.service.worker import Worker


class CountingDatabase(Database):
    """Counts its transactions."""

    transactions = 0

    def transaction(self) -> Any:
        self.transactions += 1
        return super().transaction()


def with_commit(folder: Path, work: Callable[[GroupCommit, CountingDatabase], Awaitable[None]]) -> None:
    database, worker = CountingDatabase(folder / "events.db"), Worker()
    with database.transaction() as connection:
        connection.execute("CREATE TABLE kept (number INTEGER)")
    database.transactions = 0
    asyncio.run(work(GroupCommit(database, worker), database))
    worker.close()


def keep(number: int) -> Callable[[Any], int]:
    def write(connection: Any) -> int:
        connection.execute("INSERT INTO kept VALUES (?)", (number,))
        return number

    return write


def test_many_writes_share_few_transactions_and_keep_their_order(tmp_path: Path) -> None:
    async def work(commit: GroupCommit, database: CountingDatabase) -> None:
        assert await asyncio.gather(*(commit(keep(number)) for number in range(500))) == list(range(500))
        assert database.connection.execute("SELECT number FROM kept").fetchall() == [(n,) for n in range(500)]
        assert database.transactions < 5

    with_commit(tmp_path, work)


def test_a_failed_transaction_is_heard_of_by_those_in_it_and_ends_nothing(tmp_path: Path) -> None:
    async def work(commit: GroupCommit, database: CountingDatabase) -> None:
        with pytest.raises(LogUnavailable):
            await commit(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))
        assert await commit(keep(7)) == 7
        assert database.connection.execute("SELECT number FROM kept").fetchall() == [(7,)]

    with_commit(tmp_path, work)
