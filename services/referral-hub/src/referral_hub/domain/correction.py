"""Putting right what was entered wrongly: by addition, with a reason; what stood before stays readable."""

from collections.abc import Mapping
from typing import Literal

from rulebook.refusal import Refusal

CorrectionKind = Literal[
    "referral",
    "triage",
    "reopening",
    "allocation-withdrawn",
    "drop-in",
    "drop-in-withdrawn",
    "decline",
    "question-withdrawn",
]
"""What was put right: facts of a referral, its triage, its end, its placement; a drop-in, or that there was one; a
decline; that the hub asked something."""


def something_is_put_right(changes: Mapping[str, object]) -> Refusal | None:
    """`changes` are those that differ from what is recorded."""
    if changes:
        return None
    return Refusal(
        "nothing_corrected",
        "The record says all of this already.",
        "Change what is wrong, or leave the record as it is.",
    )
