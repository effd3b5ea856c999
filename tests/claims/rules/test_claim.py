from typing import get_args

import pytest

from claims.domain.claim import ENDS, MOVES, Hands, NoSuchMove, Verb, hands_are_separate, move_for, verbs_for
from common.contracts import EVERY_EVENT
from common.contracts.claims import ClaimEvent
from rulebook.codes import ClaimState
from tests.parts.states import CLAIM_STATES


@pytest.mark.parametrize("state", [state for state in CLAIM_STATES if state not in ENDS])
def test_every_state_that_is_no_end_has_an_exit_that_a_person_can_take(state: ClaimState) -> None:
    assert any(move.before == state and move.after != state and move.roles for move in MOVES)


@pytest.mark.parametrize("state", sorted(ENDS))
def test_only_a_person_who_puts_a_mistake_right_moves_a_claim_that_rests(state: ClaimState) -> None:
    moves = {(move.verb, bool(move.roles)) for move in MOVES if move.before == state}

    assert moves == {({"verified": "undo", "withdrawn": "reopen"}[state], True)}


def reachable(start: ClaimState) -> set[str]:
    seen, edge = {start}, {start}
    while edge:
        edge = {move.after for move in MOVES if move.before in edge} - seen
        seen |= edge
    return seen


def test_every_state_can_be_reached_and_every_state_leads_to_an_end() -> None:
    assert reachable("raised") == set(CLAIM_STATES)
    assert all(reachable(state) & ENDS for state in CLAIM_STATES)


def test_a_verb_leads_from_a_state_to_one_other() -> None:
    assert len({(move.verb, move.before) for move in MOVES}) == len(MOVES)
    assert {move.verb for move in MOVES} == set(get_args(Verb))


def test_every_state_is_told_of_by_an_event() -> None:
    told = {event.state_after for event in EVERY_EVENT.values() if issubclass(event, ClaimEvent)}

    assert told - {None} == set(CLAIM_STATES)


@pytest.mark.parametrize("state", [state for state in CLAIM_STATES if state not in ENDS])
def test_a_corrected_outcome_goes_on_under_its_claim(state: ClaimState) -> None:
    assert move_for("revise", state).after == "raised"


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("verify", "raised"),
        ("verify", "approved"),
        ("verify", "verified"),
        ("refuse", "verified"),
        ("revise", "verified"),
        ("revise", "withdrawn"),
        ("submit", "raised"),
        ("reopen", "verified"),
        ("withdraw", "verified"),
    ],
)
def test_a_move_outside_the_table_is_refused_aloud(verb: Verb, state: ClaimState) -> None:
    with pytest.raises(NoSuchMove):
        move_for(verb, state)


@pytest.mark.parametrize(
    ("verb", "state", "roles"),
    [
        ("approve", "raised", {"prime-manager", "prime-finance"}),
        ("submit", "approved", {"prime-manager", "prime-finance"}),
        ("verify", "submitted", {"council-verifier"}),
        ("refuse", "submitted", {"council-verifier"}),
        ("query", "submitted", {"council-verifier"}),
    ],
)
def test_the_prime_approves_and_the_council_verifies(verb: Verb, state: ClaimState, roles: set[str]) -> None:
    assert move_for(verb, state).roles == roles


@pytest.mark.parametrize(
    "role", ["caseworker", "contracts-officer", "provider-manager", "provider-system", "auditor", "hub", "lcf-officer"]
)
@pytest.mark.parametrize("state", CLAIM_STATES)
def test_nobody_else_moves_a_claim(role: str, state: ClaimState) -> None:
    assert verbs_for(state, frozenset({role})) == ()


def test_someone_sees_what_they_may_do() -> None:
    assert verbs_for("submitted", frozenset({"council-verifier"})) == ("query", "verify", "refuse")


HANDS = Hands(recorded_by="worker", approved_by="approver", submitted_by="submitter")


@pytest.mark.parametrize(
    ("verb", "barred"),
    [
        ("approve", {"worker"}),
        ("submit", set[str]()),
        ("query", {"worker", "approver", "submitter"}),
        ("verify", {"worker", "approver", "submitter"}),
        ("refuse", {"worker", "approver", "submitter"}),
        ("reopen", {"worker"}),
    ],
)
def test_one_pair_of_hands_does_not_do_two_parts(verb: Verb, barred: set[str]) -> None:
    everyone = {"worker", "approver", "submitter", "stranger"}

    assert {actor for actor in everyone if hands_are_separate(verb, actor, HANDS)} == barred
