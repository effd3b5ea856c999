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
    """The share is ours: the sources give a range, or leave it unattributed."""
    has_agency: bool = True
    """No agency stands behind a self-referral (S-04)."""


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
    """Who may refer by it; empty for anyone."""
    needs: tuple[Slug, ...] = ()
    """Any one must be present; empty for none in particular."""
    under_age: Count | None = None
    provider_id: Slug | None = None
    """The provider who runs it, if one does."""
    opens_on: date | None = None
    closes_on: date | None = None
    automatic: bool = False
    illustrative: bool = False
    """The dates are ours."""


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
    """What people write for a name nobody knows: it makes nobody known again (F-2)."""
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
    """What a referrer may be asked about (S-02); anything, where it was loaded before there was a catalogue."""
    decline_reasons: tuple[Slug, ...]
    """Of the catalogue, those for declining (S-13)."""


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
