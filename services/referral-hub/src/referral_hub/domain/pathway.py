"""Pathways: agreed ways in for particular cohorts (S-16). Which there are is data; who fits is decided here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.refusal import Refusal, every_refusal

from .birth import Birth, is_under


@dataclass(frozen=True, slots=True)
class Pathway:
    """One pathway. It is merely planned while `opens_on` is not set (S-24); `closes_on` is its last day (S-20)."""

    code: str
    agencies: frozenset[str] = frozenset()
    """Who may refer by it; empty for anyone."""
    needs: frozenset[str] = frozenset()
    """Any one of these must be present; empty for none in particular."""
    under_age: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    automatic: bool = False
    """A fitting referral is tagged unasked, as for tenants under 25 (BR-A9); a person still makes contact."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who comes, as far as pathways look."""

    birth: Birth
    referred_on: date
    agency_id: str | None
    needs: frozenset[str]


def pathway_is_open(pathway: Pathway, traveller: Traveller) -> Refusal | None:
    opened = pathway.opens_on is not None and pathway.opens_on <= traveller.referred_on
    if opened and (pathway.closes_on is None or traveller.referred_on <= pathway.closes_on):
        return None
    return Refusal(
        "pathway_not_open",
        f"The pathway {pathway.code} was not open on {traveller.referred_on}.",
        "Refer without a pathway, or by one that is open.",
    )


def agency_uses_the_pathway(pathway: Pathway, traveller: Traveller) -> Refusal | None:
    if not pathway.agencies or traveller.agency_id in pathway.agencies:
        return None
    return Refusal(
        "not_the_agencys_pathway",
        f"The pathway {pathway.code} is for {', '.join(sorted(pathway.agencies))}.",
        "Refer without this pathway.",
    )


def participant_is_young_enough(pathway: Pathway, traveller: Traveller) -> Refusal | None:
    """S-17: 24 years and 364 days is under 25; the birthday itself is not. Who may be older is not taken for young."""
    if pathway.under_age is None:
        return None
    young = is_under(pathway.under_age, traveller.birth, traveller.referred_on)
    if young:
        return None
    if young is None:
        return Refusal(
            "age_not_known_for_pathway",
            f"We cannot tell whether this person was under {pathway.under_age} on the day of referral.",
            "Give a date of birth, or refer without this pathway.",
        )
    return Refusal(
        "too_old_for_pathway",
        f"The pathway {pathway.code} is for people under {pathway.under_age} on the day of referral.",
        "Refer without this pathway.",
    )


def participant_has_the_pathways_need(pathway: Pathway, traveller: Traveller) -> Refusal | None:
    if not pathway.needs or pathway.needs & traveller.needs:
        return None
    return Refusal(
        "not_the_pathways_need",
        f"The pathway {pathway.code} is for {', '.join(sorted(pathway.needs))}.",
        "Name the need if it is there, or refer without this pathway.",
    )


RULES = (
    pathway_is_open,
    agency_uses_the_pathway,
    participant_is_young_enough,
    participant_has_the_pathways_need,
)


def refusals_of_pathway(pathway: Pathway, traveller: Traveller) -> tuple[Refusal, ...]:
    """Every reason why someone cannot come by this pathway; none when they can."""
    return every_refusal(RULES, pathway, traveller)


def unknown_pathway(code: str, pathways: Iterable[Pathway]) -> Refusal:
    return Refusal(
        "unknown_pathway",
        f"The programme does not know the pathway {code}.",
        f"Choose from {', '.join(pathway.code for pathway in pathways)}, or refer without one.",
    )


def automatic_pathway(pathways: Iterable[Pathway], traveller: Traveller) -> Pathway | None:
    """The first automatic pathway, in the programme's order, that fits (BR-A9)."""
    automatic = (pathway for pathway in pathways if pathway.automatic)
    return next((pathway for pathway in automatic if not refusals_of_pathway(pathway, traveller)), None)
