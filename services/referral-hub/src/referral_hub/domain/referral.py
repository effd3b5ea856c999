"""The life of a referral, from receipt to its end."""

from collections.abc import Iterable
from typing import Literal, get_args

from .refusal import Refusal

ReferralState = Literal["received", "awaiting-information", "triaged", "allocated", "declined", "closed"]
ClosingReason = Literal["triage-support", "case-closed"]
"""One-off triage support instead of a start (BR-C4), or the provider's case has ended (S-14)."""

STATES: tuple[ReferralState, ...] = get_args(ReferralState)

MOVES: frozenset[tuple[ReferralState, ReferralState]] = frozenset(
    {
        ("received", "awaiting-information"),
        ("received", "triaged"),
        ("received", "declined"),
        ("received", "closed"),
        ("awaiting-information", "received"),
        ("awaiting-information", "triaged"),
        ("awaiting-information", "declined"),
        ("awaiting-information", "closed"),
        ("triaged", "awaiting-information"),
        ("triaged", "allocated"),
        ("triaged", "declined"),
        ("triaged", "closed"),
        ("allocated", "triaged"),
        ("allocated", "closed"),
    }
)
"""Every permitted move. A provider hands an allocation back: the referral waits again as triaged (BR-A7)."""

ENDED: frozenset[ReferralState] = frozenset({"declined", "closed"})
WAITING: frozenset[ReferralState] = frozenset({"received", "awaiting-information", "triaged"})
"""On the one waiting list (S-11)."""


def before_its_end(*, triaged: bool) -> ReferralState:
    """Where a referral goes on that was ended by mistake; no move of `MOVES` leads there."""
    return "triaged" if triaged else "received"


class ReferralCannotMove(Exception):
    """The referral is not in a state from which it can go there."""

    def __init__(self, state: ReferralState, to: ReferralState) -> None:
        super().__init__(f"A referral that is {state} cannot become {to}.")
        self.state = state
        self.to = to


def moved(state: ReferralState, to: ReferralState) -> ReferralState:
    """The state after the move. ReferralCannotMove when the table does not hold it."""
    if (state, to) not in MOVES:
        raise ReferralCannotMove(state, to)
    return to


def is_open(state: ReferralState) -> bool:
    """Whether a referral in this state keeps its participant from being referred again (BR-A5)."""
    return state not in ENDED


def participant_has_no_open_referral(states: Iterable[ReferralState]) -> Refusal | None:
    """One person has one open referral at a time; a closed participant may return at any time (BR-A5, BR-C1)."""
    standing = sorted(state for state in states if is_open(state))
    if not standing:
        return None
    return Refusal(
        "already_referred",
        f"This person has an open referral already ({', '.join(standing)}).",
        "Add what is new to the open referral.",
    )
