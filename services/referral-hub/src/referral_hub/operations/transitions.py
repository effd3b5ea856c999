"""A referral moves on, as a new version."""

from referral_hub.domain.referral import WAYS_ON, ReferralCannotMove, ReferralState, moved
from referral_hub.storage.tables.referrals import ReferralRow

from .problems import MoveNotPossible


def move(referral: ReferralRow, to: ReferralState, *, ends_placement: bool = False) -> None:
    """Move a referral on, as a new version.

    Raises:
        MoveNotPossible: from its state it cannot go there.
    """
    try:
        referral.state = moved(referral.state, to, ends_placement=ends_placement)
    except ReferralCannotMove as error:
        raise MoveNotPossible(f"{error} {WAYS_ON[referral.state]}", state=referral.state) from error
    referral.version += 1


def go_on(referral: ReferralRow, *, waits: bool) -> None:
    """Go on where the referral was before it was asked about; or wait on, as a new version, for what is still asked."""
    if waits:
        referral.version += 1
    else:
        move(referral, "triaged" if referral.triaged_on else "received")
