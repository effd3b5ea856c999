"""Putting right what was recorded wrongly: by addition, with a reason; what stood before stays readable."""

from datetime import date
from typing import Literal

from rulebook.refusal import Refusal

CorrectionKind = Literal[
    "start",
    "start-withdrawn",
    "phase",
    "phase-withdrawn",
    "plan",
    "plan-withdrawn",
    "goal",
    "assessment",
    "assessment-withdrawn",
    "closure-request",
    "closure-request-withdrawn",
    "closure",
    "reopening",
    "joint-work",
    "joint-work-withdrawn",
    "fund-request",
    "fund-request-withdrawn",
    "outcome",
    "document",
    "note",
]
"""What was put right: something of a case, or of a part of it; `…-withdrawn`, that there was such a part at all."""

OF_FUND: frozenset[CorrectionKind] = frozenset({"fund-request", "fund-request-withdrawn"})
"""They tell amounts, and so are not for all who read a case (A-55)."""


def it_still_stands(withdrawn_on: date | None) -> Refusal | None:
    """What was taken back stays as it was, for all to read."""
    if withdrawn_on is None:
        return None
    return Refusal(
        "withdrawn_already", f"It was taken back on {withdrawn_on}.", "Record it again, if there was one.", kind="state"
    )
