"""Putting right what was entered wrongly: by addition, with a reason; what stood before stays readable."""

from typing import Literal

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
