"""Finds the words of one sentence that may stand for persons. Looks at no other sentence."""

import re
from collections.abc import Iterable, Sequence

from monitor.reading.cast import OFFICES, Role
from monitor.reading.mentions import Kind, Mention
from monitor.reading.plain import plain, words
from monitor.reading.tables import Tables

TITLES = (
    r"(?:(?:Prime|Foreign|First|Deputy|Vice)[ -])?(?:President|Premier|Minister|Chancellor|Secretary)s?(?:[- ]elect)?"
    r"|Messrs\.?|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Chairman|Chairwoman|General Secretary|King|Queen"
    r"|Pope|Emir|Sheikh|Sultan|Crown Prince"
    r"|Prince|Gen\.?|General|Marshal|Field Marshal|Leader|Comrade|Senator|Sen\.|Governor|Gov\.|Ambassador|Sir"
    r"|presidents?|prime minister|premier|chancellor|leader|ruler|strongman|dictator|counterpart|colleague|rival"
    r"|crown prince|king|general secretary|taoiseach|Taoiseach|PM|party chief"
)
_COUNTERPART = r"counterpart|colleague|opposite number|guest|visitor|host|rival"
_STAFF = (
    r"administration|aides?|advis[eo]rs?|spokes(?:man|woman|person|people)|teams?|officials?"
    r"|envoys?|negotiators?|emissar\w+"
    r"|delegations?|lawyers?|sons?|daughters?|wife|son-in-law|ally|allies|camp|government|cabinet|ministers?"
    r"|national security advis[eo]r|(?:foreign|defen[cs]e) (?:minister|secretary)|secretary of state|press secretary"
    r"|chief of staff|representatives?|staff|people|entourage|campaign|supporters?|critics?|predecessors?"
    r"|deputy|successor|vice[- ]president|men\b|office|party|ambassador|security council"
)
_MODIFIERS = (
    r"top|senior|chief|special|personal|key|close|closest|foreign[- ]policy|economic|former|own|new|press|main|longtime"
    r"|national|security|trusted|legal|diplomatic|Middle East|peace|national security|incoming|White House|Kremlin"
)
_THINGS = (
    r"Jr\b|Sr\b|Tower|Organi[sz]ation|International|Hotel|Foundation|University|Institute|Airport|Library|Plaza|Media"
    r"|Doctrine|Heights|National Golf|Center|Centre|Avenue|Street|Stadium|Prize|era\b|ism\b|like\b|style\b|backed\b"
)
_ENVOYS = (
    r"(?:(?:deputy|vice|assistant) )?(?:foreign|defen[cs]e|finance|trade|interior"
    r"|economy) (?:ministers?\b|secretar(?:y|ies))"
    r"|secretar(?:y|ies) of state|national security (?:adviser|advisor)s?|ambassadors?|envoys?"
    r"|negotiators?|delegations?"
    r"|diplomats?|sherpas?|emissar(?:y|ies)|special representatives?|vice[- ]presidents?|foreign policy chiefs?"
    r"|(?:presidential |senior |top )?(?:aides?|advis[eo]rs?|assistants?)|technical teams"
    r"|lower-level officials|senior officials"
)
_HEADS = (
    r"[Pp]resident|[Pp]rime [Mm]inister|[Pp]remier|[Cc]hancellor|King|Queen|Crown Prince|Emir|Pope|Sultan|Taoiseach"
)
_RELATIVES = words(
    """
    melania ivanka eric jared barron tiffany hunter jill ashley hillary chelsea michelle laura nancy
    raisa lyudmila lyudmila naina brigitte peng emine bilal olena asma jeb barbara lara kai
    """
)
_NOT_GIVEN = words(
    """
    the a an and or but so if when while after before as for with from to of in on at by that this
    mr mrs ms dr us uk president presidents leaders messrs prime minister premier chancellor
    chairman leader king pope crown prince sheikh general secretary said says did does do will would
    could should can may might is was are were has have had what why how who where both neither
    either nor not yet only even once since until although though because against about between like
    than then also meanwhile however later earlier still thus here there monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september october
    november december watch read report reports exclusive breaking live update video photo opinion
    analysis asked tell told let letting see sees seeing meet meets meeting invite invites host
    hosts hosting inviting comrade elect face hear hears ask asks call calls despite during under
    over without versus vs moscow washington kremlin beijing kyiv kiev republican democrat
    democratic donald
    """
)
_HEAD = re.compile(
    rf"\b(?:president|prime minister|premier|leader|chancellor|crown prince|king|emir|PM|pope"
    rf"|strongman|{_COUNTERPART})\b",
    re.IGNORECASE,
)
_BEFORE_HEAD = re.compile(r"(?P<words>(?:[\w.'-]+ ){1,3}?)(?:(?:new|visiting|interim|outgoing|late|then) )?$")
_OF_LAND = re.compile(r" of (?:the )?(?P<land>[A-Z][\w.']*(?: [\w.']+){0,3})")
_NAME_RUN = re.compile(
    r"(?<![\w])[A-Z][\w'.-]*\w(?:\s+(?:(?:al|el|bin|ibn|de|del|von|van|der|da|dos|ul)[\s-])?[A-Z][\w'-]*\w)*"
)
_PRONOUNS = re.compile(r"\b(?:he|him|his|himself|she|her|herself)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\b(?:(?:the|both|these|those) (?:two |same two )?(?:world |rival |countries' |nations' "
    r"|neighbou?rs' |superpower )?"
    r"(?:leaders|presidents|heads of (?:state|government)|prime ministers|premiers|statesmen|strongmen|rulers|chiefs)"
    r"|(?:the|both|these) (?:two )?men|the (?:pair|duo|twosome)|(?:the two|both) of them|each other|one another"
    r"|the two(?= (?:met|meet|will|would|had|have|are|were|last|spoke|talked|held|sat|shook"
    r"|could|might|should|may|did|agreed|also|then|discussed|spent|first)\b)"
    r"|(?<=of )the two(?! \w+s\b)|(?<=between )the two(?! \w+s\b)"
    r"|two leaders|two presidents|leaders of the two (?:countries|nations|states)"
    r"|presidents of the two (?:countries|nations|states))\b"
    r"|\bboth(?= (?:will|would|are|were|have|had|attend|plan)\b)",
    re.IGNORECASE,
)
_THE_OFFICE = re.compile(
    r"\b(?:the|The|his|our|its) (?:visiting )?(?P<office>[Pp]resident|[Pp]rime [Mm]inister"
    r"|[Pp]remier|[Cc]hancellor|[Cc]hairman|[Gg]eneral [Ss]ecretary"
    r"|[Cc]rown [Pp]rince|[Pp]ope|[Pp]ontiff|[Tt]aoiseach|[Ee]mir|[Kk]ing)\b(?!-| of | for | [A-Z])"
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(plain(word)) for word in words if word}, key=lambda w: (-len(w), w)))


class Spotter:
    """Finds mentions for one watch; its patterns are made once."""

    def __init__(self, roles: Sequence[Role], tables: Tables) -> None:
        self.roles = tuple(roles)
        self._tables = tables
        self._names = [(role, _name_pattern(role)) for role in roles]
        self._offices = [(role, _office_pattern(role, tables)) for role in roles if role.country]
        self._pairs = _pair_patterns(roles, tables)
        people = _any(tables.by_people)
        self._before = re.compile(
            rf"(?:\b[Tt]he )?(?:(?:{people})(?:'s)? )?(?:(?:{TITLES}|then-President|President-elect) )+$"
        )
        self._people = {plain(word).lower() for word in tables.by_people}
        self._lands = {plain(name).lower() for c in tables.countries.values() for name in (c.name, *c.also)}
        self._envoys = re.compile(rf"\b(?:{_ENVOYS})\b", re.IGNORECASE)
        self._words = frozenset(w.lower() for table in (tables.by_people, tables.by_place) for w in table)
        self._own = frozenset(form for role in roles for form in _leader_forms(role, tables))

    def spot(self, text: str, headline: bool, introduced: set[str]) -> list[Mention]:
        """Mentions in one sentence in plain spelling, in order, not overlapping.

        `introduced` holds the surnames of other people met so far in the article; new ones are added to it.
        """
        found: list[Mention] = []
        for role, pattern in self._names:
            found += self._by_name(role, pattern, text, headline)
        for who, pattern in self._pairs:
            _add(found, (Mention(h.start(), h.end(), Kind.PAIR, who) for h in pattern.finditer(text)))
        _add(found, (self._by_office(role, hit, text) for role, p in self._offices for hit in p.finditer(text)))
        _add(found, (Mention(h.start(), h.end(), Kind.PAIR) for h in _BOTH.finditer(text)))
        _add(found, self._others(text, headline, introduced))
        _add(found, (Mention(h.start(), h.end(), Kind.OFFICE) for h in _THE_OFFICE.finditer(text)))
        for pattern in (_PRONOUNS, _THEY):
            _add(found, (Mention(h.start(), h.end(), Kind.PRONOUN) for h in pattern.finditer(text)))
        return _joined(text, sorted(found, key=lambda m: m.start))

    def _by_name(self, role: Role, pattern: re.Pattern[str], text: str, headline: bool) -> Iterable[Mention]:
        for hit in pattern.finditer(text):
            before, after = text[max(0, hit.start() - 60) : hit.start()], text[hit.end() : hit.end() + 60]
            if re.match(rf"(?:'s)?[ -](?:{_THINGS})|'an\b", after) or re.search(r"\b(?:anti|pro|non)-$", before):
                continue
            if " " not in hit[0] and self._namesake(role, hit, text, headline):
                yield Mention(hit.start(), hit.end(), Kind.NAME, other=hit[0])
                continue
            start = hit.start()
            if (title := self._before.search(before)) and not re.match(r"\s*former", title[0]):
                start -= len(title[0])
            side = re.match(
                rf"'s? (?:[\w-]+ ){{0,3}}?(?:{_STAFF})\b|[ -](?:(?:{_MODIFIERS}) ){{0,2}}(?:{_STAFF})\b", after
            )
            yield Mention(start, hit.end(), Kind.SIDE if side else Kind.NAME, (role.number,))

    def _namesake(self, role: Role, hit: re.Match[str], text: str, headline: bool) -> bool:
        """Whether a bare surname belongs to somebody else: another given name stands before it, or after it."""
        if given := re.search(r"(?P<first>^|[.:\"] ?)?(?<![\w'])(?P<word>[A-Z][\w-]+|[A-Z]\.) $", text[: hit.start()]):
            word = given["word"].lower().rstrip(".")
            if word in _RELATIVES:
                return True
            known = word in _NOT_GIVEN or word[0] in role.given or word in self._words
            if not (known or headline or given["first"] is not None or given.start("word") == 0):
                return True
        if role.family_first and not headline:
            return bool(re.match(r" [A-Z][a-z]+(?:-[a-z]+| [A-Z][a-z]+)?\b(?<!Monday)(?<!Tuesday)", text[hit.end() :]))
        return False

    def _by_office(self, role: Role, hit: re.Match[str], text: str) -> Mention:
        former = re.search(r"(?:former|ex|late|ousted)[ -]$", text[: hit.start()], re.IGNORECASE)
        named = re.match(r"(?:,? (?=[A-Z][\w-]+ [A-Z])| )(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)*)", text[hit.end() :])
        stranger = named and not self._is_common(named["name"]) and not text[hit.end() : hit.end() + 1].isspace()
        stranger = stranger or (named and self._is_person(named["name"]))
        if former or stranger:
            return Mention(hit.start(), hit.end(), Kind.OFFICE, other=hit[0], leader=not former)
        return Mention(hit.start(), hit.end(), Kind.OFFICE, (role.number,))

    def _is_common(self, name: str) -> bool:
        first = name.split()[0]
        return first.lower() in _NOT_GIVEN or name in self._tables.by_place or first in self._tables.by_people

    def _is_person(self, name: str) -> bool:
        if any(re.search(rf"\b{pattern.pattern}", name) for _, pattern in self._names):
            return False
        return name in self._tables.by_leader or (" " in name and not self._is_common(name))

    def _others(self, text: str, headline: bool, introduced: set[str]) -> Iterable[Mention]:
        for hit in self._envoys.finditer(text):
            yield Mention(hit.start(), hit.end(), Kind.OFFICE, other=hit[0])
        yield from self._elsewhere(text)
        for hit in _NAME_RUN.finditer(text):
            begin = hit.start() + (hit[0].rfind("'s ") + 3 if "'s " in hit[0] else 0)
            name = re.sub(r"'s?$", "", text[begin : hit.end()])
            if (leader := self._leader(name, text[:begin], introduced)) is not None:
                introduced.add(name.split()[-1])
                yield Mention(begin, begin + len(name), Kind.NAME, other=name, leader=leader)
            elif self._other_person(name, text[:begin], headline, introduced):
                introduced.add(name.split()[-1])
                yield Mention(begin, begin + len(name), Kind.NAME, other=name)

    def _elsewhere(self, text: str) -> Iterable[Mention]:
        """Heads of any country: `the French president`, `Israel's prime minister`, `the president of Chile`."""
        for hit in _HEAD.finditer(text):
            before = _BEFORE_HEAD.search(text[: hit.start()])
            words = before["words"].split() if before else []
            for count in range(len(words), 0, -1):
                phrase = " ".join(words[-count:])
                owner = phrase.removesuffix("'s").lower()
                if owner in self._people or (owner in self._lands and phrase.endswith("'s")):
                    start = text.rindex(phrase, 0, hit.start())
                    yield Mention(start, hit.end(), Kind.OFFICE, other=text[start : hit.end()], leader=True)
                    break
            of = _OF_LAND.match(text, hit.end())
            if of and (end := self._land_end(of["land"])):
                stop = of.start("land") + end
                yield Mention(hit.start(), stop, Kind.OFFICE, other=text[hit.start() : stop], leader=True)

    def _land_end(self, words: str) -> int:
        """How long the name of a country is with which the words begin; 0 where none does."""
        parts = [hit.end() for hit in re.finditer(r"[\w.']+", words)]
        return next((end for end in reversed(parts) if words[:end].lower() in self._lands), 0)

    def _leader(self, name: str, before: str, introduced: set[str]) -> bool | None:
        """True for a leader of the table, or one whom a head's title introduces; None for anybody else."""
        bare = re.sub(rf"^(?:(?:{TITLES}) )+", "", name)
        if bare in self._own or bare.split()[-1] in self._own:
            return None
        known = self._tables.by_leader.get(bare)
        if known and (" " in bare or bare in introduced or len(bare) > 4 or bare in ("Xi", "Kim", "Abe", "Modi")):
            return True
        titled = re.search(rf"(?:^|\s)(?:{_HEADS}) $", before) or re.match(rf"(?:{_HEADS}) ", name)
        return True if titled and bare[:1].isupper() else None

    def _other_person(self, name: str, before: str, headline: bool, introduced: set[str]) -> bool:
        words = name.split()
        if len(words) == 1:
            return name in introduced and name not in self._own
        if headline or len(words) > 3 or name.isupper() or any(w in self._own for w in words):
            return False
        if any(
            w in self._tables.place_words
            or w in self._tables.by_place
            or w in self._tables.by_people
            or w.lower() in _NOT_GIVEN
            for w in words
        ):
            return False
        return not (name in self._tables.place_words or re.search(_ORGANISATION, name) or before.endswith(" the "))


_ORGANISATION = re.compile(
    r"\b(?:House|Council|Ministry|Department|Times|Post|Journal|News|Agency|Union|Nations"
    r"|Congress|Senate|Party|Committee"
    r"|Office|Bank|University|Institute|Center|Centre|Street|Palace|Hotel|Court|Army|Force|Press|TV|Radio|Daily|Street"
    r"|East|West|North|South|Sea|River|Island|Islands|Bay|Valley|City|Airport|Square|Hall|Park|War|Treaty|Accord"
    r"|Organi[sz]ation|Group|Forum|Summit|Conference|Assembly|Security|National|International|State|Air|Read|More"
    r"|Related|Subscribe|Newsletter|Image|File|Photo|Getty|Reuters|Story|Stories|Comments?|Cup"
    r"|Games|Facebook|Twitter|Day)\b"
)


def _leader_forms(role: Role, tables: Tables) -> Iterable[str]:
    yield plain(role.name)
    yield from (plain(role.name).split()[-1:])
    for leader in tables.leaders:
        if plain(leader.name) == plain(role.name):
            yield from map(plain, leader.short)


def _add(found: list[Mention], more: Iterable[Mention]) -> None:
    for mention in more:
        if all(mention.end <= old.start or mention.start >= old.end for old in found):
            found.append(mention)


def _joined(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Somebody else's office and the name that follows it are one mention."""
    joined: list[Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        office = last is not None and last.kind is Kind.OFFICE and last.other is not None
        if (
            last
            and office
            and mention.kind is Kind.NAME
            and mention.other
            and text[last.end : mention.start] in (" ", ", ")
        ):
            leader = last.leader or mention.leader
            joined[-1] = Mention(last.start, mention.end, Kind.NAME, other=mention.other, leader=leader)
        else:
            joined.append(mention)
    return joined


def _name_pattern(role: Role) -> re.Pattern[str]:
    forms = [form if form in role.loose else f"(?i:{form})" if " " not in form else form for form in role.names]
    capitals = [form.upper() for form in role.loose]
    return re.compile(rf"(?<![\w.])(?:{'|'.join([*forms, *capitals])})(?!\w)")


def _office_pattern(role: Role, tables: Tables) -> re.Pattern[str]:
    country = tables.countries.get(role.country or "")
    if country is None:
        return re.compile(r"(?!)")
    people, lands = _any(country.people), _any([country.name, *country.also])
    offices = "|".join(OFFICES.get(o, re.escape(o)) for o in role.offices or ("leader",))
    seats = _any([country.capital, *country.seats])
    return re.compile(
        rf"\b(?:the )?(?:{people}|(?:{lands})'s|(?:{seats})'s)(?: (?:visiting|current"
        rf"|own))? (?:{offices}|{_COUNTERPART})\b"
        rf"|\b(?:the )?(?:{offices}) of (?:the )?(?:{lands})\b(?! and )"
        rf"|\b(?:the )?(?:{seats}) (?:leader|chief|boss|occupant|incumbent|strongman|master)\b",
        re.IGNORECASE,
    )


_PREFIX = {"Russia": "Russo", "China": "Sino", "France": "Franco", "United Kingdom": "Anglo", "India": "Indo",
           "Soviet Union": "Soviet", "Germany": "Germano", "Turkey": "Turco", "Greece": "Greco"}  # fmt: skip


def _pair_patterns(roles: Sequence[Role], tables: Tables) -> list[tuple[tuple[int, ...], re.Pattern[str]]]:
    """`US-Russia summit`, `the Russian and American presidents`, `the presidents of Russia and the United States`."""
    patterns = []
    for one in roles:
        for two in roles:
            a, b = tables.countries.get(one.country or ""), tables.countries.get(two.country or "")
            if one.number == two.number or a is None or b is None or a is b:
                continue
            first = _any([*a.people, a.name, *a.also, a.capital, *a.seats, _PREFIX.get(a.name, "")])
            second = _any([*b.people, b.name, *b.also, b.capital, *b.seats])
            heads = r"leaders|presidents|heads(?: of state| of government)?|premiers|prime ministers"
            patterns.append(
                (
                    tuple(sorted((one.number, two.number))),
                    re.compile(
                        rf"\b(?:the )?(?:{first})(?:-| and (?:the )?|/)(?:{second}) (?:{heads}|(?:presidential "
                        rf"|leaders' )?summit)\b"
                        rf"|\b(?:the )?(?:{heads}) of (?:the )?(?:{first}) and (?:of )?(?:the )?(?:{second})\b",
                        re.IGNORECASE,
                    ),
                )
            )
    return patterns
