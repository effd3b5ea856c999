"""Whom the programme is for (BR-A13, S-26), judged on the day of referral."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rulebook.refusal import Refusal, every_refusal

from .birth import OLDEST_AGE, Birth, is_under
from .dates import age_on


@dataclass(frozen=True, slots=True)
class Intake:
    """What the programme says about whom it serves; data, not code."""

    youngest_age: int
    """In whole years: 16 is old enough (A-49)."""
    needs: frozenset[str]
    sources: frozenset[str]
    sources_without_agency: frozenset[str] = frozenset({"self"})
    agencies: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who may refer, and of which kind of source each is; empty for anyone."""
    starts_on: date = date.min
    """The programme's first day."""
    ends_on: date = date.max
    """Its last."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a referrer says, as far as eligibility looks at it. Dates are London dates."""

    birth: Birth
    referred_on: date
    needs: frozenset[str]
    source: str
    agency_id: str | None = None
    believed_of_age: bool = False
    """The referrer believes them old enough, where the birth date cannot tell."""


def referral_is_not_in_the_future(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    if arrival.referred_on <= today:
        return None
    return Refusal("referred_in_the_future", "The referral date is still to come.", "Give the day it was made.")


def referral_is_not_before_the_programme(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    if arrival.referred_on >= cohort.starts_on:
        return None
    return Refusal(
        "referred_before_the_programme",
        f"The programme began on {cohort.starts_on}: nobody was referred to it on {arrival.referred_on}.",
        "Give the day the referral was made to this programme.",
    )


def referral_is_not_after_the_programme(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    if arrival.referred_on <= cohort.ends_on:
        return None
    return Refusal(
        "referred_after_the_programme",
        f"The programme ended on {cohort.ends_on}: nobody is referred to it on {arrival.referred_on}.",
        "Give the day the referral was made to this programme; where time is simulated, send `Simulated-Now` as well.",
    )


def birth_is_possible(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    earliest, latest = arrival.birth.earliest, arrival.birth.latest
    if earliest is None or latest is None:
        return None
    if earliest <= arrival.referred_on and age_on(arrival.referred_on, latest) <= OLDEST_AGE:
        return None
    return Refusal(
        "impossible_date_of_birth",
        f"Nobody referred on {arrival.referred_on} was born then.",
        "Check the date of birth with the referrer; leave it out if nobody knows it.",
    )


def participant_is_old_enough(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    """BR-A13, A-49: the boundary age itself is accepted. Where the birth date cannot tell, the referrer is asked."""
    too_young = is_under(cohort.youngest_age, arrival.birth, arrival.referred_on)
    if too_young is False or (too_young is None and arrival.believed_of_age):
        return None
    if too_young is None:
        return Refusal(
            "age_not_known",
            f"We cannot tell whether this person was {cohort.youngest_age} or over on the day of referral.",
            "Give a date of birth, a year or an age; or, if you believe they are old enough, send"
            " `believed_of_age` as true.",
        )
    return Refusal(
        "too_young",
        f"The programme serves people of {cohort.youngest_age} and over on the day of referral.",
        "Refer to children's services, or again after the birthday.",
    )


def participant_has_a_need(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    if arrival.needs:
        return None
    return Refusal("no_need", "No support need is named.", "Name at least one need from the programme's list.")


def needs_are_the_programmes(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    return refusal_of_unknown_needs(arrival.needs, cohort.needs)


def refusal_of_unknown_needs(needs: frozenset[str], of_programme: frozenset[str]) -> Refusal | None:
    unknown = sorted(needs - of_programme)
    if not unknown:
        return None
    return Refusal(
        "unknown_need",
        f"The programme does not know these needs: {', '.join(unknown)}.",
        f"Choose from {', '.join(sorted(of_programme))}.",
    )


def source_is_the_programmes(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    """Every referral has exactly one kind of source, or the shares cannot add up (S-03)."""
    if arrival.source in cohort.sources:
        return None
    return Refusal(
        "unknown_source",
        f"The programme does not know the source {arrival.source}.",
        f"Choose from {', '.join(sorted(cohort.sources))}.",
    )


def agency_is_named_unless_self_referred(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    """S-04: a self-referral has no agency; every other referral has one."""
    if (arrival.agency_id is None) == (arrival.source in cohort.sources_without_agency):
        return None
    if arrival.agency_id is None:
        return Refusal("agency_missing", "No referring agency is named.", "Name the agency, or refer as `self`.")
    return Refusal("agency_not_expected", "A self-referral has no agency.", "Leave the agency out, or name its source.")


def agency_is_the_programmes(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    if arrival.agency_id is None or not cohort.agencies or arrival.agency_id in cohort.agencies:
        return None
    return Refusal(
        "unknown_agency",
        f"The programme does not know the agency {arrival.agency_id}.",
        f"Choose from {', '.join(sorted(cohort.agencies))}.",
    )


def source_is_the_agencys(arrival: Arrival, cohort: Intake, today: date) -> Refusal | None:
    """An agency is of one kind: what it refers counts under that kind and no other (S-03)."""
    kind = cohort.agencies.get(arrival.agency_id) if arrival.agency_id else None
    if kind is None or kind == arrival.source or arrival.source not in cohort.sources:
        return None
    return Refusal(
        "source_is_not_the_agencys",
        f"{arrival.agency_id} refers as {kind}, not as {arrival.source}.",
        f"Give the source as {kind}, or name another agency.",
    )


RULES = (
    referral_is_not_in_the_future,
    referral_is_not_before_the_programme,
    referral_is_not_after_the_programme,
    birth_is_possible,
    participant_is_old_enough,
    participant_has_a_need,
    needs_are_the_programmes,
    source_is_the_programmes,
    agency_is_named_unless_self_referred,
    agency_is_the_programmes,
    source_is_the_agencys,
)


def refusals_of_arrival(arrival: Arrival, cohort: Intake, today: date) -> tuple[Refusal, ...]:
    """Every reason why the hub cannot take this referral; none when it can."""
    return every_refusal(RULES, arrival, cohort, today)
