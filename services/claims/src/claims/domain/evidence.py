"""Whether what is shown is what the rate card asks for."""

from collections.abc import Collection
from uuid import UUID

from .equivalent import kinds_stood_for
from .refusal import Refusal
from .rules.question import Question

SELF_CERTIFICATION = "self-certification"
CASE_NOTE = "case-note"


def counting_kinds(question: Question) -> frozenset[str]:
    """Kinds that count, by precedent too; those with a condition only if its fact holds (BR-E8, BR-G23, U-04)."""
    condition = question.rate.evidence.only_if
    there = question.outcome.kinds | kinds_stood_for(question.outcome.kinds, question.precedents)
    return frozenset(k for k in there if k not in condition or question.facts.holds(condition[k]))


def evidence_looked_at(question: Question) -> tuple[UUID, ...]:
    return tuple(item.item_id for item in question.outcome.evidence)


def every_required_item_is_there(question: Question) -> Refusal | None:
    """ALL of these (BR-E1)."""
    counting = counting_kinds(question)
    missing = [kind for kind in question.rate.evidence.all_of if kind not in counting]
    if not missing:
        return None
    listed = ", ".join(missing)
    remedy = f"Attach: {listed}.{_what_makes_them_count(question, missing)}"
    return Refusal("evidence_missing", f"Evidence still needed: {listed}.", remedy)


def one_accepted_item_is_there(question: Question) -> Refusal | None:
    """ANY one of these (BR-E2)."""
    return _one_of(question, question.rate.evidence.any_of, "evidence_missing")


def one_accompanying_item_is_there(question: Question) -> Refusal | None:
    """PLUS one of those: a plan or note, and beside it a letter or statement (BR-E2)."""
    return _one_of(question, question.rate.evidence.plus, "accompanying_evidence_missing")


def _one_of(question: Question, accepted: Collection[str], code: str) -> Refusal | None:
    if not accepted or counting_kinds(question).intersection(accepted):
        return None
    listed = ", ".join(accepted)
    remedy = f"Attach any one of: {listed}.{_what_makes_them_count(question, accepted)}"
    return Refusal(code, "Nothing that is attached counts for this.", remedy)


def _what_makes_them_count(question: Question, kinds: Collection[str]) -> str:
    """Of the kinds that count only where a fact is recorded, which fact that is."""
    conditions = question.rate.evidence.only_if
    told = [
        f"{kind} counts once this is recorded: {conditions[kind].replace('_', ' ')}"
        for kind in kinds
        if kind in conditions and not question.facts.holds(conditions[kind])
    ]
    return f" {'; '.join(told)}." if told else ""


def self_certification_stands_alone(question: Question) -> bool:
    """It is the only accepted kind there is."""
    return counting_kinds(question).intersection(question.rate.evidence.any_of) == frozenset({SELF_CERTIFICATION})


def self_certification_is_not_alone(question: Question) -> Refusal | None:
    """Never in isolation: a second item on the card's list, or a cited case note, goes with it (BR-E3)."""
    there = question.outcome.kinds | kinds_stood_for(question.outcome.kinds, question.precedents)
    second = there & (question.rate.evidence.accepted | {CASE_NOTE}) - {SELF_CERTIFICATION}
    if second or not self_certification_stands_alone(question):
        return None
    listed = ", ".join(sorted(question.rate.evidence.accepted - {SELF_CERTIFICATION}))
    return Refusal(
        "self_certification_alone",
        "A self-certification is never accepted by itself.",
        f"Cite a case note that bears it out, or attach one of: {listed}.",
        items=tuple(item.item_id for item in question.outcome.evidence if item.kind == SELF_CERTIFICATION),
    )


def items_are_enough(question: Question, *, item_kind: str, count: int) -> Refusal | None:
    """So many items of one kind: the first DASH form and the second (BR-G12)."""
    there = len({item.item_id for item in question.outcome.evidence if item.kind == item_kind})
    if there >= count:
        return None
    return Refusal(
        "evidence_missing",
        f"{count} items of {item_kind} are needed and {there} are attached.",
        f"Attach {count - there} more of this kind: {item_kind}.",
    )
