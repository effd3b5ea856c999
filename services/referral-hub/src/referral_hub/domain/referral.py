"""The life of a referral, from receipt to its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

ReferralState = Literal["received", "awaiting-information", "triaged", "allocated", "declined", "closed"]
ClosingReason = Literal["triage-support", "case-closed", "duplicate"]
"""One-off triage support instead of a start (BR-C4), the provider's case has ended (S-14), or another referral of the
same person stands: this one is a contribution to it (BR-A5)."""

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
    }
)
"""Every move that is made by itself."""

ENDS_PLACEMENT: frozenset[tuple[ReferralState, ReferralState]] = frozenset(
    {("allocated", "triaged"), ("allocated", "closed")}
)
"""What only the end of a placement does: handed back (BR-A7) or taken back, or its case closed. By itself it would
leave the placement behind."""

ENDED: frozenset[ReferralState] = frozenset({"declined", "closed"})
WAITING: frozenset[ReferralState] = frozenset({"received", "awaiting-information", "triaged"})
"""On the one waiting list (S-11)."""


WAYS_ON: Mapping[ReferralState, str] = {
    "received": "Triage it.",
    "awaiting-information": "Triage it, or wait for the referrer's answer.",
    "triaged": "Place the participant, or put the triage right.",
    "allocated": "Put its facts or its triage right, or take the placement back while its case has not begun.",
    "declined": "Open it again if that was a mistake, or refer the person again.",
    "closed": "Open it again if that was a mistake, or refer the person again.",
}
"""What can be done with a referral in a state, for whoever asked for something else."""


def before_its_end(*, triaged: bool) -> ReferralState:
    """Where a referral goes on that was ended by mistake; no move of `MOVES` leads there."""
    return "triaged" if triaged else "received"


class ReferralCannotMove(Exception):
    """The referral is not in a state from which it can go there."""

    def __init__(self, state: ReferralState, to: ReferralState) -> None:
        super().__init__(f"A referral that is {state} cannot become {to}.")
        self.state = state
        self.to = to


def moved(state: ReferralState, to: ReferralState, *, ends_placement: bool = False) -> ReferralState:
    """The state after the move. ReferralCannotMove when the table does not hold it."""
    if (state, to) not in (ENDS_PLACEMENT if ends_placement else MOVES):
        raise ReferralCannotMove(state, to)
    return to


def is_open(state: ReferralState) -> bool:
    """Whether a referral in this state keeps its participant from being referred again (BR-A5)."""
    return state not in ENDED


FURTHEST: tuple[ReferralState, ...] = ("allocated", "triaged", "awaiting-information", "received")
"""Of two open referrals of one person the one that has come furthest stays, unless a person says otherwise."""


def comes_first(state: ReferralState, received_at: datetime, id: UUID) -> tuple[int, datetime, UUID]:
    """How open referrals of one person are ranked: the first stays, and the others add to it."""
    return FURTHEST.index(state), received_at, id


ShownToAgency = Literal["received", "awaiting-information", "declined", "closed"]


def shown_to_agency(state: ReferralState) -> ShownToAgency:
    """What a referring agency is told: how far a referral has come would tell whether the person was known (X-2)."""
    return "received" if state in ("triaged", "allocated") else state


def shown_of_joined(state: ReferralState) -> ShownToAgency:
    """What an agency is told of its referral that joined another, which is in this state: what others are asked is
    none of its business."""
    return "received" if state == "awaiting-information" else shown_to_agency(state)


def standing_shown(state: ReferralState, other: ReferralState | None) -> ShownToAgency:
    """How a referral stands for the agency that made it: as itself, or as the one that it joined."""
    return shown_to_agency(state) if other is None else shown_of_joined(other)
