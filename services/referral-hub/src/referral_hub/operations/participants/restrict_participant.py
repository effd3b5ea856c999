from collections.abc import Iterable
from uuid import UUID

from common.contracts.referrals import ParticipantRestricted
from common.transaction import Transaction
from referral_hub.storage.participants import every_record_of
from referral_hub.storage.tables.participants import ParticipantRow


async def restrict_participant(tx: Transaction, participant_id: UUID) -> None:
    """Make everything about someone need-to-know for good, under whatever id: domestic abuse was spoken of (§2.M).

    Where they are is known to hub, prime and lead alone from now on, and every case of theirs hears of it.
    """
    restrict_records(tx, await every_record_of(tx.session, participant_id))


def restrict_records(tx: Transaction, records: Iterable[ParticipantRow]) -> None:
    """The same of records that nobody else can change meanwhile."""
    for record in records:
        if not record.restricted:
            record.restricted = True
            record.version += 1
            tx.touched(f"participant/{record.id}")
            tx.announce(ParticipantRestricted(**tx.envelope(), participant_id=record.id, restricted_on=tx.today))
