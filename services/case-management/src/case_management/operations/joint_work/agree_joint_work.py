"""Agree that a second provider works on a case, and give it sight of it (BR-D8, BR-D12)."""

from uuid import UUID

from case_management.domain.joint_work import JointWork, refusals_of_joint_work, sees_shareable_only
from case_management.operations.loading import case_to_change
from case_management.operations.requests import JointWorkIn
from case_management.storage.cases import standing_joint_work
from case_management.storage.programmes import policy_of
from case_management.storage.tables.participants import AccessRow
from common.contracts.cases import JointWorkAgreed
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .credit_again import credit_again


async def agree_joint_work(tx: Transaction, case_id: UUID, joint_work_id: UUID, body: JointWorkIn) -> AccessRow:
    """The joint provider's sight of the case; of a restricted one, only what the lead shares.

    Raises:
        Refused: with itself or none of the programme's providers, twice, on a closed case, or on an impossible day.
    """
    at_hand = await case_to_change(tx, case_id)
    row, proposal = at_hand.row, JointWork(body.joint_provider_id, body.from_on or tx.today)
    existing = await standing_joint_work(tx.session, case_id)
    partners = (await policy_of(tx.session, tx.programme_id)).providers_on(proposal.agreed_on)
    refuse_if_any(refusals_of_joint_work(at_hand.case, proposal, existing, partners, tx.today))
    tx.expect_version(row.version)
    row.version += 1
    access = AccessRow(
        id=joint_work_id,
        programme_id=row.programme_id,
        case_id=case_id,
        participant_id=row.participant_id,
        organisation_id=proposal.provider_id,
        lead_id=row.provider_id,
        scope="joint",
        shareable_only=body.shareable_only or sees_shareable_only(at_hand.case),
        from_on=proposal.agreed_on,
    )
    tx.session.add(access)
    tx.touched(f"joint-work/{joint_work_id}")
    await credit_again(tx, row, existing)
    tx.announce(
        JointWorkAgreed(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=case_id,
            provider_id=row.provider_id,
            joint_work_id=joint_work_id,
            joint_provider_id=proposal.provider_id,
            agreed_on=proposal.agreed_on,
            shareable_only=access.shareable_only,
        )
    )
    return access
