"""Which language a text is in, by its script and its commonest words. Good for whole articles, not for headlines."""

from __future__ import annotations

import re
from typing import Final

_COMMON: Final = {
    "en": "the of and to in that is for was on with said he has his by from have not are would",
    "de": "der die und das den von zu mit des sich auf dem nicht ein ist auch eine im für werden",
    "fr": "le la les des et du en une est que pour dans qui sur par au avec pas plus sont",
    "es": "el la los las del que en una por con para su se al lo como más fue este ha",
    "it": "il di che della per una con del non sono nel alla gli si dei anche ha le più è",
    "pt": "o da do que em uma para com não os no se na por mais as dos foi ao pelo",
    "nl": "de het een van en dat zijn met voor niet aan ook werd door bij naar heeft maar over om",
    "pl": "w na z się do nie że jest o przez po jak za od tym dla oraz był który są",
    "tr": "ve bir bu için ile da de olarak daha olan çok gibi ne kadar sonra en ancak olduğunu dedi ise",
    "sv": "och att det som en på är av för med till den har inte om ett han sig var från",
    "fi": "ja on että se ei oli hän mutta kun myös ovat kuin joka mukaan vuoden tai sen jo voi",
    "hu": "a az és hogy nem is egy meg volt csak már azt el ha még kell van ez de mint",
    "ro": "de și în la că cu pe un din care pentru nu este mai o ai sau fost această prin",
    "cs": "a se na že je v s o i za by do jako pro ale po jsem má podle také",
}
_SCRIPTS: Final = (
    ("uk", re.compile("[іїєґ]")),
    ("ru", re.compile("[а-яё]")),
    ("hy", re.compile("[\u0531-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("fa", re.compile("[پچژگ]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[α-ω]")),
)
"""A script that only one language of the news uses much; the rarer letters first."""
_LEAST: Final = 0.12
"""Share of a text's words that must be among a language's commonest twenty: prose has 0.25 to 0.45."""


def language_of(text: str) -> str | None:
    """The BCP 47 tag of the language of `text`, None where it is too short or mixed to tell."""
    sample = text[:6000].casefold()
    letters = sum(character.isalpha() for character in sample)
    for tag, letter in _SCRIPTS:
        if letters and len(letter.findall(sample)) > letters * (0.03 if tag in ("uk", "fa", "ja") else 0.4):
            return tag
    words = re.findall(r"[^\W\d_]+", sample)
    if len(words) < 12:
        return None
    shares = {tag: sum(word in common for word in words) / len(words) for tag, common in _SETS.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _LEAST else None


_SETS: Final = {tag: frozenset(words.split()) for tag, words in _COMMON.items()}
