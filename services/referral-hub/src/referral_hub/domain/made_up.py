"""Made-up participants: a sandbox refers, assesses and places them, so that a provider's system has somebody."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rulebook.refusal import Refusal

Answer = Literal["verify", "query", "refuse", "slow", "take-back"]
"""What the council, which the sandbox plays, does with claims for a member of a group."""
MemberState = Literal["waiting", "placed", "ended"]
MOST_AT_ONCE = 500
"""Made-up participants of one provider that a reset has not ended."""


@dataclass(frozen=True, slots=True)
class GroupWish:
    """How many are asked for, by a provider that was in the partnership from one day until another."""

    participants: int
    standing: int
    """Those it has already."""
    joined_on: date | None
    """None: the programme knows no such provider."""
    left_on: date | None
    on: date


def provider_is_in_the_sandbox(wish: GroupWish) -> Refusal | None:
    if wish.joined_on is not None and wish.joined_on <= wish.on <= (wish.left_on or wish.on):
        return None
    return Refusal(
        "not_in_partnership",
        f"Your organisation is no provider of this programme on {wish.on}.",
        "Set your clock to a day on which it is, or sign in as a provider that the programme names.",
    )


def sandbox_has_room(wish: GroupWish) -> Refusal | None:
    if wish.standing + wish.participants <= MOST_AT_ONCE:
        return None
    return Refusal(
        "too_many_people",
        f"You have {wish.standing} made-up participants, and may have {MOST_AT_ONCE}.",
        "Ask for fewer, or begin again with a reset.",
        kind="state",
    )


RULES = (provider_is_in_the_sandbox, sandbox_has_room)
