"""Which way in time the words around a place in a sentence point. Knows no dates."""

import re
from enum import StrEnum


class Direction(StrEnum):
    """Where a time expression lies, seen from the day of publication."""

    PAST = "past"
    FUTURE = "future"


_CLAUSE = re.compile(
    r"[;:]|, (?=(?:and|but|while|when|where|which|who|as|after|before|with|said|the|he|she|it"
    r"|they|[A-Z])\b)| - |\((?!AP)"
    r"|\b(?:when|while|which|who|whom|that|after|before|since|because|although|though|where"
    r"|but)\b|\band (?=(?:will|would|is|are|was|were|has|had)\b)"
)
_FUTURE = re.compile(
    r"\b(?:will|won't|shall|would|'ll|going to|gonna|plans?|planned|planning|hopes?|hoping"
    r"|wants?|expects?|expected|due|slated|set"
    r"|scheduled|poised|upcoming|forthcoming|coming|ahead of|proposed|propos\w+|invit\w+|may"
    r"|might|could|can|should|must"
    r"|(?:is|are|am|were|be) (?:to|[a-z]+ing)|to (?:meet|hold|see|host|visit|receive|travel"
    r"|attend|sit|discuss|take|welcome|talk|fly|come|go|be|arrive|convene|begin|start)"
    r"|preparations?|next|prepar\w+|ready|possible|potential|prospective|tentative\w*"
    r"|pencilled|agreed|postponed|put off|moved|delayed|fixed|booked|called off|cancell?ed"
    r"|arranged|planned"
    r"|meets|hosts|holds|receives|welcomes|sees|travels|flies|heads|gathers?|starts|opens|begins)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:said|says|told|met|held|was|were|had|has|have|did|didn't|spoke|talked|saw|sat|shook"
    r"|visited|hosted|received|welcomed|took|came|went"
    r"|announced|confirmed|ended|began|wrapped|concluded|discussed|signed|made|gave|sent"
    r"|called|wrote|added|reported|arrived|left|flew"
    r"|attended|gathered|agreed|declined|refused|cancell?ed|scrapped|last|ago|since|previous"
    r"|earlier|when|after|following|marked|stood|spent|invited"
    r"|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:said|says|told [\w\s]{1,30}|announced|confirmed|stated|reported|wrote|added"
    r"|declared|tweeted|posted|asked|quoted|published|released|issued|denied"
    r"|warned|insisted|argued|informed [\w\s]{1,30}|spokes(?:man|woman|person)[\w\s]{0,30}"
    r"|statement|briefing|interview|news conference"
    r"|call)(?: [A-Z][\w.]+){0,3}(?: here)?(?: (?:late|early|earlier|also))*(?: on)? *$"
)
_STRONG_FUTURE = re.compile(
    r"\b(?:will|shall|would|'ll|going to|(?:is|are) to|due|scheduled|set|slated|expected"
    r"|plans?|upcoming|to (?:meet|hold|see|host|visit|receive))\b",
    re.IGNORECASE,
)


def clause(text: str, at: int) -> tuple[int, int]:
    """Start and end of the clause around a place."""
    start = max((hit.end() for hit in _CLAUSE.finditer(text, 0, at)), default=0)
    after = _CLAUSE.search(text, at)
    return start, after.start() if after else len(text)


def direction(text: str, start: int, end: int) -> Direction | None:
    """Where the words around `text[start:end]` point: first a verb of saying just before, then the nearest verb of
    the clause to the left, then to the right; None where nothing tells.
    """
    left, right = clause(text, start)
    before, after = text[left:start], text[end:right]
    if _SAYING.search(before):
        return Direction.PAST
    near = _last(before)
    if near is None:
        near = _first(after)
    return near


def of_saying(text: str, start: int) -> bool:
    """Whether a time expression at this place says when something was said, not when it happens."""
    return bool(_SAYING.search(text[max(0, start - 90) : start]))


def _last(words: str) -> Direction | None:
    strong = max((h.end() for h in _STRONG_FUTURE.finditer(words)), default=-1)
    future = max((h.end() for h in _FUTURE.finditer(words)), default=-1)
    past = max((h.end() for h in _PAST.finditer(words)), default=-1)
    if max(strong, future, past) < 0:
        return None
    return Direction.FUTURE if future >= past or strong >= 0 else Direction.PAST


def _first(words: str) -> Direction | None:
    future, past = _FUTURE.search(words), _PAST.search(words)
    if future is None and past is None:
        return None
    if future and (past is None or future.start() <= past.start()):
        return Direction.FUTURE
    return Direction.PAST
