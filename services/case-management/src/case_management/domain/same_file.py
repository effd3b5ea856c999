"""The same file under two participants: a letter about both, or a document in the wrong case. A person says which."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from rulebook.refusal import Refusal

SameFileDecision = Literal["coincidence", "wrong"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody who saw both says."""

    decision: SameFileDecision
    wrong_id: UUID | None
    """The document that does not belong where it is."""


def wrong_one_is_named(judgement: Judgement, pair: tuple[UUID, UUID]) -> Refusal | None:
    """One of the two where one is wrong, and none where both belong."""
    wrong_id = judgement.wrong_id
    if (wrong_id in pair) if judgement.decision == "wrong" else (wrong_id is None):
        return None
    return Refusal(
        "wrong_document_not_named",
        "It is not clear which document does not belong where it is.",
        f"Give `wrong_id` as {pair[0]} or {pair[1]} with `wrong`, and leave it out with `coincidence`.",
    )


def evidence_is_not_wrong(wrong: int) -> Refusal | None:
    if not wrong:
        return None
    return Refusal(
        "document_of_another",
        f"{wrong} of the items were found to be of another participant.",
        "Name other evidence. If that is a mistake, ask the prime to decide on the same file again.",
    )
