"""Record a plan agreed with the participant (S-33, S-34)."""

from uuid import UUID

from case_management.domain.plan import Plan, days_from_allocation, refusals_of_plan
from case_management.operations.loading import case_to_change
from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.requests import PlanIn
from case_management.storage.programmes import policy_of
from case_management.storage.support import keep_planned, latest_plan_version
from case_management.storage.tables.support import PlanRow
from common.contracts.cases import SupportPlanAgreed
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def agree_plan(tx: Transaction, case_id: UUID, plan_id: UUID, body: PlanIn) -> PlanRow:
    """The plan, as the next version of the case's plan; its goals are kept as they were said.

    Raises:
        Refused: wrong kind, no goal, not agreed, an impossible day, or the case is closed.
    """
    at_hand = await case_to_change(tx, case_id)
    row = at_hand.row
    goals = tuple(one.own_words or one.goal for one in body.goals)
    plan = Plan(body.kind, goals, body.agreed_with_participant, body.agreed_on or tx.today)
    card_kinds = (await policy_of(tx.session, tx.programme_id)).plan_kinds(row.provider_id, plan.agreed_on)
    refuse_if_any(refusals_of_plan(at_hand.case, plan, card_kinds, tx.today))
    version = await latest_plan_version(tx.session, case_id)
    tx.expect_version(version)
    plan_row = PlanRow(
        id=plan_id,
        programme_id=row.programme_id,
        case_id=case_id,
        kind=plan.kind,
        version=version + 1,
        agreed_on=plan.agreed_on,
        goals=[one.model_dump() for one in body.goals],
        recorded_by=tx.actor.id,
    )
    tx.session.add(plan_row)
    await keep_planned(tx.session, row)
    tx.touched(f"plan/{plan_id}")
    tx.announce(
        SupportPlanAgreed(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=case_id,
            provider_id=row.provider_id,
            plan_id=plan_id,
            kind=plan.kind,
            version=plan_row.version,
            agreed_on=plan.agreed_on,
            days_from_allocation=days_from_allocation(at_hand.case, plan.agreed_on),
        )
    )
    await announce_again(tx, row, "plan")
    return plan_row
