"""What may be decided when what a claim was judged on has changed after the claim had ended."""

from datetime import date
from typing import Literal

from rulebook.codes import ClaimState
from rulebook.refusal import Refusal

Decision = Literal["let-stand", "take-back"]


def basis_has_changed(noticed_on: date | None) -> Refusal | None:
    """Since the last decision, if there was one."""
    if noticed_on is not None:
        return None
    return Refusal(
        "basis_unchanged",
        "Nothing that the claim was judged on has changed, or the change has been decided on already.",
        "If it should not have been verified, another verifier undoes it while its month is open; later, challenge it.",
    )


def there_is_a_payment_to_take_back(
    decision: Decision, state: ClaimState, taken_back_on: date | None
) -> Refusal | None:
    """Of a verified claim, once."""
    if decision == "let-stand" or (state == "verified" and taken_back_on is None):
        return None
    return Refusal(
        "nothing_to_take_back",
        f"It was taken back on {taken_back_on}." if taken_back_on else f"A claim that is {state} pays nothing.",
        "Let it stand as it is.",
    )
