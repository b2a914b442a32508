"""Raw text of a page → the article's own words: title, paragraphs, byline, source. Dates and fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from scrapers.boilerplate import ROLES, Kind, byline_author, kind_of, plain_line

TITLE_WITHIN: Final = 60
"""A raw page's title stands in its first so many lines: menus and notices before it are rarely longer."""
_EDGE: Final = 4
"""Paragraphs at either end of an article among which bylines, notices and credits of any length are looked for."""
_PROMPT: Final = 300
"""Characters of the longest prompt between an article's paragraphs."""
_SENTENCE_END = re.compile(r"""[.!?…:;。！？：；।॥؟۔։]["'”’»)\]」』）]*$|["”»」』]$""")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SOURCE = re.compile(r"(?:via|sources?|courtesy of)\s*:?\s+(?P<name>[A-Z][\w.&'’-]*(?: [A-Z&][\w.&'’-]*){0,4})", re.I)
_SITE = re.compile(r"(?:Support|Donate to|Join|Follow) (?:the )?(?P<name>[A-Z][\w.]*(?: [A-Z][\w.]*){0,2})!?")
_MAY_DATE: Final = (Kind.BYLINE, Kind.INTERFACE, Kind.CREDIT, None)


class Cleaned(msgspec.Struct, frozen=True):
    """What is left of a raw page, and what its furniture told."""

    title: str
    paragraphs: tuple[str, ...]
    author: str | None = None
    source: str | None = None
    """The publisher or agency that the text itself names."""
    date_lines: tuple[str, ...] = ()
    """Lines cut from around the text that may say when it was published, the nearest to the title first."""
    captions: tuple[str, ...] = ()


def clean(text: str) -> Cleaned:
    """The article in `text`, a page's raw text with a title somewhere near the top."""
    lines = _lines(text)
    at = _title_at(lines)
    title = lines[at]
    kept, below = _body(title, lines[at + 1 :])
    cut = [*below, *reversed(lines[:at])]
    kinds = [kind_of(line) for line in cut]
    return Cleaned(
        title=title,
        paragraphs=kept,
        author=next((name for line in cut if (name := _author(line))), None),
        source=next((name for line in cut if (name := _source(line))), None),
        date_lines=tuple(line for line, kind in zip(cut, kinds, strict=True) if kind in _MAY_DATE),
        captions=tuple(line for line, kind in zip(cut, kinds, strict=True) if kind is Kind.CAPTION),
    )


def own_words(title: str, paragraphs: Iterable[str]) -> tuple[str, ...]:
    """Those of an article's paragraphs that are its own words, in order.

    For text whose title is known, from a page or a seed-format document.
    """
    return _body(title, list(paragraphs))[0]


def without_furniture(title: str, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """An article's paragraphs from a page whose places were judged before: only what the words alone give away.

    Long paragraphs in the middle stay whatever they say: prompts between paragraphs are short.
    """
    kept: list[str] = []
    among_links = False
    for index, text in enumerate(paragraphs):
        at_edge = index < _EDGE or index >= len(paragraphs) - _EDGE
        kind = kind_of(text) if at_edge or len(text) <= _PROMPT else None
        if kind is Kind.BYLINE and not at_edge:
            kind = None
        if kind is Kind.COMMENTS and 2 * index > len(paragraphs):
            break
        if kind is not None or same_words(title, text):
            among_links = kind is not None and _heads_links(kind, text)
        elif is_sentence(text) or not among_links:
            among_links = False
            kept.append(text)
    return tuple(kept)


def same_words(one: str, other: str) -> bool:
    """Whether two lines say the same but for case, punctuation and spaces."""
    return _bare(one) == _bare(other) != ""


def is_sentence(line: str) -> bool:
    """Whether `line` reads as running text and not as a heading, a label or a caption."""
    words = line.split()
    if line.endswith("?"):
        return len(words) > 12
    return bool(_SENTENCE_END.search(line)) or len(words) > 40


def _lines(text: str) -> list[str]:
    """The text's paragraphs and lines; lines wrapped in mid-sentence are joined, captions of two lines cut."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\u200b", "").replace("\ufeff", "")):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        lines = [line for line in lines if line]
        joined = " ".join(lines)
        if len(lines) > 1 and (_is_wrapped(lines) or (len(joined) < 420 and kind_of(joined) is Kind.CAPTION)):
            lines = [joined]
        found.extend(lines)
    return found


def _is_wrapped(lines: Sequence[str]) -> bool:
    inner = lines[:-1]
    open_ends = sum(not is_sentence(line) for line in inner)
    return min(map(len, inner)) > 45 and max(map(len, inner)) <= 100 and open_ends > len(inner) / 2


def _title_at(lines: Sequence[str]) -> int:
    """Where the title stands: a line said twice near the top, else the first whose words the text takes up."""
    fitting = [
        index
        for index, line in enumerate(lines[:TITLE_WITHIN])
        if 3 <= len(line.split()) <= 40 and len(line) <= 250 and _may_be_title(line)
    ]
    for index in fitting:
        if any(same_words(lines[index], other) for other in lines[index + 1 : index + 15]):
            return index
    prose = " ".join([line for line in lines if is_sentence(line) and len(line) > 80][:12])
    vocabulary = _stems(prose)
    best = max(fitting, key=lambda index: (_share(lines[index], vocabulary) >= 0.5, -index), default=None)
    if best is not None:
        return best
    return next((index for index, line in enumerate(lines) if kind_of(line) is None), 0)


def _may_be_title(line: str) -> bool:
    kind = kind_of(line)
    return kind is None and not line.endswith((".", ";")) and "|" not in line


def _share(line: str, vocabulary: set[str]) -> float:
    stems = _stems(line)
    return len(stems & vocabulary) / len(stems) if stems else 0.0


def _stems(text: str) -> set[str]:
    return {word[:5].casefold() for word in _WORD.findall(text)}


def _body(title: str, lines: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The lines that are the article's own words, and those that are not, both up to the readers' comments."""
    kept: list[str] = []
    cut: list[str] = []
    prose = 0
    among_links = False
    for index, line in enumerate(lines):
        kind = kind_of(line)
        if kind is Kind.COMMENTS and prose:
            break
        if kind is not None or same_words(title, line):
            among_links = (among_links and kind is not Kind.BYLINE) or _heads_links(kind, line)
            cut.append(line)
        elif is_sentence(line):
            prose += _is_prose(line)
            among_links = False
            kept.append(line)
        elif among_links or _is_label(line, title, lines[index + 1 :], prose):
            cut.append(line)
        else:
            kept.append(line)
    return _without_link_runs(kept, cut), cut


def _heads_links(kind: Kind | None, line: str) -> bool:
    return kind is Kind.OTHER_STORIES and len(line) <= 48 and not re.search(r"[:|»>-]\s*\S", line)


def _is_prose(line: str) -> bool:
    return len(line.split()) >= 10


def _is_label(line: str, title: str, after: Sequence[str], prose: int) -> bool:
    """Whether a line that is no sentence is neither a standfirst nor a subheading."""
    words = line.split()
    if "|" in line or _only_names(words):
        return True
    if prose:
        capitals = sum(word[0].isupper() or word[0].isdigit() for word in words)
        return len(words) >= 7 and capitals >= 0.7 * len(words)
    following = [other for other in after if is_sentence(other) and _is_prose(other)][:3]
    return len(words) <= 4 or not _stems(line) & _stems(" ".join([title, *following]))


def _only_names(words: Sequence[str]) -> bool:
    names = [word for word in words if word[0].isupper() and word.casefold().strip(",.") not in ROLES]
    others = [word for word in words if word not in names]
    return (
        len(words) >= 2
        and 1 <= len(names) <= 6
        and len(others) >= 1
        and all(word.casefold().strip(",.") in ROLES for word in others)
    )


def _without_link_runs(kept: list[str], cut: list[str]) -> tuple[str, ...]:
    """Drops headings that come in a row (links to other stories) and those that nothing follows."""
    result: list[str] = []
    run: list[str] = []
    for line in [*kept, ""]:
        if line and not is_sentence(line):
            run.append(line)
            continue
        listed = bool(result) and result[-1].endswith(":")
        links = len(run) > 1 and sum(len(heading.split()) >= 5 for heading in run) > 1 and not listed
        trailing = not line and not listed
        if result and (links or (trailing and all(len(heading.split()) <= 14 for heading in run))):
            cut.extend(run)
        else:
            result.extend(run)
        run = []
        if line:
            result.append(line)
    return tuple(result)


def _author(line: str) -> str | None:
    starts_as_byline = re.match(r"(?:\w+ )?by\b", line, re.IGNORECASE)
    return byline_author(line) if starts_as_byline and kind_of(line) is Kind.BYLINE else None


def _source(line: str) -> str | None:
    if match := _SOURCE.fullmatch(line):
        return match["name"]
    match = _SITE.fullmatch(line)
    return match["name"] if match else None


def _bare(line: str) -> str:
    return "".join(character for character in plain_line(line) if character.isalnum())
