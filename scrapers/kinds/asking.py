"""What polling kinds share: ask for a source's address and notice that nothing changed. Reads no format."""

from hashlib import blake2b

import msgspec

from scrapers.exchange import Response, Validators
from scrapers.fetch import MAX_BODY, Fetcher
from scrapers.source import MAX_ENTRIES, Entry, Listing, Request


class Answer(msgspec.Struct, frozen=True):
    """A source's answer with its digest."""

    response: Response
    digest: str | None
    validators: Validators
    """For the next request."""

    def unchanged(self, request: Request) -> bool:
        """Whether the answer is the one we had, by the server's word or byte for byte."""
        return self.response.not_modified or self.digest == request.digest

    def listing(self, entries: tuple[Entry, ...] = (), *, not_modified: bool = False) -> Listing:
        """The answer as a listing of these entries."""
        response = self.response
        return Listing(
            entries[:MAX_ENTRIES],
            self.validators,
            self.digest,
            not_modified,
            response.moved_to,
            response.fresh_for,
            max(0, len(entries) - MAX_ENTRIES),
        )


async def ask(fetcher: Fetcher, request: Request, url: str | None = None, *, limit: int = MAX_BODY) -> Answer:
    """Fetch a source's address, on the condition that it changed.

    Raises:
        FetchError: no usable answer.
    """
    response = await fetcher.fetch(url or request.url, request.validators, limit=limit)
    if response.not_modified:
        return Answer(response, request.digest, request.validators)
    return Answer(response, blake2b(response.body, digest_size=16).hexdigest(), response.validators)
