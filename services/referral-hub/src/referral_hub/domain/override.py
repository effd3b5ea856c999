"""When a person at the hub chooses another provider than the one recommended (S-07, BR-A12)."""

from dataclasses import dataclass, replace

from rulebook.refusal import Refusal, every_refusal

from .allocation import Choice


@dataclass(frozen=True, slots=True)
class Override:
    """The provider a person chooses instead, and why. Expertise and capacity may be set aside; membership may not."""

    provider_id: str
    reason: str


def override_gives_a_reason(override: Override, recommendation: Choice) -> Refusal | None:
    if override.reason.strip():
        return None
    return Refusal("override_needs_a_reason", "No reason is given.", "Say why this provider suits better.")


def override_names_a_candidate(override: Override, recommendation: Choice) -> Refusal | None:
    weighings = recommendation.explanation.weighings
    if any(one.provider_id == override.provider_id for one in weighings):
        return None
    return Refusal(
        "not_a_candidate",
        f"{override.provider_id} was not among the candidates.",
        _choose(recommendation),
    )


def override_names_a_member(override: Override, recommendation: Choice) -> Refusal | None:
    weighings = recommendation.explanation.weighings
    if all(one.in_partnership for one in weighings if one.provider_id == override.provider_id):
        return None
    return Refusal(
        "not_in_partnership",
        f"{override.provider_id} is not in the partnership on {recommendation.explanation.on}.",
        _choose(recommendation),
    )


def override_departs_from_the_recommendation(override: Override, recommendation: Choice) -> Refusal | None:
    if override.provider_id != recommendation.chosen:
        return None
    return Refusal(
        "nothing_to_override",
        f"{override.provider_id} is the provider recommended.",
        "Accept the recommendation.",
    )


def _choose(recommendation: Choice) -> str:
    members = (one.provider_id for one in recommendation.explanation.weighings if one.in_partnership)
    return f"Choose from {', '.join(sorted(members)) or 'no provider: none is in the partnership'}."


RULES = (
    override_gives_a_reason,
    override_names_a_candidate,
    override_names_a_member,
    override_departs_from_the_recommendation,
)


def refusals_of_override(override: Override, recommendation: Choice) -> tuple[Refusal, ...]:
    """Every reason why the recommendation stands; none when the override may be made."""
    return every_refusal(RULES, override, recommendation)


def overridden(recommendation: Choice, override: Override) -> Choice:
    """The allocation with the person's choice, its explanation kept whole. Ask `refusals_of_override` first."""
    explanation = replace(recommendation.explanation, override_reason=override.reason.strip())
    return Choice(override.provider_id, explanation)
