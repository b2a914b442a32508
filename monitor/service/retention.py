"""Removes article bodies past their age. The events stay, with the hashes of what was removed."""

from datetime import datetime

from monitor.events import ArticleRecorded
from monitor.projections import search
from monitor.service.assembly import Parts


def forget_before(parts: Parts, moment: datetime) -> int:
    """Remove the words of articles first seen before `moment` that no later article shares. -> how many texts.

    Evidence stays: it is part of the reading. `verify` still holds, since the chain covers the hash of the words.
    """
    old: set[str] = set()
    kept: set[str] = set()
    for event in parts.log.read(types=("ArticleRecorded", "ArticleRevised")):
        data = event.data
        if isinstance(data, ArticleRecorded):
            (old if data.first_seen < moment else kept).add(data.text)
    due = {
        row[0]
        for row in parts.database.connection.execute(
            "SELECT a.text FROM due d JOIN articles a ON a.article = d.article"
        )
    }
    removed = parts.log.forget_words(sorted(old - kept - due))
    with parts.database.transaction() as connection:
        search.merge(connection)
    return removed
