"""What a referral hub test needs, all usual but what it names."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from referral_hub.domain.allocation import Candidate, PlacementNeed, Weights
from referral_hub.domain.birth import Birth
from referral_hub.domain.eligibility import Arrival, Intake
from referral_hub.domain.identity import Identity, KnownParticipant
from referral_hub.domain.pathway import Pathway, Traveller
from referral_hub.domain.priority import Circumstances
from referral_hub.domain.triage import Section, TriageAssessment, TriagePolicy

TODAY = date(2021, 6, 15)

COHORT = Intake(
    youngest_age=16,
    needs=frozenset({"homelessness", "mental-health", "domestic-abuse"}),
    sources=frozenset({"council", "police", "self"}),
)

WEIGHTS: Weights = {"low": 1, "medium": 2, "high": 4}

TRIAGE = TriagePolicy(specialisms=frozenset({"generic", "domestic-abuse"}), needs=COHORT.needs)


def an_arrival(**but: Any) -> Arrival:
    usual: dict[str, Any] = {
        "birth": Birth.on(date(1990, 1, 1)),
        "referred_on": TODAY,
        "needs": frozenset({"homelessness"}),
        "source": "council",
        "agency_id": "housing-solutions",
    }
    return Arrival(**usual | but)


PLACEHOLDERS = frozenset({"unknown", "not known"})


def an_identity(
    given_name: str = "Amina", family_name: str = "Khan", born_on: date | Birth = date(1990, 3, 4), **but: Any
) -> Identity:
    birth = born_on if isinstance(born_on, Birth) else Birth.on(born_on)
    return Identity(given_name, family_name, birth, placeholders=PLACEHOLDERS, **but)


def known_as(*identities: Identity, number: int = 1) -> KnownParticipant:
    """A participant with these records."""
    return KnownParticipant(an_id(number), identities)


def an_id(number: int) -> UUID:
    return UUID(int=number)


def a_pathway(**but: Any) -> Pathway:
    usual: dict[str, Any] = {"code": "young-persons", "opens_on": date(2019, 9, 1)}
    return Pathway(**usual | but)


def a_traveller(**but: Any) -> Traveller:
    usual: dict[str, Any] = {
        "birth": Birth.on(date(2000, 1, 1)),
        "referred_on": TODAY,
        "agency_id": "knh",
        "needs": frozenset({"homelessness"}),
    }
    return Traveller(**usual | but)


def circumstances(**but: Any) -> Circumstances:
    usual: dict[str, Any] = {"referred_on": TODAY, "birth": Birth.on(date(1980, 1, 1))}
    return Circumstances(**usual | but)


def a_triage_assessment(**but: Any) -> TriageAssessment:
    usual: dict[str, Any] = {
        "sections": (
            Section("aspirations", "To cook for a living."),
            Section("strengths", "Has kept a kitchen job for three years."),
            Section("needs", "Sleeps on a friend's sofa."),
        ),
        "needs": frozenset({"homelessness"}),
        "specialism": "generic",
        "intensity": "medium",
        "risk": "low",
    }
    return TriageAssessment(**usual | but)


def a_need(**but: Any) -> PlacementNeed:
    usual: dict[str, Any] = {"specialism": "generic", "intensity": "medium"}
    return PlacementNeed(**usual | but)


def a_candidate(provider_id: str = "horton", **but: Any) -> Candidate:
    usual: dict[str, Any] = {
        "name": provider_id,
        "specialisms": frozenset({"generic"}),
        "capacity": 10,
        "caseload": {},
        "joined_on": date(2019, 9, 1),
    }
    return Candidate(provider_id, **usual | but)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
