"""How much of one kind of evidence there must be."""

from ..parameters import Count, Slug
from ..question import Question
from ..refusal import Refusal
from .always import AboutEvidence


class ItemsAreEnough(AboutEvidence):
    """So many items of one kind: the first DASH form and the second (BR-G12)."""

    passed = "{count} or more of this kind are attached: {item_kind}."
    item_kind: Slug
    count: Count

    def decide(self, question: Question) -> Refusal | None:
        there = len({item.item_id for item in question.outcome.evidence if item.kind == self.item_kind})
        if there >= self.count:
            return None
        return Refusal(
            "evidence_missing",
            f"{self.count} items of {self.item_kind} are needed and {there} are attached.",
            f"Attach {self.count - there} more of this kind: {self.item_kind}.",
        )
