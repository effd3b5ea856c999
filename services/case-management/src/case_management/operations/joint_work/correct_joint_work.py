"""Put joint work right, or take it back: sight of the case and credit for its outcomes follow (BR-D8, BR-D10)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from case_management.domain.joint_work import JointWork, refusals_of_corrected_joint_work, sees_shareable_only
from case_management.operations.correcting import part_to_correct, put_right, take_back
from case_management.operations.loading import CaseAtHand
from case_management.operations.problems import NoSuchPart
from case_management.storage.cases import joint_work, open_access, standing_joint_work
from case_management.storage.programmes import policy_of
from case_management.storage.tables.participants import AccessRow
from common.contracts.cases import JointWorkCorrected, JointWorkWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .credit_again import credit_again

CORRECTED = ("organisation_id", "from_on", "until_on", "shareable_only")


async def joint_work_to_change(tx: Transaction, joint_work_id: UUID) -> tuple[AccessRow, CaseAtHand]:
    """Joint work that stands, with its case held for its lead.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion, Refused: see `part_to_correct`.
    """
    row = await tx.session.get(AccessRow, joint_work_id)
    if row is not None and row.scope != "joint":
        raise NoSuchPart
    tx.touched(f"joint-work/{joint_work_id}")
    return await part_to_correct(tx, AccessRow, joint_work_id)


async def correct_joint_work(tx: Transaction, joint_work_id: UUID, right: Mapping[str, Any], reason: str) -> AccessRow:
    """The joint work as it was agreed: with whom, from when, until when (None: it goes on), and what they see.

    `right` names what is put right; the rest stays.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `joint_work_to_change`.
        Refused: it was taken back, nothing is different, or it cannot have been so.
    """
    row, at_hand = await joint_work_to_change(tx, joint_work_id)
    works = await standing_joint_work(tx.session, row.case_id)
    before = {name: getattr(row, name) for name in CORRECTED}
    after = before | dict(right)
    after["shareable_only"] = after["shareable_only"] or sees_shareable_only(at_hand.case)
    correction = JointWork(after["organisation_id"], after["from_on"], after["until_on"])
    others = list(works)
    others.remove(joint_work(row))
    partners = (await policy_of(tx.session, tx.programme_id)).providers_on(correction.agreed_on)
    refuse_if_any(refusals_of_corrected_joint_work(at_hand.case, correction, others, partners, tx.today))
    for name, value in after.items():
        setattr(row, name, value)
    put_right(tx, "joint-work", row.id, at_hand.row, reason, before, after)
    another = before["organisation_id"] != row.organisation_id
    await credit_again(tx, at_hand.row, works)
    tx.announce(
        JointWorkCorrected(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.case_id,
            provider_id=row.lead_id,
            joint_work_id=row.id,
            joint_provider_id=row.organisation_id,
            agreed_on=row.from_on,
            ended_on=row.until_on,
            shareable_only=row.shareable_only,
            instead_of=before["organisation_id"] if another else None,
            sees_it=await _sees_it(tx, row),
            corrected_on=tx.today,
        )
    )
    return row


async def withdraw_joint_work(tx: Transaction, joint_work_id: UUID, reason: str) -> AccessRow:
    """The joint work, taken back: it was never agreed. Their sight ends at once, and they contributed to nothing by it.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `joint_work_to_change`.
        Refused: it was taken back before.
    """
    row, at_hand = await joint_work_to_change(tx, joint_work_id)
    works = await standing_joint_work(tx.session, row.case_id)
    row.until_on = row.until_on or max(row.from_on, tx.today)
    take_back(tx, "joint-work-withdrawn", row, at_hand.row, reason)
    await credit_again(tx, at_hand.row, works)
    tx.announce(
        JointWorkWithdrawn(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.case_id,
            provider_id=row.lead_id,
            joint_work_id=row.id,
            joint_provider_id=row.organisation_id,
            sees_it=await _sees_it(tx, row),
            withdrawn_on=tx.today,
        )
    )
    return row


async def _sees_it(tx: Transaction, row: AccessRow) -> bool:
    return await open_access(tx.session, row.case_id, row.organisation_id) is not None
