"""The support plan, or for domestic abuse the safety plan, agreed with the participant (S-33, S-34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .case import Case
from .refusal import Refusal, every_refusal

PlanKind = Literal["support", "safety"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as offered for agreement."""

    kind: PlanKind
    goals: tuple[str, ...]
    """In the participant's own words."""
    agreed_with_participant: bool
    agreed_on: date


def kind_for(case: Case) -> PlanKind:
    """The kind of plan this case must have."""
    return "safety" if case.restricted else "support"


def days_from_allocation(case: Case, plan: Plan) -> int:
    """Calendar days on the support-plan clock (S-10, BR-B3)."""
    return (plan.agreed_on - case.allocated_on).days


def in_force(agreed_on: Sequence[date], day: date) -> int | None:
    """Which of the plans, in the order they were agreed, held on the day: the last by then, or else the first."""
    return max(0, sum(agreed <= day for agreed in agreed_on) - 1) if agreed_on else None


def case_is_not_closed(case: Case, plan: Plan, today: date) -> Refusal | None:
    if case.state != "closed":
        return None
    return Refusal("case_closed", "The case is closed.", "Refer the participant again; they may return at any time.")


def plan_is_of_the_cases_kind(case: Case, plan: Plan, today: date) -> Refusal | None:
    if plan.kind == kind_for(case):
        return None
    return Refusal(
        "wrong_kind_of_plan",
        f"This case needs a {kind_for(case)} plan.",
        f"Draw up a {kind_for(case)} plan with the participant.",
    )


def plan_has_a_goal(case: Case, plan: Plan, today: date) -> Refusal | None:
    if any(goal.strip() for goal in plan.goals):
        return None
    return Refusal("no_goal", "The plan names no goal.", "Record at least one goal in the participant's words.")


def plan_is_agreed_with_the_participant(case: Case, plan: Plan, today: date) -> Refusal | None:
    if plan.agreed_with_participant:
        return None
    return Refusal(
        "plan_not_agreed",
        "The participant has not agreed the plan.",
        "Go through the plan with the participant, and record their agreement.",
    )


def plan_is_not_agreed_before_allocation(case: Case, plan: Plan, today: date) -> Refusal | None:
    if plan.agreed_on >= case.allocated_on:
        return None
    return Refusal(
        "plan_before_allocation",
        f"The participant was allocated on {case.allocated_on}.",
        "Give the day it was agreed, on or after the allocation.",
    )


def plan_is_not_agreed_in_the_future(case: Case, plan: Plan, today: date) -> Refusal | None:
    if plan.agreed_on <= today:
        return None
    return Refusal("plan_in_the_future", "The agreement is still to come.", "Record it on the day.")


RULES = (
    case_is_not_closed,
    plan_is_of_the_cases_kind,
    plan_has_a_goal,
    plan_is_agreed_with_the_participant,
    plan_is_not_agreed_before_allocation,
    plan_is_not_agreed_in_the_future,
)


def refusals_of_plan(case: Case, plan: Plan, today: date) -> tuple[Refusal, ...]:
    """Every reason why the plan cannot be agreed; none when it can."""
    return every_refusal(RULES, case, plan, today)
