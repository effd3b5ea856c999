from dataclasses import replace
from datetime import date, timedelta

import pytest

from case_management.domain.case import Case
from case_management.domain.closure import (
    ClosureDecision,
    ClosureRequest,
    refusals_of_closure_decision,
    refusals_of_closure_request,
)
from tests.case_management.builders import (
    ALLOCATED_ON,
    CLOSURE,
    STARTED_ON,
    THREE_ATTEMPTS,
    TODAY,
    a_case,
    a_closure_decision,
    a_closure_request,
    an_allocated_case,
    an_attempt,
)

PERSONAL = an_attempt(channel="visit", tailored_how="Took her mother along.")
ENGAGEMENT = {"too_few_attempts", "too_few_channels", "not_personalised"}
PENDING = a_case(state="closure-requested")


def codes(request: ClosureRequest, case: Case | None = None) -> set[str]:
    return {refusal.code for refusal in refusals_of_closure_request(case or a_case(), request, CLOSURE)}


@pytest.mark.row("S-47")
@pytest.mark.parametrize("case", [a_case(), an_allocated_case()])
def test_three_attempts_over_two_channels_one_of_them_personal_are_enough(case: Case) -> None:
    assert codes(a_closure_request(), case) == set()


@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        (a_closure_request(attempts=()), ENGAGEMENT),
        (a_closure_request(attempts=(PERSONAL,)), {"too_few_attempts", "too_few_channels"}),
        (a_closure_request(attempts=(PERSONAL, an_attempt())), {"too_few_attempts"}),
        (a_closure_request(attempts=(PERSONAL, PERSONAL, PERSONAL)), {"too_few_channels"}),
        (a_closure_request(attempts=(an_attempt(), an_attempt(), an_attempt(channel="post"))), {"not_personalised"}),
    ],
)
def test_engagement_is_multiple_adaptive_and_personalised(request_: ClosureRequest, refused: set[str]) -> None:
    assert codes(request_) == refused


@pytest.mark.parametrize("day", [ALLOCATED_ON - timedelta(days=1), TODAY + timedelta(days=1)])
def test_an_attempt_outside_the_life_of_the_case_proves_nothing(day: date) -> None:
    request = a_closure_request(attempts=(an_attempt(attempted_on=day), *THREE_ATTEMPTS[1:]))

    assert codes(request) == {"too_few_attempts"}


@pytest.mark.parametrize("day", [ALLOCATED_ON, TODAY])
def test_an_attempt_on_the_first_or_last_day_counts(day: date) -> None:
    request = a_closure_request(attempts=(an_attempt(attempted_on=day), *THREE_ATTEMPTS[1:]))

    assert codes(request) == set()


def test_a_participants_own_request_is_never_blocked() -> None:
    request = a_closure_request(by_participant=True, reason="disengaged", attempts=(), outcomes_recorded=0)

    assert codes(request) == set()
    assert codes(replace(request, reason="moving-on")) == {"unknown_closure_reason"}


def test_a_worker_cannot_pass_a_closure_off_as_the_participants_by_its_reason() -> None:
    assert codes(a_closure_request(reason="participant-request", attempts=())) == {
        *ENGAGEMENT,
        "unknown_closure_reason",
    }


def test_nobody_is_sought_out_after_their_death() -> None:
    assert codes(a_closure_request(reason="deceased", attempts=())) == set()


@pytest.mark.row("S-48")
@pytest.mark.parametrize(("recorded", "refused"), [(0, {"no_outcome_on_record"}), (1, set[str]())])
def test_achieved_outcomes_are_on_record(recorded: int, refused: set[str]) -> None:
    assert codes(a_closure_request(reason="outcomes-achieved", outcomes_recorded=recorded)) == refused


@pytest.mark.parametrize("state", ["closure-requested", "closed"])
def test_a_case_is_closed_once(state: str) -> None:
    assert codes(a_closure_request(), a_case(state=state)) == {"closure_not_open"}


@pytest.mark.parametrize(
    ("case", "requested_on", "refused"),
    [
        (a_case(), STARTED_ON, set[str]()),
        (a_case(), STARTED_ON - timedelta(days=1), {"closure_before_the_case"}),
        (an_allocated_case(), ALLOCATED_ON, set[str]()),
        (an_allocated_case(), ALLOCATED_ON - timedelta(days=1), {"closure_before_the_case"}),
    ],
)
def test_a_case_does_not_close_before_it_began(case: Case, requested_on: date, refused: set[str]) -> None:
    assert codes(a_closure_request(requested_on=requested_on, by_participant=True), case) == refused


@pytest.mark.parametrize(
    ("case", "decision", "refused"),
    [
        (PENDING, a_closure_decision(), []),
        (PENDING, a_closure_decision(granted=False), []),
        (a_case(), a_closure_decision(), ["closure_not_requested"]),
        (PENDING, a_closure_decision(organisation_id="horton"), ["closure_is_the_primes"]),
        (PENDING, a_closure_decision(organisation_id="pdap"), ["closure_is_the_primes"]),
        (PENDING, a_closure_decision(decided_by="worker-1"), ["own_request"]),
        (PENDING, a_closure_decision(decided_on=TODAY - timedelta(days=1)), ["decided_before_requested"]),
    ],
)
def test_the_prime_decides_on_a_closure_and_nobody_on_their_own(
    case: Case, decision: ClosureDecision, refused: list[str]
) -> None:
    refusals = refusals_of_closure_decision(case, a_closure_request(), decision, "kbop-prime")

    assert [refusal.code for refusal in refusals] == refused


@pytest.mark.parametrize(("granted", "refused"), [(True, []), (False, ["participants_own_wish"])])
def test_a_participant_who_asked_to_close_is_not_held(granted: bool, refused: list[str]) -> None:
    request = a_closure_request(by_participant=True, attempts=())

    refusals = refusals_of_closure_decision(PENDING, request, a_closure_decision(granted=granted), "kbop-prime")

    assert [refusal.code for refusal in refusals] == refused
