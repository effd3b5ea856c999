from datetime import date
from uuid import UUID

from common.contracts.referrals import DropInRecorded
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.drop_in import Past, refusals_of_drop_in
from referral_hub.domain.referral import is_open
from referral_hub.operations.problems import NoSuchParticipant
from referral_hub.storage.allocations import allocations_of
from referral_hub.storage.participants import ids_of, participant_of
from referral_hub.storage.referrals import referrals_of
from referral_hub.storage.tables.drop_ins import DropInRow


async def record_drop_in(tx: Transaction, drop_in_id: UUID | None, participant_id: UUID, on: date | None) -> DropInRow:
    """Note light-touch support after completion: opens no case, never a claim (S-15, BR-C3).

    Raises:
        NoSuchParticipant: absent, or not the asker's.
        Refused: the day is still to come, or support had not ended by then.
    """
    participant = await participant_of(tx.session, participant_id)
    if participant is None:
        raise NoSuchParticipant("Check the id.")
    day = on or tx.today
    await refuse_drop_in(tx, participant.id, day)
    drop_in = DropInRow(
        id=tx.minted(drop_in_id),
        programme_id=tx.programme_id,
        participant_id=participant.id,
        provider_id=None if tx.actor.has("hub") else tx.actor.organisation,
        dropped_in_on=day,
        version=1,
    )
    tx.session.add(drop_in)
    tx.touched(f"drop-in/{drop_in.id}", f"participant/{participant.id}")
    tx.announce(
        DropInRecorded(
            **tx.envelope(),
            participant_id=participant.id,
            drop_in_id=drop_in.id,
            provider_id=drop_in.provider_id,
            dropped_in_on=day,
        )
    )
    return drop_in


async def refuse_drop_in(tx: Transaction, participant_id: UUID, day: date) -> None:
    """A provider is judged by its own support alone: it learns nothing of what came after (§2.M).

    Raises:
        Refused: the day is still to come, or support had not ended by then.
    """
    ids = await ids_of(tx.session, participant_id)
    allocations, referrals = await allocations_of(tx.session, ids), await referrals_of(tx.session, ids)
    past = Past(
        tuple(one.ended_on for one in allocations if one.started_on and one.ended_on),
        tuple(one.referred_on for one in referrals if is_open(one.state)),
    )
    refuse_if_any(refusals_of_drop_in(day, tx.today, past))
