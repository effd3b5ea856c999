"""Putting right what was recorded wrongly: by addition, with a reason; what stood before stays readable."""

from collections.abc import Mapping

from .refusal import Refusal


def something_is_put_right(changes: Mapping[str, object]) -> Refusal | None:
    """`changes` are those that differ from what is recorded."""
    if changes:
        return None
    return Refusal(
        "nothing_corrected",
        "The record says all of this already.",
        "Change what is wrong, or leave the record as it is.",
    )
