"""What must have been claimed before."""

from ..parameters import OutcomeCode
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule


class PrerequisiteIsClaimed(Rule):
    """A second assessment needs a first (A-67)."""

    passed = "{prerequisite}, which comes first, has been claimed."
    rests_on_other_claims = True
    prerequisite: OutcomeCode

    def decide(self, question: Question) -> Refusal | None:
        if any(question.live_claims(self.prerequisite)):
            return None
        return Refusal(
            "prerequisite_missing",
            f"{question.rate.code} follows {self.prerequisite}, which has not been claimed.",
            f"Evidence {self.prerequisite} first.",
        )
