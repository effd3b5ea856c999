"""Closing a case: engagement first, then the prime's eye (BR-D4, S-47).

A participant's own wish is never blocked (BR-D6). A request is dated on the day it is made, so no rule
here looks into the future.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from case_management.domain.catalogue import unknown
from rulebook.codes import CLOSED_AS_DUPLICATE
from rulebook.refusal import Refusal, every_refusal

from .case import Case
from .timeline import DatedFact, nothing_is_after

ClosureRequestState = Literal["open", "confirmed", "refused", "withdrawn"]

OUTCOMES_ACHIEVED = "outcomes-achieved"
ALLOCATION_DECLINED, ALLOCATION_WITHDRAWN = "allocation-declined", "allocation-withdrawn"
OF_THE_HUB = frozenset({CLOSED_AS_DUPLICATE, ALLOCATION_DECLINED, ALLOCATION_WITHDRAWN})
"""Why the hub ended a case: for no reason of the programme's, and by nobody's request."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to engage the participant, by one channel; `tailored_how` says what was done for this person."""

    attempted_on: date
    channel: str
    tailored_how: str = ""

    @property
    def personalised(self) -> bool:
        return bool(self.tailored_how.strip())


@dataclass(frozen=True, slots=True)
class ClosurePolicy:
    """What the programme calls multiple, adaptive and personalised, and the reasons it closes for; data."""

    reasons: frozenset[str]
    attempts: int = 3
    channels: int = 2
    personalised: int = 1
    reasons_without_attempts: frozenset[str] = frozenset({"deceased", "transferred"})


@dataclass(frozen=True, slots=True)
class ClosureRequest:
    """A request to close, with what the record holds in its favour."""

    reason: str
    requested_by: str
    requested_on: date
    by_participant: bool = False
    attempts: tuple[Attempt, ...] = ()
    outcomes_recorded: int = 0


def attempts_that_count(case: Case, request: ClosureRequest) -> tuple[Attempt, ...]:
    """Attempts within the life of the case; the rest prove nothing about it."""
    return tuple(one for one in request.attempts if case.allocated_on <= one.attempted_on <= request.requested_on)


def must_show_attempts(request: ClosureRequest, policy: ClosurePolicy) -> bool:
    """Never for a participant's own request (BR-D6)."""
    return not request.by_participant and request.reason not in policy.reasons_without_attempts


def case_can_be_closed(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    if case.state in {"allocated", "started"}:
        return None
    requested = case.state == "closure-requested"
    instead = "Put the open request right, or take it back." if requested else "The prime can put the closure right."
    return Refusal("closure_not_open", f"The case is {case.state}.", instead, kind="state")


def closure_is_not_before_allocation(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    if request.requested_on >= (case.started_on or case.allocated_on):
        return None
    return Refusal("closure_before_the_case", "The case had not begun on that day.", "Give the day of the request.")


def reason_is_the_programmes(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    """Whoever asks: a participant's wish is held up by no rule of engagement, and has a reason that can be counted."""
    if request.reason in policy.reasons:
        return None
    return unknown("unknown_closure_reason", "reason", request.reason, policy.reasons)


def engagement_was_multiple(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    count = len(attempts_that_count(case, request))
    if not must_show_attempts(request, policy) or count >= policy.attempts:
        return None
    return Refusal(
        "too_few_attempts",
        f"{count} of {policy.attempts} attempts to engage are recorded.",
        f"Make and record {policy.attempts - count} more.",
    )


def engagement_was_adaptive(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    channels = sorted({one.channel for one in attempts_that_count(case, request)})
    if not must_show_attempts(request, policy) or len(channels) >= policy.channels:
        return None
    return Refusal(
        "too_few_channels",
        f"Engagement was tried by {', '.join(channels) or 'no channel'}; {policy.channels} are needed.",
        "Try another way to reach the participant.",
    )


def engagement_was_personalised(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    count = sum(one.personalised for one in attempts_that_count(case, request))
    if not must_show_attempts(request, policy) or count >= policy.personalised:
        return None
    return Refusal(
        "not_personalised",
        f"{count} of {policy.personalised} attempts are tailored to this person.",
        "Say how the attempt was fitted to the participant, or make one that is.",
    )


def achieved_outcomes_are_on_record(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> Refusal | None:
    """S-48, BR-D3."""
    if request.by_participant or request.reason != OUTCOMES_ACHIEVED or request.outcomes_recorded > 0:
        return None
    return Refusal(
        "no_outcome_on_record", "No outcome is recorded.", "Record what was achieved, or close for another reason."
    )


RULES = (
    case_can_be_closed,
    closure_is_not_before_allocation,
    reason_is_the_programmes,
    engagement_was_multiple,
    engagement_was_adaptive,
    engagement_was_personalised,
    achieved_outcomes_are_on_record,
)


def refusals_of_closure_request(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> tuple[Refusal, ...]:
    """Every reason why the request cannot go to the prime; a participant's own is stopped by no rule of engagement."""
    return every_refusal(RULES, case, request, policy)


@dataclass(frozen=True, slots=True)
class ClosureDecision:
    """What someone decides on a request to close."""

    granted: bool
    decided_by: str
    organisation_id: str
    decided_on: date


def closure_was_requested(case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str) -> Refusal | None:
    if case.state == "closure-requested":
        return None
    return Refusal(
        "closure_not_requested",
        f"The case is {case.state}.",
        "Decide on a case whose closure is requested.",
        kind="state",
    )


def prime_decides(case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str) -> Refusal | None:
    """S-47: no provider confirms a closure, least of all its own."""
    if decision.organisation_id == prime:
        return None
    return Refusal("closure_is_the_primes", "Closures are overseen by the prime.", "Leave the decision to the prime.")


def decider_did_not_request(
    case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str
) -> Refusal | None:
    if decision.decided_by != request.requested_by:
        return None
    return Refusal("own_request", "Nobody decides on their own request.", "Ask a colleague to decide.")


def participants_wish_is_granted(
    case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str
) -> Refusal | None:
    """BR-D6: not held on for outcomes still to be claimed."""
    if decision.granted or not request.by_participant:
        return None
    return Refusal(
        "participants_own_wish",
        "The participant asked to close; nobody may hold them.",
        "Close the case; what was achieved can still be claimed.",
    )


def decision_follows_the_request(
    case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str
) -> Refusal | None:
    if decision.decided_on >= request.requested_on:
        return None
    return Refusal("decided_before_requested", f"Closure was requested on {request.requested_on}.", "Check the date.")


DECISION_RULES = (
    closure_was_requested,
    prime_decides,
    decider_did_not_request,
    participants_wish_is_granted,
    decision_follows_the_request,
)


def refusals_of_closure_decision(
    case: Case, request: ClosureRequest, decision: ClosureDecision, prime: str
) -> tuple[Refusal, ...]:
    """Every reason why the decision cannot stand; `prime` is the prime's organisation."""
    return every_refusal(DECISION_RULES, case, request, decision, prime)


def request_awaits_its_decision(state: str) -> Refusal | None:
    """Of a request that is to be put right or taken back."""
    if state == "open":
        return None
    instead = {
        "confirmed": "Ask the prime to put the closure right, or to reopen the case.",
        "refused": "Request closure again.",
    }
    return Refusal(
        "closure_decided", f"The request was {state}.", instead.get(state, "Request closure again."), kind="state"
    )


def refusals_of_request_correction(case: Case, request: ClosureRequest, policy: ClosurePolicy) -> tuple[Refusal, ...]:
    """Every reason why an open request cannot have been made so: those against a new one, but that there is one."""
    return refusals_of_closure_request(replace(case, state=case.state_without_closure), request, policy)


@dataclass(frozen=True, slots=True)
class Closure:
    """How a case is to have ended, and what its record holds."""

    reason: str
    closed_on: date
    outcomes_recorded: int
    dated: tuple[DatedFact, ...] = ()
    """What is on record that can only have been until then."""


def case_is_closed(case: Case) -> Refusal | None:
    if case.state == "closed":
        return None
    instead = (
        "Decide on the request first." if case.state == "closure-requested" else "Go on with the case: it is open."
    )
    return Refusal("case_not_closed", f"The case is {case.state}.", instead, kind="state")


def closure_is_not_the_hubs(case: Case) -> Refusal | None:
    if case.closure_reason not in OF_THE_HUB:
        return None
    return Refusal(
        "closed_by_the_hub",
        f"The hub ended this case: {case.closure_reason}.",
        "Ask the hub to place the participant again, if they need support.",
        kind="state",
    )


def closing_reason_is_the_programmes(
    case: Case, closure: Closure, policy: ClosurePolicy, today: date
) -> Refusal | None:
    if closure.reason == case.closure_reason or closure.reason in policy.reasons:
        return None
    return unknown("unknown_closure_reason", "reason", closure.reason, policy.reasons)


def case_closed_on_a_possible_day(case: Case, closure: Closure, policy: ClosurePolicy, today: date) -> Refusal | None:
    first = case.started_on or case.allocated_on
    if first <= closure.closed_on <= today:
        return None
    return Refusal(
        "closed_on_an_impossible_day",
        f"The case can have closed from {first} until today.",
        "Give the last day of the support.",
    )


def nothing_is_left_behind(case: Case, closure: Closure, policy: ClosurePolicy, today: date) -> Refusal | None:
    """Nothing is done in a case that has closed, nor achieved where that would not count any more (BR-D6)."""
    return nothing_is_after(closure.closed_on, closure.dated, "closed_before_the_last")


def achieved_outcomes_stand_behind_it(
    case: Case, closure: Closure, policy: ClosurePolicy, today: date
) -> Refusal | None:
    """S-48, BR-D3."""
    if closure.reason != OUTCOMES_ACHIEVED or closure.outcomes_recorded > 0:
        return None
    return Refusal(
        "no_outcome_on_record", "No outcome is recorded.", "Have what was achieved recorded, or give another reason."
    )


OF_ITS_STATE = (case_is_closed, closure_is_not_the_hubs)
CLOSURE_RULES = (
    closing_reason_is_the_programmes,
    case_closed_on_a_possible_day,
    nothing_is_left_behind,
    achieved_outcomes_stand_behind_it,
)


def refusals_of_closure(case: Case, closure: Closure, policy: ClosurePolicy, today: date) -> tuple[Refusal, ...]:
    """Every reason why a closed case cannot have closed so."""
    return every_refusal(OF_ITS_STATE, case) or every_refusal(CLOSURE_RULES, case, closure, policy, today)


def nobody_supports_them_by_now(others: Collection[UUID]) -> Refusal | None:
    """One person has one open case (BR-C1)."""
    if not others:
        return None
    cases = ", ".join(str(one) for one in sorted(others))
    return Refusal(
        "supported_again", f"The participant has another open case: {cases}.", "Go on with that case.", kind="state"
    )


def refusals_of_reopening(case: Case, others: Collection[UUID]) -> tuple[Refusal, ...]:
    """Every reason why a closed case stays closed; `others` are the participant's open cases by now."""
    return every_refusal(OF_ITS_STATE, case) or every_refusal([nobody_supports_them_by_now], others)
