from datetime import date
from uuid import UUID

from common.contracts.referrals import DropInRecorded
from common.transaction import Transaction
from referral_hub.domain.drop_in import drop_in_is_not_in_the_future
from referral_hub.domain.refusal import every_refusal
from referral_hub.storage.participants import participant_of
from referral_hub.storage.tables import DropIn

from .problems import NoSuchParticipant, refuse_if_any


async def record_drop_in(tx: Transaction, drop_in_id: UUID | None, participant_id: UUID, on: date | None) -> DropIn:
    """Note light-touch support after completion: opens no case, never a claim (S-15, BR-C3).

    Raises:
        NoSuchParticipant: absent, or not the asker's.
        Refused: the day is still to come.
    """
    participant = await participant_of(tx.session, participant_id)
    if participant is None:
        raise NoSuchParticipant("Check the id.")
    day = on or tx.today
    refuse_if_any(every_refusal([drop_in_is_not_in_the_future], day, tx.today))
    drop_in = DropIn(
        id=tx.minted(drop_in_id),
        programme_id=tx.programme_id,
        participant_id=participant.id,
        provider_id=None if tx.actor.has("hub") else tx.actor.organisation,
        dropped_in_on=day,
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
