"""The support plan, or for domestic abuse the safety plan, agreed with the participant (S-33, S-34)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from rulebook.outcome import PlanKind
from rulebook.refusal import Refusal, every_refusal

from .case import Case
from .timeline import is_not_after_the_end

GoalMark = Literal["open", "reached", "dropped"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as offered for agreement."""

    kind: PlanKind
    goals: tuple[str, ...]
    """In the participant's own words."""
    agreed_with_participant: bool
    agreed_on: date


def kinds_for(case: Case, card_kinds: Collection[str]) -> list[str]:
    """The kinds of plan this case may have, those its rate card asks for (`card_kinds`) first.

    The card decides what counts for an outcome. Need-to-know is another matter: whoever is at risk of domestic abuse
    may have a safety plan beside it, wherever they are placed (S-33, S-34).
    """
    kinds = sorted(card_kinds or get_args(PlanKind), reverse=True)
    return [*kinds, *({"safety"} - set(kinds) if case.restricted else ())]


def days_from_allocation(case: Case, agreed_on: date) -> int:
    """Calendar days on the support-plan clock (S-10, BR-B3)."""
    return (agreed_on - case.allocated_on).days


def in_force(agreed_on: Sequence[date], day: date) -> int | None:
    """Which of the plans, in the order they were agreed, held on the day: the last by then, or else the first."""
    return max(0, sum(each <= day for each in agreed_on) - 1) if agreed_on else None


def counting(plans: Sequence[tuple[str, date]], card_kinds: Collection[str], day: date) -> int | None:
    """Which of the plans, each a kind and the day it was agreed, an outcome of the day is shown with.

    Of the kinds its rate card asks for (`card_kinds`) if there is one, else of any kind.
    """
    places = [place for place, (kind, _) in enumerate(plans) if kind in card_kinds] or list(range(len(plans)))
    place = in_force([plans[place][1] for place in places], day)
    return None if place is None else places[place]


def plan_is_not_agreed_after_closure(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    """One agreed before the case closed may still be recorded."""
    return is_not_after_the_end(case.closed_on, plan.agreed_on, "plan_after_closure")


def plan_is_of_the_cases_kind(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    fitting = kinds_for(case, kinds)
    if plan.kind in fitting:
        return None
    return Refusal(
        "wrong_kind_of_plan",
        f"This case needs a {fitting[0]} plan.",
        f"Draw up a {fitting[0]} plan with the participant.",
    )


def plan_has_a_goal(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    if any(goal.strip() for goal in plan.goals):
        return None
    return Refusal("no_goal", "The plan names no goal.", "Record at least one goal in the participant's words.")


def plan_is_agreed_with_the_participant(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    if plan.agreed_with_participant:
        return None
    return Refusal(
        "plan_not_agreed",
        "The participant has not agreed the plan.",
        "Go through the plan with the participant, and record their agreement.",
    )


def plan_is_not_agreed_before_allocation(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    if plan.agreed_on >= case.allocated_on:
        return None
    return Refusal(
        "plan_before_allocation",
        f"The participant was allocated on {case.allocated_on}.",
        "Give the day it was agreed, on or after the allocation.",
    )


def plan_is_not_agreed_in_the_future(case: Case, plan: Plan, kinds: Collection[str], today: date) -> Refusal | None:
    if plan.agreed_on <= today:
        return None
    return Refusal("plan_in_the_future", "The agreement is still to come.", "Record it on the day.")


RULES = (
    plan_is_not_agreed_after_closure,
    plan_is_of_the_cases_kind,
    plan_has_a_goal,
    plan_is_agreed_with_the_participant,
    plan_is_not_agreed_before_allocation,
    plan_is_not_agreed_in_the_future,
)


DATED_RULES = (
    plan_is_not_agreed_after_closure,
    plan_is_of_the_cases_kind,
    plan_is_not_agreed_before_allocation,
    plan_is_not_agreed_in_the_future,
)
"""What a correction can get wrong: the goals and the participant's yes stay as they were recorded."""


def refusals_of_plan_correction(case: Case, plan: Plan, kinds: Collection[str], today: date) -> tuple[Refusal, ...]:
    """Every reason why the plan cannot have been of this kind, or agreed on this day."""
    return every_refusal(DATED_RULES, case, plan, kinds, today)


def refusals_of_plan(case: Case, plan: Plan, kinds: Collection[str], today: date) -> tuple[Refusal, ...]:
    """Every reason why the plan cannot be agreed; none when it can. `kinds`: the kinds its rate card asks for."""
    return every_refusal(RULES, case, plan, kinds, today)


def goal_is_in_the_plan(place: int, goals: int) -> Refusal | None:
    if 1 <= place <= goals:
        return None
    return Refusal("no_such_goal", f"The plan has {goals} goals.", f"Name one by its place, from 1 to {goals}.")


def outcome_is_of_the_case(known: bool) -> Refusal | None:
    """What came of a goal is an outcome of the same case that stands."""
    if known:
        return None
    return Refusal(
        "outcome_of_another",
        "No outcome with that id stands in this case.",
        "Name an outcome of the case that nobody has withdrawn, or record it first.",
    )


def refusals_of_goal_correction(place: int, goals: int, *, outcome_known: bool) -> tuple[Refusal, ...]:
    """Every reason why the goal at this place cannot be said to be so."""
    return (
        *every_refusal([goal_is_in_the_plan], place, goals),
        *every_refusal([outcome_is_of_the_case], outcome_known),
    )
