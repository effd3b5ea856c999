"""The life of a change of a rate card: drafted, proposed, accepted by prime and council, in force from its day (S-72).

Whatever pays for outcomes is agreed by two organisations. Until both have accepted a version it judges nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, cast

from rulebook.rate_card import RateCard
from rulebook.refusal import Refusal

State = Literal["draft", "proposed", "accepted", "rejected", "withdrawn"]
Verb = Literal["propose", "accept", "reject", "withdraw"]
Side = Literal["prime", "council"]

SIDES: Mapping[str, Side] = {"prime-manager": "prime", "council-oversight": "council"}
"""Role → the side it accepts and rejects for."""
MOVES: Mapping[State, Mapping[Verb, frozenset[State]]] = {
    "draft": {"propose": frozenset({"proposed"}), "withdraw": frozenset({"withdrawn"})},
    "proposed": {
        "accept": frozenset({"proposed", "accepted"}),
        "reject": frozenset({"rejected"}),
        "withdraw": frozenset({"withdrawn"}),
    },
}
"""Every move there is, with where it may lead; a version accepted, rejected or withdrawn stays so."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A person, and the organisation they act for."""

    person: str
    organisation: str


@dataclass(frozen=True, slots=True)
class CardChange:
    """One version on its way to being in force."""

    card: RateCard
    state: State
    brought_by: Hand
    """Who drafted it."""
    retroactive: bool = False
    """It says itself that it may be accepted after the day from which it is in force."""
    accepted: Mapping[Side, Hand] | None = None

    def accepted_by(self, side: Side) -> Hand | None:
        return (self.accepted or {}).get(side)


def move_is_there(change: CardChange, verb: Verb) -> Refusal | None:
    open_to = MOVES.get(change.state, {})
    if verb in open_to:
        return None
    return Refusal(
        "no_such_move",
        f"A version that is {change.state} cannot take the step {verb!r}.",
        f"It can take: {', '.join(sorted(open_to))}." if open_to else "Draft a new version.",
    )


def refusals_of_acceptance(
    change: CardChange, side: Side, by: Hand, today: date, in_force: Iterable[RateCard]
) -> tuple[Refusal, ...]:
    """Every reason why this hand cannot accept it for this side today; none when it can."""
    answers = (
        move_is_there(change, "accept"),
        side_has_yet_to_accept(change, side),
        hands_are_two(change, side, by),
        day_is_not_past(change, today),
        period_is_free(change.card, in_force),
    )
    return tuple(refusal for refusal in answers if refusal is not None)


def side_has_yet_to_accept(change: CardChange, side: Side) -> Refusal | None:
    if change.accepted_by(side) is None:
        return None
    return Refusal("side_has_accepted", f"The {side} has accepted it.", "Nothing more is needed of this side.")


def hands_are_two(change: CardChange, side: Side, by: Hand) -> Refusal | None:
    """Two people of two organisations; whoever proposed may be one of them, for the other one still decides."""
    other = change.accepted_by("council" if side == "prime" else "prime")
    if other is None or (other.person != by.person and other.organisation != by.organisation):
        return None
    return Refusal(
        "same_hands", "You, or your organisation, accepted it for the other side.", "Somebody of this side must accept."
    )


def day_is_not_past(change: CardChange, today: date) -> Refusal | None:
    """What pays is known before it is earned, unless the version says itself that it comes late."""
    if change.retroactive or change.card.in_force_from >= today:
        return None
    return Refusal(
        "day_is_past",
        f"It would be in force from {change.card.in_force_from}, before it is accepted.",
        "Propose it from a day to come, or as retroactive: claims raised before keep the version they have.",
    )


def period_is_free(card: RateCard, in_force: Iterable[RateCard]) -> Refusal | None:
    """On every day one version: an open one before it ends when it begins; nothing else gives way."""
    others = [other for other in in_force if other.card == card.card and other.version != card.version]
    for other in (ended_by(card, each) or each for each in others):
        first, last = max(card.in_force_from, other.in_force_from), _last(card, other)
        if last is None or first <= last:
            return Refusal(
                "period_taken",
                f"{other.card} {other.version} is in force on {first}.",
                "Choose days on which no accepted version is in force, or days after an open one began.",
            )
    return None


def ended_by(card: RateCard, earlier: RateCard) -> RateCard | None:
    """The open version before it, ended on the day before it begins."""
    if earlier.card != card.card or earlier.in_force_until is not None or earlier.in_force_from >= card.in_force_from:
        return None
    return replace(earlier, in_force_until=card.in_force_from - timedelta(days=1))


def _last(one: RateCard, other: RateCard) -> date | None:
    ends = [each.in_force_until for each in (one, other) if each.in_force_until is not None]
    return min(ends, default=None)


def state_once_accepted(change: CardChange, side: Side) -> State:
    """Accepted once both have; until then it stays proposed."""
    return "proposed" if change.accepted_by("council" if side == "prime" else "prime") is None else "accepted"


def withdrawal_is_by_its_own(change: CardChange, by: Hand) -> Refusal | None:
    if change.brought_by.organisation == by.organisation:
        return None
    return Refusal(
        "not_yours",
        "Another organisation brought it.",
        "Only they withdraw it; prime or council may reject it.",
    )


def verbs_for(change: CardChange, side: Side | None, by: Hand) -> tuple[Verb, ...]:
    """The steps open to someone of a side, or of none."""
    obstacles: dict[Verb, bool] = {
        "accept": side is None or change.accepted_by(side) is not None,
        "reject": side is None,
        "withdraw": change.brought_by.organisation != by.organisation,
    }
    return tuple(verb for verb in MOVES.get(change.state, {}) if not obstacles.get(verb, False))


@dataclass(frozen=True, slots=True)
class Difference:
    """One key path and its value before and after; none where the key is not there."""

    where: str
    old: Any
    new: Any


def differences(before: Any, after: Any, where: str = "") -> tuple[Difference, ...]:
    """Every key path at which two JSON documents differ; outcomes stand under their codes, rules under kinds."""
    had, has = _named(before), _named(after)
    if had is None or has is None:
        return () if before == after else (Difference(where, before, after),)
    return tuple(
        difference
        for name in sorted(had.keys() | has.keys())
        for difference in differences(had.get(name), has.get(name), f"{where}/{name}" if where else name)
    )


def _named(value: Any) -> dict[str, Any] | None:
    """The members of an object by name, or those of a list of named things; none for anything else."""
    if isinstance(value, dict):
        return cast(dict[str, Any], value)
    if not isinstance(value, list):
        return None
    members: dict[str, Any] = {}
    for each in cast(list[Any], value):
        if not isinstance(each, dict):
            return None
        member = cast(dict[str, Any], each)
        name = str(member.get("code", member.get("kind")))
        members[name if name not in members else f"{name}#{len(members)}"] = member
    return members
