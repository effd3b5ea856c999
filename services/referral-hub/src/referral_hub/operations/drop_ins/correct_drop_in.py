from datetime import date
from uuid import UUID

from common.contracts.referrals import DropInCorrected, DropInWithdrawn
from common.transaction import Transaction
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import speak_for_the_hub
from referral_hub.operations.problems import MoveNotPossible, NoSuchDropIn
from referral_hub.storage.drop_ins import drop_in_of, drop_in_to_change
from referral_hub.storage.tables.drop_ins import DropInRow

from .record_drop_in import refuse_drop_in


async def correct_drop_in(tx: Transaction, drop_in_id: UUID, on: date, reason: str) -> DropInRow:
    """Put the day of a drop-in right; the earlier day stays readable.

    Raises:
        NoSuchDropIn: absent, or another provider's.
        MoveNotPossible: it was taken back.
        Refused: there was none that day, or it is the same day.
        StaleVersion: it changed since the asker read it.
    """
    await refuse_drop_in(tx, (await _own(tx, drop_in_id)).participant_id, on)
    drop_in = await _held(tx, drop_in_id)
    before, after = {"dropped_in_on": drop_in.dropped_in_on}, {"dropped_in_on": on}
    put_right(tx, "drop-in", drop_in.id, drop_in.participant_id, reason, before, after)
    drop_in.dropped_in_on = on
    tx.announce(
        DropInCorrected(
            **tx.envelope(),
            participant_id=drop_in.participant_id,
            drop_in_id=drop_in.id,
            provider_id=drop_in.provider_id,
            dropped_in_on=on,
            corrected_on=tx.today,
        )
    )
    return drop_in


async def withdraw_drop_in(tx: Transaction, drop_in_id: UUID, reason: str) -> DropInRow:
    """Take a drop-in back that never happened; it stays readable, and counts nowhere.

    Raises:
        NoSuchDropIn, MoveNotPossible, StaleVersion: as for `correct_drop_in`.
    """
    await _own(tx, drop_in_id)
    drop_in = await _held(tx, drop_in_id)
    before, after = {"withdrawn_on": None}, {"withdrawn_on": tx.today}
    put_right(tx, "drop-in-withdrawn", drop_in.id, drop_in.participant_id, reason, before, after)
    drop_in.withdrawn_on = tx.today
    tx.announce(
        DropInWithdrawn(
            **tx.envelope(),
            participant_id=drop_in.participant_id,
            drop_in_id=drop_in.id,
            provider_id=drop_in.provider_id,
            withdrawn_on=tx.today,
        )
    )
    return drop_in


async def _own(tx: Transaction, drop_in_id: UUID) -> DropInRow:
    """A drop-in the asker may see: a provider's own, or any where the hub asks."""
    drop_in = await drop_in_of(tx.session, drop_in_id)
    if drop_in is None:
        raise NoSuchDropIn
    return drop_in


async def _held(tx: Transaction, drop_in_id: UUID) -> DropInRow:
    await speak_for_the_hub(tx)
    drop_in = await drop_in_to_change(tx.session, drop_in_id)
    if drop_in is None:
        raise NoSuchDropIn
    tx.expect_version(drop_in.version)
    if drop_in.withdrawn_on is not None:
        raise MoveNotPossible("This drop-in was taken back: record another if there was one.")
    drop_in.version += 1
    tx.touched(f"drop-in/{drop_in.id}", f"participant/{drop_in.participant_id}")
    return drop_in
