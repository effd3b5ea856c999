"""What of the evidence counts, and what to attach where it does not."""

from collections.abc import Collection
from uuid import UUID

from .equivalent import kinds_stood_for
from .fact import in_words
from .question import Question
from .refusal import Refusal

SELF_CERTIFICATION = "self-certification"
CASE_NOTE = "case-note"


def counting_kinds(question: Question) -> frozenset[str]:
    """Kinds that count, by precedent too; those with a condition only if its fact holds (BR-E8, BR-G23, U-04)."""
    conditions = question.rate.evidence.conditions
    there = kinds_there(question)
    return frozenset(k for k in there if k not in conditions or question.facts.holds(conditions[k]))


def kinds_there(question: Question) -> frozenset[str]:
    """What was shown or answered, and what that stands for by precedent."""
    there = question.answers.there(question.outcome.kinds)
    return there | kinds_stood_for(there, question.precedents)


def evidence_looked_at(question: Question) -> tuple[UUID, ...]:
    """All of the outcome's evidence, for rules that look at each item."""
    return tuple(item.item_id for item in question.outcome.evidence)


def one_of(question: Question, kinds: Collection[str], code: str) -> Refusal | None:
    """A refusal, with this code, unless one of the accepted kinds counts."""
    if not kinds or counting_kinds(question).intersection(kinds):
        return None
    return Refusal(
        code,
        "None of the evidence attached counts for this outcome.",
        asked_for(question, kinds, "Attach any one of"),
    )


def asked_for(question: Question, kinds: Collection[str], attach: str) -> str:
    """What to attach, under which condition it counts, and what only the answer of a source is."""
    conditions, answer_kinds = question.rate.evidence.conditions, question.answers.kinds
    documents = [kind for kind in kinds if kind not in answer_kinds]
    sentences = [f"{attach}: {', '.join(documents)}."] if documents else []
    sentences += [
        f"{kind} counts once this is recorded: {in_words(conditions[kind].name)}."
        for kind in documents
        if kind in conditions and not question.facts.holds(conditions[kind])
    ]
    if answers := [kind for kind in kinds if kind in answer_kinds]:
        sentences.append(
            f"{'Or ask' if documents else 'Ask'} the Council to record what the source answers: {', '.join(answers)}."
        )
    return " ".join(sentences)


def self_certification_stands_alone(question: Question) -> bool:
    """It is the only accepted kind there is."""
    return counting_kinds(question).intersection(question.rate.evidence.any_of) == frozenset({SELF_CERTIFICATION})
