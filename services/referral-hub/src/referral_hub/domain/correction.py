"""Putting right what was entered wrongly: by addition, with a reason; what stood before stays readable."""

from collections.abc import Mapping
from typing import Any, Literal

from .refusal import Refusal

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


def something_is_put_right(before: Mapping[str, Any], after: Mapping[str, Any]) -> Refusal | None:
    if before != after:
        return None
    return Refusal("nothing_to_correct", "All of this stands already.", "Send what is to be different.")
