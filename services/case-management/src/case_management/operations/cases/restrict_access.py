"""Make a case need-to-know, because domestic abuse was disclosed after all (§2.M)."""

from uuid import UUID

from case_management.domain.catalogue import reason_is_the_programmes
from case_management.operations.loading import case_to_change
from case_management.storage.cases import cases_recorded_as, joint_work_of
from case_management.storage.programmes import policy_of
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import AccessRestricted
from common.contracts.referrals import ParticipantRestricted
from common.transaction import Transaction
from common.web.refused import refuse_if_any, refused
from rulebook.refusal import Refusal, every_refusal

BY_HUB = "told-by-hub"


async def restrict_access(tx: Transaction, case_id: UUID, reason: str) -> CaseRow:
    """The case, restricted for good; joint providers see what its lead marks shareable.

    Raises:
        NoSuchCase, NotAllowed: see `case_to_change`.
        Refused: it is restricted already, or the reason is none of the programme's.
        StaleVersion: it changed since the asker read it.
    """
    row = (await case_to_change(tx, case_id)).row
    if row.restricted:
        raise refused(
            Refusal("restricted_already", "The case is need-to-know already.", "Nothing more is needed.", kind="state")
        )
    reasons = (await policy_of(tx.session, tx.programme_id)).restriction_reasons
    refuse_if_any(every_refusal([reason_is_the_programmes], reason, reasons))
    tx.expect_version(row.version)
    await restrict(tx, row, reason)
    return row


async def follow_restriction(tx: Transaction, event: ParticipantRestricted) -> None:
    await restrict_cases(tx, event.participant_id)


async def restrict_cases(tx: Transaction, participant_id: UUID) -> None:
    """Make every case under this id need-to-know: the hub learnt of it."""
    tx.touched(f"participant/{participant_id}")
    for row in await cases_recorded_as(tx.session, participant_id):
        if not row.restricted:
            await restrict(tx, row, BY_HUB)


async def restrict(tx: Transaction, row: CaseRow, reason: str) -> None:
    row.restricted, row.version = True, row.version + 1
    for access in await joint_work_of(tx.session, row.id):
        access.shareable_only = True
    tx.announce(
        AccessRestricted(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            provider_id=row.provider_id,
            reason=reason,
            restricted_on=tx.today,
        )
    )
