"""The personalisation fund: quick for something small, the board for what is larger, and no splitting (§2.O, S-49)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from case_management.domain.catalogue import unknown
from rulebook.refusal import Refusal, every_refusal

from .case import Case

Level = Literal["manager", "board"]
"""Who decides: the provider's manager, or the board (BR-O2, BR-O3)."""
FundRequestState = Literal["open", "approved", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class FundPolicy:
    """The fund as the programme has it: data."""

    budget_pence: int
    """For the whole contract (BR-O1)."""
    delegated_pence: int
    """Up to this, itself included, the provider's manager decides (BR-O2)."""
    split_within_days: int
    """Requests of one category for one participant within so many days are looked at together (BR-O6)."""
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class FundRequest:
    """What is asked for a participant, towards which outcome."""

    category: str
    outcome: str
    amount_pence: int
    requested_on: date


@dataclass(frozen=True, slots=True)
class FundNeed:
    """One request as the rules look at it."""

    case: Case | None
    """None for an innovation: it is for a service and not for one participant (BR-O8)."""
    request: FundRequest
    policy: FundPolicy
    outcomes: frozenset[str]
    """Those on any rate card."""


def case_is_under_way(need: FundNeed) -> Refusal | None:
    if need.case is None or need.case.state in {"started", "closure-requested"}:
        return None
    return Refusal(
        "case_not_started", f"The case is {need.case.state}.", "Ask while the case is under way.", kind="state"
    )


def category_is_the_programmes(need: FundNeed) -> Refusal | None:
    if need.request.category in need.policy.categories:
        return None
    return unknown("unknown_fund_category", "category", need.request.category, need.policy.categories)


def outcome_is_on_a_card(need: FundNeed) -> Refusal | None:
    """BR-O4."""
    if need.request.outcome in need.outcomes:
        return None
    return unknown("unknown_outcome", "outcome", need.request.outcome, need.outcomes)


def amount_fits_the_budget(need: FundNeed) -> Refusal | None:
    if need.request.amount_pence <= need.policy.budget_pence:
        return None
    return Refusal("above_the_fund", "The amount is more than the whole fund.", "Check the amount: it is in pence.")


RULES = (case_is_under_way, category_is_the_programmes, outcome_is_on_a_card, amount_fits_the_budget)
INNOVATION = "innovation"
INNOVATION_RULES = (outcome_is_on_a_card, amount_fits_the_budget)


def refusals_of_fund_request(need: FundNeed) -> tuple[Refusal, ...]:
    """Every reason why it cannot be asked for."""
    return every_refusal(RULES if need.case else INNOVATION_RULES, need)


def asked_together(request: FundRequest, earlier: Iterable[FundRequest], policy: FundPolicy) -> int:
    """Pence of this request and of those of the same category within the days in which they count as one purchase."""
    since = request.requested_on - timedelta(days=policy.split_within_days)
    same = (one for one in earlier if one.category == request.category and one.requested_on >= since)
    return request.amount_pence + sum(one.amount_pence for one in same)


def looks_split(request: FundRequest, earlier: Iterable[FundRequest], policy: FundPolicy) -> bool:
    """Small by itself, and together with what was asked before more than a manager may grant (BR-O6)."""
    together = asked_together(request, earlier, policy)
    return request.amount_pence <= policy.delegated_pence < together


def level_of(request: FundRequest, split: bool, policy: FundPolicy) -> Level:
    """A split purchase is the board's, as the whole of it would have been."""
    return "board" if split or request.amount_pence > policy.delegated_pence else "manager"


@dataclass(frozen=True, slots=True)
class FundDecision:
    """What someone decides on a request, and what is left of the fund before it."""

    granted: bool
    reason: str | None
    decided_by: str
    at_board: bool
    state: str
    level: Level
    requested_by: str
    amount_pence: int
    left_pence: int


def request_is_open(decision: FundDecision) -> Refusal | None:
    if decision.state == "open":
        return None
    mistaken = "If it was approved by mistake, whoever asked takes it back; if it was refused, they ask again."
    return Refusal("fund_request_decided", f"The request is {decision.state} already.", mistaken, kind="state")


def another_decides(decision: FundDecision) -> Refusal | None:
    if decision.decided_by != decision.requested_by:
        return None
    return Refusal("own_fund_request", "You made this request yourself.", "Ask somebody else to decide.")


def the_right_level_decides(decision: FundDecision) -> Refusal | None:
    if decision.at_board == (decision.level == "board"):
        return None
    whose = "the board's" if decision.level == "board" else "the provider's manager's"
    return Refusal("decided_elsewhere", f"The decision is {whose}.", "Leave it to them.")


def the_fund_has_enough(decision: FundDecision) -> Refusal | None:
    """BR-O1, to the last penny."""
    if not decision.granted or decision.amount_pence <= decision.left_pence:
        return None
    return Refusal(
        "fund_spent",
        f"£{decision.left_pence / 100:.2f} of the fund is left.",
        "Refuse it, or have a smaller amount asked for.",
        kind="state",
    )


def a_refusal_has_a_reason(decision: FundDecision) -> Refusal | None:
    if decision.granted or decision.reason:
        return None
    return Refusal("refusal_without_reason", "No reason is given.", "Say why not, and what might do instead.")


DECISION_RULES = (
    request_is_open,
    another_decides,
    the_right_level_decides,
    the_fund_has_enough,
    a_refusal_has_a_reason,
)


def refusals_of_fund_decision(decision: FundDecision) -> tuple[Refusal, ...]:
    """Every reason why it cannot be decided so."""
    return every_refusal(DECISION_RULES, decision)


@dataclass(frozen=True, slots=True)
class FundCorrection:
    """A request as it stands, and as it was meant."""

    state: str
    before: FundRequest
    after: FundRequest


def request_still_stands(state: str) -> Refusal | None:
    """Nothing of a request that was refused is given, so nothing of it is to be put right."""
    if state in {"open", "approved"}:
        return None
    return Refusal("fund_request_ended", f"The request was {state}.", "Make a new request.", kind="state")


def what_is_approved_only_goes_down(correction: FundCorrection) -> Refusal | None:
    """Whoever approved it gave no more than that, and for that alone (BR-O2 to BR-O4)."""
    before, after = correction.before, correction.after
    same = (before.category, before.outcome) == (after.category, after.outcome)
    if correction.state != "approved" or (same and after.amount_pence <= before.amount_pence):
        return None
    return Refusal(
        "fund_request_approved",
        "It was approved for that, and for no more.",
        "Lower the amount, or take the request back and make a new one.",
    )


def refusals_of_fund_correction(correction: FundCorrection, need: FundNeed) -> tuple[Refusal, ...]:
    """Every reason why a request cannot have been meant so: while it is open, those against a new one."""
    of_its_state = every_refusal([request_still_stands], correction.state)
    if of_its_state or correction.state == "approved":
        return of_its_state or every_refusal([what_is_approved_only_goes_down], correction)
    return refusals_of_fund_request(need)
