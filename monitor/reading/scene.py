"""Rewrites a sentence into the few words that matter: who meets whom, and which meetings are theirs.

Persons become Alpha, Beta, Both, Gamma (another person), Others (a principal with somebody else) and Staff; the
principals' verbs of meeting become UNITE, UNITES, UNITED, UNITING and their nouns OURS; a meeting that may be theirs
becomes EVENT, one that is not FOREIGN. Times become LONGAGO, LATELY, TODAY, AHEAD; places where things happen PLACE,
or ATALPHA and ATBETA in a principal's own country. Gives no status.
"""

import re
from collections.abc import Sequence

import msgspec

from monitor.reading.mentions import Kind, Line, Mention

_NOUN = (
    r"(?:summits?|summitry|meetings?|meet-up|encounters?|sit-?downs?|t[eê]te-[aà]-t[eê]te"
    r"|face-to-face|one-on-one|bilaterals?|get-?togethers?"
    r"|rendez-?vous|sessions?|talks|consultations|negotiations|discussions|audience|lunch"
    r"|dinner|breakfast|huddle|reunion|parley|chat|interview"
    r"|meet|handshake|contacts?|dialogue|conversations?|invitation|invite|visit|trip)"
)
_PERSONAL = re.compile(r"handshake|contact|dialogue|conversation|chat|invit|visit|trip|meet$|interview", re.IGNORECASE)
"""Nouns that make a meeting only together with both principals."""
_MODIFIERS = (
    r"(?:(?!(?:and|or|but|to|of|with|that|who|which|in|at|on|for|was|is|were|are|will|has|had"
    r"|said|says|after|before|by|from|as|about)\b)[\w'.,-]+ ){0,5}?"
)
_INNER = (
    r"(?:(?!Alpha|Beta|Both|Gamma|Others|Staff|(?:who|which|but|while|that|is|was|were|are|be"
    r"|will|would|has|had|have|may|could|ended|said"
    r"|says|to|by|after|when|as)\b)(?:[\w'%-]+|(?:PLACE|ATALPHA|ATBETA|AHEAD|LATELY|TODAY|LONGAGO),) ){0,6}?"
)
_PERSON = r"(?:Alpha|Beta|Both|Gamma|Others)"
_ADVERBS = (
    r"(?:also|then|again|not|never|soon|finally|first|personally|indeed|actually|now|still"
    r"|probably|likely|just|already|only|even|in fact|formally|eventually|at last|reportedly"
    r"|briefly|privately|in person|face to face|face-to-face|one-on-one|together)"
)
_FORMS = {
    "UNITING": (
        r"meeting|seeing|hosting|receiving|welcoming|visiting|reuniting|sitting down|getting together"
        r"|greeting|joining|having talks|holding talks|huddling|conferring|shaking hands"
        r"|coming face to face"
    ),
    "UNITES": (
        r"meets|sees|hosts|receives|welcomes|visits|reunites|sits down|gets together|greets|joins|huddles"
        r"|confers|shakes hands"
    ),
    "UNITED": (
        r"met|saw|seen|hosted|received|welcomed|visited|reunited|sat down|sat|got together|greeted|joined"
        r"|huddled|conferred|shook hands|dined|came face to face|come face to face"
    ),
    "UNITE": (
        r"meet|see|host|receive|welcome|visit|reunite|sit down|get together|greet|join|huddle|confer"
        r"|shake hands|convene|dine"
    ),
}
_VERB = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{name}>{forms})' for name, forms in _FORMS.items())})\b(?P<up> up)?", re.IGNORECASE
)
_ALONE = re.compile(
    r"(?:meet|meets|met|meeting|sit|sits|sat|sitting|get|gets|got|getting|huddl\w+|confer\w*"
    r"|shak\w+|shook|com\w+|convene|dine\w*|hav\w+|hold\w*)\b",
    re.IGNORECASE,
)
"""Verbs that need no object: two people as their subject are enough."""
_NOT_A_VERB = re.compile(r"\b(?:the|a|an|this|first|next|last|such)(?: \w+(?:ing|al|ed|ful))? $|'s $")
_PARTICIPLE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|of|for|before|after|by|without|about|to|from|on|in"
    r"|while|when|and|not|now|up|start\w*|like|avoid\w*"
    r"|consider\w*|mind|spent|stop\w*|keep|kept|talk of|again|,|Alpha|Beta|Both) $|^$"
)
_REACH = re.compile(
    rf"(?: {_ADVERBS})*(?: at [\w ]{{1,30}})?(?: in [\w ]{{1,20}})?(?: (?:with"
    rf"|alongside))?(?: (?:for [\w ]{{1,30}} )?with)? (?:(?:the|a|his|her|their|its|both"
    rf"|visiting|old|fellow|friend|rival|[A-Z]\w+'s|Alpha's"
    rf"|Beta's) ){{0,3}}(?P<person>{_PERSON}|Staff)\b"
)
_JOINED = re.compile(
    r"\b(?:both )?(?:Alpha(?:,? and(?: [\w']+){0,3} | & |/)Beta|Beta(?:,? and(?: [\w']+){0,3} | & "
    r"|/)Alpha|(?:(?<=^)|(?<=: ))(?:Alpha, Beta|Beta, Alpha))(?=\b(?!'s|-))(?:,? and Gamma)?"
)
_OTHER_PAIR = re.compile(
    r"\b(?:Alpha|Beta) and (?:his |the |her )?(?:Gamma|Staff)\b|\b(?:Gamma"
    r"|Staff)(?:,)? and (?:his |the )?(?:Alpha|Beta|Gamma|Staff)\b(?!'s)"
)
_REMOTE = re.compile(
    r"\b(?:(?:tele)?phone|telephone|video|virtual|online|conference(?= call)|cellphone"
    r"|zoom)[- ]?(?:calls?|conversations?|conference|talks|summits?|meetings?|link"
    r"|discussions?|chat)?\b"
    r"|\b(?:calls?|called|calling) (?:with|between|to|from) (?=Alpha|Beta|Both)|\b(?:by"
    r"|over the|on the|via|through a) (?:tele)?(?:phone|video|letter)\w*|\b(?:virtually"
    r"|remotely)\b|\b(?:a|the|their|his|her|this|that|in|during|after|Both's|Alpha's"
    r"|Beta's) (?:[\w-]+ ){0,2}calls?\b|\bspoke to each other by\b|\bvideoconference\b"
    r"|\bteleconference\b",
    re.IGNORECASE,
)
MULTILATERAL = re.compile(
    r"\b(?:the )?(?:(?:annual|upcoming|next|last|this|coming|\w+'s|month's|year's|recent"
    r"|\d{4}) ){0,2}(?:G-?\d{1,2}|Group of (?:20|Seven|Eight|\w+)|NATO|APEC|ASEAN|BRICS|EU|SCO"
    r"|CIS|OSCE|UN|U\.N\.|COP\d*|climate|Arab League|African Union|CSTO|CELAC|Mercosur|OAS|G77"
    r"|Asia-Pacific Economic Cooperation|Shanghai Cooperation Organi[sz]ation|Nuclear Security"
    r"|Eastern Partnership|European|Quad|GCC|East Asia|Commonwealth|Security Council"
    r"|General Assembly|Cabinet|cabinet|committee|board|party)"
    r"(?:[- ](?:\w+ ){0,2}?(?:summits?|meetings?|sessions?|gatherings?|talks|conference|forum"
    r"|leaders' meeting))\b|\bnews conferences?\b|\bpress conferences?\b"
    r"|\bpreparatory (?:talks|meetings?)\b|\btrade (?:talks|negotiations)\b|\bpeace (?:talks"
    r"|negotiations)\b",
)


class Token(msgspec.Struct, frozen=True):
    """A part of the sentence that stands for a time or a place."""

    start: int
    end: int
    word: str


class Scene(msgspec.Struct, frozen=True):
    """A sentence rewritten."""

    text: str
    pair: bool
    """Whether it speaks of a meeting of the principals, by verb or noun."""
    event: bool
    """Whether it speaks of a meeting that may be theirs."""
    foreign: bool
    """Whether it speaks of a meeting that is not theirs."""
    call: bool
    both: bool
    """Whether both principals appear in it in any way."""


def scene(line: Line, tokens: Sequence[Token] = ()) -> Scene:
    """The sentence in the words of this module; `tokens` are its times and places."""
    text = _rewritten(line, tokens)
    text = _JOINED.sub("Both", text)
    text = _OTHER_PAIR.sub("Others", text)
    call = bool(_REMOTE.search(text))
    text = MULTILATERAL.sub("ASSEMBLY", text)
    text = _verbs(text)
    text = _nouns(text, len(line.named) > 1)
    return Scene(
        text=text,
        pair=bool(re.search(r"\b(?:UNITE|UNITES|UNITED|UNITING|OURS)\b", text)),
        event=bool(re.search(r"\bEVENT\b", text)),
        foreign="FOREIGN" in text,
        call=call,
        both=len(line.named) > 1,
    )


def _rewritten(line: Line, tokens: Sequence[Token]) -> str:
    people = [Token(m.start, m.end, word) for m in line.mentions if (word := _person(m, line.plain))]
    parts, at = [], 0
    for token in sorted((*people, *tokens), key=lambda t: (t.start, -t.end)):
        if token.start >= at:
            parts += [line.plain[at : token.start], token.word]
            at = token.end
    return "".join([*parts, line.plain[at:]])


def _person(mention: Mention, text: str) -> str | None:
    words = text[mention.start : mention.end].lower()
    own = "'s" if words in ("his", "her", "their", "theirs") and not text[mention.end :].startswith((".", ",")) else ""
    if mention.kind is Kind.SIDE:
        return "Side"
    if len(mention.who) > 1:
        return f"Both{own}"
    if mention.who:
        return ("Alpha", "Beta")[min(mention.who[0], 2) - 1] + own
    if mention.other is None:
        return None
    if mention.leader or mention.kind is not Kind.OFFICE:
        return f"Gamma{own}"
    return "Staff"


def _verbs(text: str) -> str:
    parts, at = [], 0
    for hit in _VERB.finditer(text):
        before = text[: hit.start()]
        if hit.start() < at or _NOT_A_VERB.search(before) or (hit["UNITING"] and not _PARTICIPLE.search(before)):
            continue
        name = str(hit.lastgroup if hit.lastgroup != "up" else next(k for k in _FORMS if hit[k]))
        if (end := _partner(text, hit)) is not None:
            parts += [text[at : hit.start()], name]
            at = end
    return "".join([*parts, text[at:]])


def _partner(text: str, verb: re.Match[str]) -> int | None:
    """Where the verb with its object ends when it brings the principals together, else None."""
    left = re.findall(rf"\b({_PERSON}|Staff)\b(?!'s|-)", text[: verb.start()].replace("Side's", "Staff"))
    subject = left[-1] if left else None
    passive = re.search(r"\b(?:was|is|be|been|being|were|are)(?: \w+ly)? $", text[: verb.start()])
    reach = _REACH.match(re.sub(r"\bby ", "with ", text) if passive else text, verb.end())
    if passive and (by := re.match(r" (?:[\w ]{1,30} )?by (?P<person>Alpha|Beta)\b", text[verb.end() :])):
        return verb.end() + by.end() if subject in ("Alpha", "Beta") and by["person"] != subject else None
    if reach is None:
        paired = subject == "Both" and _ALONE.match(verb[0])
        return (
            verb.end()
            if paired and not re.match(r" (?:with )?(?:\w+ ){0,2}(?:the|a|an) (?!time)", text[verb.end() :])
            else None
        )
    who = reach["person"]
    if who == "Both":
        return reach.end() if subject in ("Both", None) else None
    if who in ("Alpha", "Beta"):
        if subject in ("Both", {"Alpha": "Beta", "Beta": "Alpha"}[who]):
            return reach.end()
        earlier = left[-2] if len(left) > 1 else None
        if subject == who and earlier not in (None, who, "Gamma", "Others", "Staff"):
            return reach.end()
    return None


_NOUNS = (
    (
        re.compile(
            r"\b(?:hours?|minutes|evening|afternoon|weekend|day|days"
            r"|time)(?: \w+ing)?(?: [\w-]+){0,2}? with (?:the |his |her )?(?:Alpha|Beta|Both)\b(?!'s)"
        ),
        "OURS",
    ),
    (
        re.compile(
            rf"\b(?:Alpha(?:'s)?(?:-|/| and | )Beta|Beta(?:'s)?(?:-|/| and | )Alpha)(?:'s)? {_MODIFIERS}{_NOUN}\b",
            re.IGNORECASE,
        ),
        "OURS",
    ),
    (re.compile(rf"\bBoth(?:'s {_MODIFIERS}{_NOUN}| (?:summit|meeting|encounter|sit-?down))\b", re.IGNORECASE), "OURS"),
    (
        re.compile(
            rf"\b(?:Gamma|Others)(?:'s)?(?:-| ){_MODIFIERS}{_NOUN}(?: (?:with|between|of"
            rf"|to) {_INNER}{_PERSON})?\b|\b(?:Alpha|Beta)(?:'s)?-Gamma {_MODIFIERS}{_NOUN}\b",
            re.IGNORECASE,
        ),
        "FOREIGN",
    ),
    (
        re.compile(
            rf"\b{_NOUN} {_INNER}(?:between|of|by|among|with|involving|for) {_INNER}(?:Both\b"
            rf"|Alpha,? (?:and|with) {_INNER}Beta|Beta,? (?:and|with) {_INNER}Alpha)",
            re.IGNORECASE,
        ),
        "OURS",
    ),
    (
        re.compile(
            rf"\b(?:Alpha(?:'s) {_MODIFIERS}{_NOUN} {_INNER}(?:with|of|for|to|from) {_INNER}Beta"
            rf"|Beta(?:'s) {_MODIFIERS}{_NOUN} {_INNER}(?:with|of|for|to|from) {_INNER}Alpha)\b(?!'s)",
            re.IGNORECASE,
        ),
        "OURS",
    ),
    (
        re.compile(rf"\b{_NOUN} {_INNER}(?:with|between|of|by|among) {_INNER}(?:Gamma|Others|Staff)\b", re.IGNORECASE),
        "FOREIGN",
    ),
    (re.compile(rf"\b(?:Staff)(?:'s)? {_MODIFIERS}{_NOUN}\b", re.IGNORECASE), "FOREIGN"),
)
_WITH_ONE = re.compile(rf"\b{_NOUN} {_INNER}(?:with|between) {_INNER}(?P<who>Alpha|Beta)\b(?!'s)", re.IGNORECASE)
_BARE = re.compile(rf"\b(?P<noun>{_NOUN})\b(?!-)", re.IGNORECASE)


_NEAR = re.compile(
    r"\bBoth\b(?:(?!Gamma|Others|Staff|\bthat\b|\bwho\b)[^;:,]){0,45}$"
    r"|\b(?:Alpha\b(?:(?!Gamma|Others|Staff)[^;:]){0,60}\bBeta|Beta\b(?:(?!Gamma|Others|Staff)[^;:]){0,60}\bAlpha)"
    r"\b(?:(?!Gamma|Others|Staff)[^;:,]){0,40}$"
)
_GENERIC = re.compile(r"talks|consultations|negotiations|discussions|session|lunch|dinner|breakfast", re.IGNORECASE)
_HOLDING = re.compile(
    r"\b(?:hold|held|holds|holding|have|had|has|having|for|over|began|begin|began|in)(?: [\w-]+){0,3} $"
)


def _nouns(text: str, both: bool) -> str:
    for pattern, word in _NOUNS:
        text = pattern.sub(word, text)
    text = _WITH_ONE.sub("OURS" if both or not re.search(r"Gamma|Staff|Others", text) else "FOREIGN", text)

    def settle(hit: re.Match[str]) -> str:
        if _PERSONAL.match(hit["noun"]):
            return "VISIT" if re.match(r"visit|trip|invit", hit["noun"], re.IGNORECASE) else hit[0]
        before = text[: hit.start()]
        if not _NEAR.search(before) or (_GENERIC.match(hit["noun"]) and not _HOLDING.search(before)):
            return "EVENT"
        return "OURS"

    return _BARE.sub(settle, text)
