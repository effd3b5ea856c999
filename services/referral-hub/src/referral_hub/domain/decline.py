"""When a provider hands an allocation back, or the hub declines a referral. The council sees each one (BR-A8)."""

from dataclasses import dataclass

from rulebook.refusal import Refusal, every_refusal

TOO_HIGH_RISK = "too-high-risk"


@dataclass(frozen=True, slots=True)
class DeclineAttempt:
    """A decline as asked for: a coded reason and an account of it; by the hub, or by the provider it placed with."""

    reason: str
    account: str
    by_hub: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What a provider had, in units of capacity, at the moment it handed someone back; that person not counted."""

    capacity: int
    load: int
    needed: int
    """What this participant takes."""

    @property
    def was_enough(self) -> bool:
        return self.capacity - self.load >= self.needed


def complexity_is_no_ground(decline: DeclineAttempt, reasons: frozenset[str]) -> Refusal | None:
    """BR-A7, S-13: never final. The hub supports the provider's risk management instead."""
    if decline.reason != TOO_HIGH_RISK:
        return None
    return Refusal(
        "too_high_risk_is_not_final",
        "Nobody is declined for being too high a risk.",
        "Place the participant, and agree with the provider how the risk is shared."
        if decline.by_hub
        else "Agree a joint risk plan with the hub; the allocation stands meanwhile.",
    )


def reason_is_the_programmes(decline: DeclineAttempt, reasons: frozenset[str]) -> Refusal | None:
    if decline.reason in reasons | {TOO_HIGH_RISK}:
        return None
    return Refusal(
        "unknown_decline_reason",
        f"The programme does not know the reason {decline.reason}.",
        f"Choose from {', '.join(sorted(reasons))}.",
    )


def decline_is_accounted_for(decline: DeclineAttempt, reasons: frozenset[str]) -> Refusal | None:
    if decline.account.strip():
        return None
    return Refusal("decline_not_accounted_for", "The decline is not explained.", "Say what led to it.")


RULES = (complexity_is_no_ground, reason_is_the_programmes, decline_is_accounted_for)


def refusals_of_decline(decline: DeclineAttempt, reasons: frozenset[str]) -> tuple[Refusal, ...]:
    """Every reason why the decline is not accepted as final; `reasons` are the programme's codes."""
    return every_refusal(RULES, decline, reasons)


def needs_joint_risk_plan(decline: DeclineAttempt) -> bool:
    """Whether the hub owes the provider a joint risk plan (S-13)."""
    return decline.reason == TOO_HIGH_RISK
