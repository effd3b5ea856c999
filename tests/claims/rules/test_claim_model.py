"""The life of claims, model-checked: whoever does whatever in whatever order, what must never be never is."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claims.domain.claim import (
    COUNCIL,
    ENDS,
    MOVES,
    PRIME,
    Hands,
    NoSuchMove,
    Verb,
    changes_of_state,
    hands_are_separate,
    move_for,
    verbs_for,
)
from rulebook.claims_on_record import NOT_LIVE
from rulebook.codes import ClaimState
from tests.parts.states import CLAIM_STATES

RUNS, STEPS = 250, 60
VERBS = sorted({move.verb for move in MOVES})
ROLE_OF = {"anna": "prime-manager", "ben": "prime-manager", "cleo": "council-verifier", "dan": "council-verifier"}
PEOPLE = [*ROLE_OF, "worker", "auditor"]
taken: list[str] = []
"""Every step of every run, so that the count can be told."""


@dataclass(slots=True)
class Modelled:
    key: str
    recorded_by: str
    state: ClaimState = "raised"
    hands: Hands = field(init=False)
    lived: list[ClaimState] = field(default_factory=list[ClaimState])

    def __post_init__(self) -> None:
        self.hands = Hands(self.recorded_by)
        self.lived = [self.state]

    def go(self, verb: Verb) -> None:
        self.state = move_for(verb, self.state).after
        self.lived.append(self.state)


class Claims(RuleBasedStateMachine):
    """Claims for a few keys, moved by anyone by any verb; the domain alone says what is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: list[Modelled] = []

    @initialize()
    def begin(self) -> None:
        self.raise_one("first", "worker")

    @rule(key=st.sampled_from(["first", "second"]), who=st.sampled_from(PEOPLE))
    def raise_one(self, key: str, who: str) -> None:
        taken.append("raise")
        claim = Modelled(key, who)
        if any(other.key == key and other.state not in NOT_LIVE for other in self.claims):
            claim.go("refuse-duplicate")
        self.claims.append(claim)

    @rule(data=st.data(), verb=st.sampled_from(VERBS), who=st.sampled_from(PEOPLE))
    def act(self, data: st.DataObject, verb: Verb, who: str) -> None:
        taken.append(verb)
        claim = data.draw(st.sampled_from(self.claims))
        with suppress(NoSuchMove):
            move = move_for(verb, claim.state)
            if move.roles and (ROLE_OF.get(who) not in move.roles or hands_are_separate(verb, who, claim.hands)):
                return
            if verb == "undo" and claim.state == "refused" and claim.hands.approved_by is None:
                return  # a rule refused it: see council_refused_it
            rival = any(c.key == claim.key and c is not claim and c.state not in NOT_LIVE for c in self.claims)
            if claim.state in NOT_LIVE and move.after not in NOT_LIVE and rival:
                return
            claim.go(verb)
            if verb == "approve":
                claim.hands = replace(claim.hands, approved_by=who)
            elif verb == "submit":
                claim.hands = replace(claim.hands, submitted_by=who)
            elif move.after == "raised":
                claim.hands = Hands(claim.recorded_by)
            elif verb == "verify":
                assert claim.hands.approved_by is not None
                assert who not in claim.hands.all
                claim.hands = replace(claim.hands, verified_by=who)
            elif verb == "undo":
                assert who != claim.hands.verified_by
                claim.hands = replace(claim.hands, verified_by=None)

    @invariant()
    def of_one_key_at_most_one_claim_is_live(self) -> None:
        live = [claim.key for claim in self.claims if claim.state not in NOT_LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def nobody_is_stuck(self) -> None:
        for claim in self.claims:
            if claim.state not in ENDS:
                assert any(verbs_for(claim.state, frozenset({role})) for role in (*PRIME, *COUNCIL))

    @invariant()
    def a_claim_that_rests_is_moved_by_who_puts_a_mistake_right_and_no_step_is_skipped(self) -> None:
        for claim in self.claims:
            moved_on = {step for step in _steps(claim.lived) if step[0] in ENDS}
            assert moved_on <= {("verified", "submitted"), ("withdrawn", "raised")}
            assert all(step in changes_of_state() for step in _steps(claim.lived))


def _steps(lived: list[ClaimState]) -> Iterator[tuple[ClaimState, ClaimState]]:
    return ((a, b) for a, b in itertools.pairwise(lived) if a != b)


def test_ten_thousand_steps_break_nothing() -> None:
    taken.clear()

    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType]
        Claims, settings=settings(max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None)
    )

    assert len(taken) >= 10_000, f"only {len(taken)} steps were taken"
    assert set(taken) == {"raise", *VERBS}


def test_from_every_state_a_named_role_leads_to_an_end() -> None:
    for state in CLAIM_STATES:
        seen, edge = {state}, {state}
        while edge:
            edge = {m.after for m in MOVES if m.before in edge and m.roles} - seen
            seen |= edge
        assert seen & ENDS, state
