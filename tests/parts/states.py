"""Every state of a claim, as the contracts declare them."""

from typing import get_args

from rulebook.codes import ClaimState

CLAIM_STATES: tuple[ClaimState, ...] = get_args(ClaimState)
