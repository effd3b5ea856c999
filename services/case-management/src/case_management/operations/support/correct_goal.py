"""Put a goal of a plan right: its words, what became of it, and the outcome that came of it (S-33, S-68)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python

from case_management.domain.plan import refusals_of_goal_correction
from case_management.operations.correcting import part_to_correct, put_right
from case_management.storage.tables.outcomes import OutcomeRow
from case_management.storage.tables.support import PlanRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def correct_goal(tx: Transaction, plan_id: UUID, place: int, right: Mapping[str, Any], reason: str) -> PlanRow:
    """The plan with its goal at a place, counted from 1, as it is; what `right` does not name stays as it is.

    Goals are read in the case alone and rest nothing on their words, so nobody is told but who reads it.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: the plan was taken back, has no such goal, nothing is different, or the outcome is not of the case.
    """
    row, at_hand = await part_to_correct(tx, PlanRow, plan_id)
    is_known = await _stands_in_the_case(tx, row.case_id, right.get("outcome_id"))
    refuse_if_any(refusals_of_goal_correction(place, len(row.goals), outcome_known=is_known))
    before = row.goals[place - 1]
    after: dict[str, Any] = before | to_jsonable_python(dict(right))
    name = f"goals/{place}"
    put_right(tx, "goal", row.id, at_hand.row, reason, {name: before}, {name: after})
    row.goals = [*row.goals[: place - 1], after, *row.goals[place:]]
    tx.touched(f"plan/{plan_id}")
    return row


async def _stands_in_the_case(tx: Transaction, case_id: UUID, outcome_id: UUID | None) -> bool:
    outcome = await tx.session.get(OutcomeRow, outcome_id) if outcome_id else None
    return outcome_id is None or (outcome is not None and outcome.case_id == case_id and outcome.state != "withdrawn")
