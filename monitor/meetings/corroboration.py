"""Whether the reports of one step suffice to make it a change. Knows nothing of which meeting they speak of."""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import Final

import msgspec

from monitor.meetings.model import Observation, Policy, Report
from monitor.statuses import Signal, Speaker

TOGETHER_DAYS: Final = 30
"""Reports of one step that lie further apart than this do not add up."""
_SUREST: Final = 0.995
_FAINTEST: Final = 0.02


class Support(msgspec.Struct, frozen=True):
    """One article's word for one step of one meeting."""

    article: str
    voice: str
    day: int
    official: bool
    corrected: bool
    odds: float
    """Log odds that the article was read rightly, less what is surprising in it."""
    contrary: bool = False
    """It speaks against the step: it repeats what the step would end."""


class Finding(msgspec.Struct, frozen=True):
    """What the supports of a step amount to."""

    enough: bool
    voices: int
    official: bool
    certainty: float
    why: str


def support(seen: Observation, report: Report, day: int, surprise: float, contrary: bool = False) -> Support:
    """The word of `report` for (or against) a step; `surprise` in log odds, negative where the step is unlikely."""
    confidence = 1.0 if seen.corrected else min(max(report.confidence, _FAINTEST), _SUREST)
    return Support(
        article=seen.article,
        voice=seen.voice,
        day=day,
        official=seen.corrected or report.speaker is Speaker.OFFICIAL,
        corrected=seen.corrected,
        odds=log(_SUREST / (1 - _SUREST)) if seen.corrected else log(confidence / (1 - confidence)) + surprise,
        contrary=contrary,
    )


def weigh(step: Signal, supports: Sequence[Support], policy: Policy) -> Finding:
    """Voices, officials and certainty for a step, and whether the policy takes them for enough."""
    speaking = _one_per_voice(s for s in supports if not s.contrary)
    official = any(s.official for s in speaking)
    odds = sum(s.odds for s in speaking) - sum(s.odds for s in _one_per_voice(s for s in supports if s.contrary))
    certainty = round(1 / (1 + exp(-odds)), 4)
    needed = policy.proposed_voices if step is Signal.PROPOSED else policy.voices
    why = ""
    if any(s.corrected for s in speaking):
        why = "A person said so."
    elif certainty < policy.least_certainty:
        return Finding(False, len(speaking), official, certainty, "The readings are too unsure.")
    elif len(speaking) >= needed:
        why = f"{len(speaking)} independent voice{'s' * (len(speaking) > 1)}, as many as needed."
    elif official and policy.official_suffices:
        why = "An official says so on the record."
    elif certainty >= policy.sure_confidence:
        why = "One report, read with great certainty."
    return Finding(bool(why), len(speaking), official, certainty, why or f"{needed} independent voices are needed.")


def _one_per_voice(supports: Iterable[Support]) -> list[Support]:
    """Copies of one dispatch count once: of each voice the surest word."""
    surest: dict[str, Support] = {}
    for each in supports:
        if each.voice not in surest or each.odds > surest[each.voice].odds:
            surest[each.voice] = each
    return list(surest.values())
