"""Cuts a document into sentences with their place in it. Knows nothing of principals or meetings."""

import re
from collections.abc import Iterator

import msgspec

from monitor.reading.model import TITLE, Document, Span
from monitor.reading.plain import words

_ABBREVIATIONS = words("""
    mr mrs ms dr prof st sen rep gov gen lt col maj capt sgt adm cmdr rev hon pres jr sr vs etc inc ltd co corp
    no nos vol pp fig ca approx dept est jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu
    thurs fri sat sun u.s u.k u.n e.u u.a.e u.s.a u.s.s.r d.c p.m a.m e.g i.e n.y l.a calif conn fla mass mich
    minn pa tex va wash ariz colo ill md ga b.c a.d ph.d messrs mt ft amb min
    """)
_TIME_OF_DAY = ("a.m", "p.m")
_ENDS_TOO = frozenset({"u.s", "u.k", "u.n", "e.u", "d.c", "etc", "co", "inc", "ltd", "corp", "jr", "sr", *_TIME_OF_DAY})
"""Abbreviations that may also close a sentence: they do when a word follows that opens sentences."""
_OPENERS = words("""
    the a an he she it they we i you his her its their this that these those there in on at by for from with as
    but and so if when while after before both neither asked according mr mrs ms what who no not yet still
    last earlier later however meanwhile officials also then since during under
    """)
_BOUNDARY = re.compile(
    r"""(?P<word>[^\s"“”'‘’(]*?)(?P<mark>[.!?…]+)(?P<close>["”’')\]]*)(?=\s+["“‘'(\[—–-]*\s*(?P<next>\S+))"""
)
_TABLE = re.compile(r"\s*[\n•]\s*")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence, a headline or a line of a list; `text` is the literal part of its paragraph."""

    index: int
    """Its number in the document, the title first."""
    paragraph: int
    """0-based; TITLE for the title."""
    start: int
    end: int
    text: str
    gap: str = ""
    """What stands between it and the sentence before it in its paragraph."""

    def since(self, before: Span) -> Span:
        """The sentence together with the one before it in its paragraph."""
        return Span(self.paragraph, before.start, self.end, before.text + self.gap + self.text)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """A part of the sentence, by offsets in its text, as a part of the document."""
        stop = len(self.text) if end is None else end
        return Span(self.paragraph, self.start + start, self.start + stop, self.text[start:stop])


def split(document: Document) -> tuple[Sentence, ...]:
    """Every sentence of the document in reading order; the title is one sentence, blank paragraphs give none."""
    found: list[Sentence] = []
    for number, paragraph in enumerate((document.title, *document.paragraphs), start=TITLE):
        bounds = _whole(paragraph) if number == TITLE else pieces(paragraph)
        last = 0
        for start, end in bounds:
            found.append(Sentence(len(found), number, start, end, paragraph[start:end], paragraph[last:start]))
            last = end
    return tuple(found)


def _whole(text: str) -> Iterator[tuple[int, int]]:
    if text.strip():
        yield _trim(text, 0, len(text))


def pieces(paragraph: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of one paragraph; a line break always ends one."""
    begin = 0
    for line in _TABLE.split(paragraph) if "\n" in paragraph or "•" in paragraph else (paragraph,):
        at = paragraph.index(line, begin)
        yield from _within(paragraph, at, at + len(line))
        begin = at + len(line)


def _within(paragraph: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for hit in _BOUNDARY.finditer(paragraph, start, end):
        if _closes(hit):
            yield _trim(paragraph, begin, hit.end())
            begin = hit.end()
    if paragraph[begin:end].strip():
        yield _trim(paragraph, begin, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    cut = text[start:end]
    return start + len(cut) - len(cut.lstrip()), end - (len(cut) - len(cut.rstrip()))


def _closes(hit: re.Match[str]) -> bool:
    """Whether the mark ends a sentence: the next word opens one, and the word before is no abbreviation."""
    word, mark, after = hit["word"].lower(), hit["mark"], hit["next"]
    if after[0].islower():
        return False
    if mark != "." or hit["close"]:
        return True
    initial = len(word) == 1 and hit["word"].isupper()
    if initial or word in _ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)+[a-z]", word):
        opens = re.sub(r"\W", "", after).lower() in _OPENERS
        return opens and word in _ENDS_TOO
    return True
