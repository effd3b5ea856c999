"""What most verbs of the hub begin with."""

from typing import Any, TypeVar
from uuid import UUID

from common.database import Viewpoint, look_from
from common.database.lookup import Lookup
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from referral_hub.storage.policies import POLICY, Policy
from referral_hub.storage.referrals import referral_to_change
from referral_hub.storage.tables.referrals import ReferralRow

from .problems import NoSuchReferral

SERVICE = "referral_hub"


class PolicyLookup(Lookup):
    """The programme's policy for the hub, and whatever an operation adds."""

    policy: Policy | None = POLICY


OfPolicy = TypeVar("OfPolicy", bound=PolicyLookup)


async def policy_in_force(tx: Transaction) -> Policy:
    """The programme's policy for the hub.

    Raises:
        ProgrammeNotLoaded: nobody has loaded the programme yet.
    """
    policy, _ = await policy_with(tx, PolicyLookup)
    return policy


async def policy_with(tx: Transaction, kind: type[OfPolicy], **parameters: Any) -> tuple[Policy, OfPolicy]:
    """The same, and what else the operation reads, `parameters` being what its queries ask by.

    Raises:
        ProgrammeNotLoaded: nobody has loaded the programme yet.
    """
    lookup = await kind.read(tx.session, programme=tx.programme_id, **parameters)
    if lookup.policy is None:
        raise ProgrammeNotLoaded
    return lookup.policy, lookup


async def referral_held(tx: Transaction, referral_id: UUID, *, is_shown: bool = True) -> ReferralRow:
    """A referral to change, held until the transaction ends, at the version the asker saw if its version `is_shown`.

    Raises:
        NoSuchReferral: absent, or not the asker's.
        StaleVersion: it changed since the asker read it.
    """
    return checked(tx, await referral_to_change(tx.session, referral_id), is_shown=is_shown)


def checked(tx: Transaction, referral: ReferralRow | None, *, is_shown: bool = True) -> ReferralRow:
    """A referral that is held, at the version the asker saw if its version `is_shown`.

    Raises:
        NoSuchReferral, StaleVersion: see `referral_held`.
    """
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
