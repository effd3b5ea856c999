"""`referrals.toml`: how people come in. The hub's part of a programme."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .model import BasisPoints, Count, Earlier, Line, Model, Slug
from .partnership import Provider, SandboxTerm


class Source(Model):
    """A kind of referrer, with its share of referrals (S-03)."""

    source: Slug
    title: Line
    share_basis_points: BasisPoints
    assumption: bool = False
    """Whether the share is assumed: the programme's documents give a range, or none."""
    has_agency: bool = True
    """Whether an agency stands behind it; none does behind a self-referral (S-04)."""


class Agency(Model):
    """An organisation that refers."""

    agency_id: Slug
    name: Line
    source: Slug


class Pathway(Model):
    """An agreed way in for a cohort (S-16). Without `opens_on` it is planned; `closes_on` is its last day."""

    pathway_id: Slug
    title: Line
    agencies: tuple[Slug, ...] = ()
    """The agencies that may refer by it; where it is empty, anyone may."""
    needs: tuple[Slug, ...] = ()
    """The needs it is for, by code: a person must have one of them; where it is empty, none in particular."""
    under_age: Count | None = None
    provider_id: Slug | None = None
    """The provider that runs it, by its code, if one does."""
    opens_on: date | None = None
    closes_on: date | None = None
    automatic: bool = False
    illustrative: bool = False
    """Whether its dates are made up for illustration, because none were published."""


class Need(Model):
    """A vulnerability the programme serves (003:11)."""

    need: Slug
    title: Line
    specialism: Slug


class Cohort(Model):
    """Whom the programme serves (BR-A13, A-49)."""

    youngest_age: Count
    complex_from_needs: Count


class PlacementTerms(Model):
    """Targets, not promises: clock hours to placement with priority, days to any other (BR-B1, BR-B2)."""

    priority_hours: Count
    standard_days: Count


class WaitingTargets(PlacementTerms):
    """Those that the hub keeps to."""

    support_plan_days: Earlier = None


class WaitingTerms(PlacementTerms):
    """All of them, and the days from placement to the first plan (BR-B3)."""

    support_plan_days: Count


class Priority(Model):
    """What makes a case a priority: criteria by name, and their figures (BR-B5, A-29)."""

    criteria: tuple[Literal["homeless", "eviction-threat", "domestic-abuse", "prison-release", "young-tenancy"], ...]
    release_within_days: Count
    young_under_age: Count


class IntensityWeights(Model):
    """Units of capacity that one participant takes."""

    low: Annotated[int, Field(ge=1)]
    medium: Annotated[int, Field(ge=1)]
    high: Annotated[int, Field(ge=1)]
    illustrative: bool = True


class Referring(Model):
    """Who may be referred, by whom, on which way, and what makes a case a priority."""

    cohort: Cohort
    priority: Priority
    intensity_weights: IntensityWeights
    specialisms: tuple[Slug, ...]
    placeholder_names: tuple[Line, ...] = ()
    """What people write where nobody knows the name, such as `unknown`: two people are never taken for one by it (F-2).
    """
    needs: tuple[Need, ...]
    sources: tuple[Source, ...]
    agencies: tuple[Agency, ...]
    pathways: tuple[Pathway, ...]


class ReferralsFile(Referring):
    """`referrals.toml`."""

    waiting: WaitingTerms


class HubPart(Referring):
    """What the referral hub owns of a programme."""

    waiting: WaitingTargets
    programme_id: Slug
    name: Line
    starts_on: date
    ends_on: date
    sandbox: SandboxTerm | None = None
    providers: tuple[Provider, ...]
    questions: tuple[Slug, ...] = ()
    """What the hub may ask a referrer, by code (S-02); where it is left out, anything."""
    decline_reasons: tuple[Slug, ...]
    """The codes with which a referral or an allocation may be declined (S-13)."""


class HubGuide(Model, extra="ignore"):
    """What of the part is for those who refer, assess and place: what their forms let choose from."""

    programme_id: Slug
    name: Line
    needs: tuple[Need, ...]
    sources: tuple[Source, ...]
    agencies: tuple[Agency, ...]
    pathways: tuple[Pathway, ...]
    specialisms: tuple[Slug, ...]
    questions: tuple[Slug, ...] = ()
    decline_reasons: tuple[Slug, ...]
