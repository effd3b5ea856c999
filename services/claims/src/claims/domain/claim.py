"""A claim: its key, its states, and who may move it where. One table says all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rulebook.codes import ClaimState
from rulebook.refusal import Refusal

Verb = Literal[
    "revise",
    "return",
    "approve",
    "submit",
    "query",
    "verify",
    "refuse",
    "refuse-duplicate",
    "undo",
    "reopen",
    "withdraw",
]

ENDS: frozenset[ClaimState] = frozenset({"verified", "withdrawn"})
"""A claim rests here: only a person who puts a mistake right moves it on; past its month, by adjustment (BR-H13)."""

WAITS: frozenset[ClaimState] = frozenset({"raised", "returned", "approved", "submitted", "queried"})
"""Somebody is to act: the provider, the prime or the council."""

PRIME = frozenset({"prime-manager", "prime-finance"})
COUNCIL = frozenset({"council-verifier"})
NOBODY: frozenset[str] = frozenset()
"""No person: the system alone, in answer to an event."""


class NoSuchMove(Exception):
    """The claim is not in a state from which it can be moved so."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"a claim that is {state} cannot take the move {verb!r}")
        self.verb = verb
        self.state = state


@dataclass(frozen=True, slots=True)
class Move:
    verb: Verb
    before: ClaimState
    after: ClaimState
    roles: frozenset[str]


MOVES: tuple[Move, ...] = (
    Move("revise", "raised", "raised", NOBODY),
    Move("revise", "returned", "raised", NOBODY),
    Move("revise", "approved", "raised", NOBODY),
    Move("revise", "submitted", "raised", NOBODY),
    Move("revise", "queried", "raised", NOBODY),
    Move("revise", "refused", "raised", NOBODY),
    Move("return", "raised", "returned", PRIME),
    Move("return", "approved", "returned", PRIME),
    Move("approve", "raised", "approved", PRIME),
    Move("submit", "approved", "submitted", PRIME),
    Move("submit", "queried", "submitted", PRIME),
    Move("query", "submitted", "queried", COUNCIL),
    Move("verify", "submitted", "verified", COUNCIL),
    Move("verify", "queried", "verified", COUNCIL),
    Move("refuse", "submitted", "refused", COUNCIL),
    Move("refuse", "queried", "refused", COUNCIL),
    Move("refuse-duplicate", "raised", "refused", NOBODY),
    Move("refuse-duplicate", "returned", "refused", NOBODY),
    Move("refuse-duplicate", "approved", "refused", NOBODY),
    Move("refuse-duplicate", "submitted", "refused", NOBODY),
    Move("refuse-duplicate", "queried", "refused", NOBODY),
    Move("undo", "verified", "submitted", COUNCIL),
    Move("undo", "refused", "submitted", COUNCIL),
    Move("reopen", "returned", "raised", PRIME),
    Move("reopen", "approved", "raised", PRIME),
    Move("reopen", "submitted", "raised", PRIME),
    Move("reopen", "refused", "raised", PRIME),
    Move("reopen", "withdrawn", "raised", PRIME),
    Move("withdraw", "raised", "withdrawn", PRIME),
    Move("withdraw", "returned", "withdrawn", PRIME),
    Move("withdraw", "approved", "withdrawn", PRIME),
    Move("withdraw", "submitted", "withdrawn", PRIME),
    Move("withdraw", "queried", "withdrawn", PRIME),
    Move("withdraw", "refused", "withdrawn", PRIME),
)
_BY_VERB_AND_STATE: Mapping[tuple[str, str], Move] = {(move.verb, move.before): move for move in MOVES}


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose hands a claim has been through (BR-F5)."""

    recorded_by: str
    approved_by: str | None = None
    submitted_by: str | None = None
    verified_by: str | None = None

    @property
    def before_the_council(self) -> frozenset[str]:
        return _named(self.recorded_by, self.approved_by, self.submitted_by)

    @property
    def all(self) -> frozenset[str]:
        return _named(self.recorded_by, self.approved_by, self.submitted_by, self.verified_by)


def _named(*hands: str | None) -> frozenset[str]:
    return frozenset(hand for hand in hands if hand is not None)


def move_for(verb: Verb, state: ClaimState) -> Move:
    """The move a verb makes from a state, with the roles that may make it; `NoSuchMove` if there is none."""
    try:
        return _BY_VERB_AND_STATE[verb, state]
    except KeyError:
        raise NoSuchMove(verb, state) from None


def changes_of_state() -> frozenset[tuple[ClaimState, ClaimState]]:
    """Every change of state there is; the database refuses any other, whoever asks."""
    return frozenset((move.before, move.after) for move in MOVES if move.before != move.after)


def verbs_for(state: ClaimState, roles: frozenset[str]) -> tuple[Verb, ...]:
    """What someone with these roles may do with a claim in this state."""
    return tuple(move.verb for move in MOVES if move.before == state and move.roles & roles)


def hands_are_separate(verb: Verb, actor: str, hands: Hands) -> Refusal | None:
    """Whoever recorded does not approve; whoever recorded, approved or submitted does not decide (BR-F5).

    And what one person verified, another undoes.
    """
    earlier = hands.before_the_council
    actors = {
        "approve": frozenset({hands.recorded_by}),
        "query": earlier,
        "verify": earlier,
        "refuse": earlier,
        "undo": hands.all,
        "reopen": frozenset({hands.recorded_by}),
    }.get(verb, NOBODY)
    if actor not in actors:
        return None
    return Refusal(
        "same_hands",
        "You have already acted on this claim in another part.",
        "A different person must take this step.",
    )
