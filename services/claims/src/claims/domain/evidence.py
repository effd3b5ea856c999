"""Whether what is shown is what the rate card asks for."""

from collections.abc import Collection
from uuid import UUID

from rulebook.refusal import Refusal

from .equivalent import kinds_stood_for
from .rules.question import Question

SELF_CERTIFICATION = "self-certification"
CASE_NOTE = "case-note"


def counting_kinds(question: Question) -> frozenset[str]:
    """Kinds that count, by precedent too; those with a condition only if its fact holds (BR-E8, BR-G23, U-04)."""
    condition = question.rate.evidence.only_if
    there = _kinds_there(question)
    return frozenset(k for k in there if k not in condition or question.facts.holds(condition[k]))


def _kinds_there(question: Question) -> frozenset[str]:
    """What was shown or answered, and what that stands for by precedent."""
    there = question.answers.there(question.outcome.kinds)
    return there | kinds_stood_for(there, question.precedents)


def evidence_looked_at(question: Question) -> tuple[UUID, ...]:
    return tuple(item.item_id for item in question.outcome.evidence)


def every_required_item_is_there(question: Question) -> Refusal | None:
    """ALL of these (BR-E1)."""
    counting = counting_kinds(question)
    missing = [kind for kind in question.rate.evidence.all_of if kind not in counting]
    if not missing:
        return None
    listed = ", ".join(missing)
    remedy = _asked_for(question, missing, "Attach")
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
    return Refusal(
        code,
        "None of the evidence attached counts for this outcome.",
        _asked_for(question, accepted, "Attach any one of"),
    )


def _asked_for(question: Question, kinds: Collection[str], attach: str) -> str:
    """What to attach, under which condition it counts, and what only the answer of a source is."""
    conditions, answered = question.rate.evidence.only_if, question.answers.kinds
    shown = [kind for kind in kinds if kind not in answered]
    told = [f"{attach}: {', '.join(shown)}."] if shown else []
    told += [
        f"{kind} counts once this is recorded: {conditions[kind].replace('_', ' ')}."
        for kind in shown
        if kind in conditions and not question.facts.holds(conditions[kind])
    ]
    if asked := [kind for kind in kinds if kind in answered]:
        told.append(
            f"{'Or ask' if shown else 'Ask'} the Council to record what the source answers: {', '.join(asked)}."
        )
    return " ".join(told)


def self_certification_stands_alone(question: Question) -> bool:
    """It is the only accepted kind there is."""
    return counting_kinds(question).intersection(question.rate.evidence.any_of) == frozenset({SELF_CERTIFICATION})


def self_certification_is_not_alone(question: Question) -> Refusal | None:
    """Never in isolation: a second item on the card's list, or a cited case note, goes with it (BR-E3)."""
    there = _kinds_there(question)
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
