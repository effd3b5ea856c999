"""Put a plan's kind or day right, or take it back: its clock and the outcomes follow what stands then (S-33, S-34)."""

from typing import Any
from uuid import UUID

from case_management.domain.plan import Plan, days_from_allocation, refusals_of_plan_correction
from case_management.operations.correcting import part_to_correct, put_right, take_back
from case_management.operations.loading import CaseAtHand
from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.requests import PlanCorrectionIn
from case_management.storage.programmes import policy_of
from case_management.storage.support import keep_planned, standing_plans
from case_management.storage.tables.support import PlanRow
from common.contracts.cases import SupportPlanCorrected, SupportPlanWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def correct_plan(tx: Transaction, plan_id: UUID, body: PlanCorrectionIn) -> PlanRow:
    """The plan as it was agreed; what is not given stays as it is. See `correct_goal` for its goals.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back, nothing is different, or the case cannot have had it so.
    """
    row, at_hand = await part_to_correct(tx, PlanRow, plan_id)
    case, before = at_hand.row, _facts(row)
    row.kind, row.agreed_on = body.kind or row.kind, body.agreed_on or row.agreed_on
    card_kinds = (await policy_of(tx.session, tx.programme_id)).plan_kinds(case.provider_id, row.agreed_on)
    as_it_was = Plan(row.kind, (), agreed_with_participant=True, agreed_on=row.agreed_on)
    refuse_if_any(refusals_of_plan_correction(at_hand.case, as_it_was, card_kinds, tx.today))
    put_right(tx, "plan", row.id, case, body.reason, before, _facts(row))
    await keep_planned(tx.session, case)
    tx.touched(f"plan/{plan_id}")
    tx.announce(
        SupportPlanCorrected(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            plan_id=plan_id,
            kind=row.kind,
            version=row.version,
            agreed_on=row.agreed_on,
            days_from_allocation=days_from_allocation(at_hand.case, row.agreed_on),
            corrected_on=tx.today,
            **await _first_plan(tx, at_hand),
        )
    )
    await announce_again(tx, case, "plan")
    return row


async def withdraw_plan(tx: Transaction, plan_id: UUID, reason: str) -> PlanRow:
    """The plan, taken back: it was never agreed, or is recorded twice. It stays readable, and was never in force.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back before.
    """
    row, at_hand = await part_to_correct(tx, PlanRow, plan_id)
    case = at_hand.row
    take_back(tx, "plan-withdrawn", row, case, reason)
    await keep_planned(tx.session, case)
    tx.touched(f"plan/{plan_id}")
    tx.announce(
        SupportPlanWithdrawn(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            plan_id=plan_id,
            withdrawn_on=tx.today,
            **await _first_plan(tx, at_hand),
        )
    )
    await announce_again(tx, case, "plan")
    return row


def _facts(row: PlanRow) -> dict[str, Any]:
    return {"kind": row.kind, "agreed_on": row.agreed_on}


async def _first_plan(tx: Transaction, at_hand: CaseAtHand) -> dict[str, Any]:
    """Where the support-plan clock stops now, if it does."""
    await tx.session.flush()
    plans = await standing_plans(tx.session, at_hand.row.id)
    first_on = min((plan.agreed_on for plan in plans), default=None)
    days = None if first_on is None else days_from_allocation(at_hand.case, first_on)
    return {"first_agreed_on": first_on, "first_days_from_allocation": days}
