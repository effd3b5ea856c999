"""Evidence of another kind, ruled on once by the council and good for everybody from then on (U-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rulebook.refusal import Refusal

from .rate_card import Rate

Ruling = Literal["accepted", "refused"]
SELF_CERTIFICATION = "self-certification"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """For one outcome, a kind that counts as another. A precedent once accepted."""

    outcome: str
    kind: str
    stands_for: str

    def __str__(self) -> str:
        return f"{self.kind} as {self.stands_for}"


def kind_is_asked_for(equivalent: Equivalent, rate: Rate) -> Refusal | None:
    if equivalent.stands_for in rate.evidence.accepted:
        return None
    return Refusal(
        "kind_not_on_card",
        f"{rate.code} does not ask for {equivalent.stands_for}.",
        f"Name one of: {', '.join(sorted(rate.evidence.accepted))}.",
    )


def kind_is_not_accepted_already(equivalent: Equivalent, rate: Rate) -> Refusal | None:
    if equivalent.kind not in rate.evidence.accepted:
        return None
    return Refusal(
        "kind_on_card", f"{rate.code} accepts {equivalent.kind} as it is.", "Attach it; no ruling is needed."
    )


def self_certification_stays_itself(equivalent: Equivalent, rate: Rate) -> Refusal | None:
    """Nothing becomes evidence by being certified by oneself, in this way or another (BR-E3)."""
    if SELF_CERTIFICATION not in (equivalent.kind, equivalent.stands_for):
        return None
    return Refusal(
        "self_certification_stays_itself",
        "A self-certification stands for nothing else, and nothing stands for it.",
        "Propose a document that somebody else made, or a note.",
    )


RULES = (kind_is_asked_for, kind_is_not_accepted_already, self_certification_stays_itself)


def refusals_of_proposal(equivalent: Equivalent, rate: Rate) -> tuple[Refusal, ...]:
    """Every reason why it cannot be put to the council; none when it can."""
    answers = (rule(equivalent, rate) for rule in RULES)
    return tuple(refusal for refusal in answers if refusal is not None)


def there_is_a_ruling(ruling: str | None) -> Refusal | None:
    if ruling is not None:
        return None
    return Refusal("not_ruled", "The Council has not ruled on it.", "Rule on it; there is nothing to put right yet.")


def ruling_is_another(before: str | None, after: Ruling) -> Refusal | None:
    if before != after:
        return None
    return Refusal("ruled_so_already", f"It is {before} already.", "Leave it, rule otherwise, or withdraw the ruling.")


def kinds_stood_for(kinds: frozenset[str], precedents: Iterable[Equivalent]) -> frozenset[str]:
    """What these kinds count as by precedent; what stands for another is not stood for again."""
    return frozenset(each.stands_for for each in precedents if each.kind in kinds)
