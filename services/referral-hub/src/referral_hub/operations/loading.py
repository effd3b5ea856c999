"""What most verbs of the hub begin with."""

from uuid import UUID

from common.database import Viewpoint, look_from
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from referral_hub.storage.policies import Policy, policy_of
from referral_hub.storage.referrals import referral_to_change
from referral_hub.storage.tables.referrals import ReferralRow

from .problems import NoSuchReferral

SERVICE = "referral_hub"


async def policy_in_force(tx: Transaction) -> Policy:
    """The programme's policy for the hub.

    Raises:
        ProgrammeNotLoaded: nobody has loaded the programme yet.
    """
    policy = await policy_of(tx.session, tx.programme_id)
    if policy is None:
        raise ProgrammeNotLoaded
    return policy


async def referral_held(tx: Transaction, referral_id: UUID, *, is_shown: bool = True) -> ReferralRow:
    """A referral to change, held until the transaction ends, at the version the asker saw if its version `is_shown`.

    Raises:
        NoSuchReferral: absent, or not the asker's.
        StaleVersion: it changed since the asker read it.
    """
    referral = await referral_to_change(tx.session, referral_id)
    if referral is None:
        raise NoSuchReferral("Check the id.")
    if is_shown:
        tx.expect_version(referral.version)
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    return referral


async def speak_for_the_hub(tx: Transaction) -> None:
    """Go on as the hub, where an agency or provider asks for what the hub alone does; the edge ends it.

    Ask first, under the asker's own viewpoint, whether the thing is theirs.
    """
    await tx.session.flush()
    await look_from(tx.session, SERVICE, Viewpoint.PARTNERSHIP, tx.programme_id, tx.actor.organisation)
