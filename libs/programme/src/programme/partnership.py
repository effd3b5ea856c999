"""The programme itself: its dates, its organisations and its providers."""

from datetime import date
from typing import Literal

from .model import Count, Line, Model, Slug


class Organisation(Model):
    """A party to the programme that delivers nothing itself: prime, council, fund, or whoever else pays."""

    organisation_id: Slug
    name: Line
    kind: Literal["prime", "council", "fund", "payer"]


class SandboxTerm(Model):
    """Said of a programme in which nothing is real: between which days its clocks may stand (ADR 0036)."""

    starts_on: date
    ends_on: date


class About(Model):
    """`programme.toml`: what the programme is, and from when until when (A-03, A-04)."""

    programme_id: Slug
    takes: Slug | None = None
    """The folder beside this one from which every file is taken that is not in this one."""
    sandbox: bool = False
    """Nothing in it is real: integrators try their systems in it. No programme becomes one, or ceases to be one."""
    name: Line
    starts_on: date
    """Service start, which may precede the signature (BR-H11)."""
    ends_on: date
    """Anticipated completion."""
    delivery_data_until: date | None = None
    """The day up to which the published figures run."""
    organisations: tuple[Organisation, ...]

    @property
    def as_sandbox(self) -> SandboxTerm | None:
        """Between which days its clocks may stand; none of a real programme."""
        return SandboxTerm(starts_on=self.starts_on, ends_on=self.ends_on) if self.sandbox else None


class Provider(Model):
    """A provider in the partnership (001:2054-2065)."""

    provider_id: Slug
    name: Line
    legal_form: Line
    size: Literal["medium", "large", "major", "super-major", "unknown"]
    specialisms: tuple[Slug, ...]
    capacity: Count
    """How many units the provider can support at once; a participant takes as many as the weight of their intensity."""
    joined_on: date
    left_on: date | None = None
    """The last day on which the provider takes part (A-05)."""
    rate_card: Slug
    """The rate card that pays for its outcomes, by its code (S-69, S-70)."""
    illustrative: bool = True
    """Whether the capacity is made up for illustration, because none was published."""


class ProvidersFile(Model):
    """`providers.toml`."""

    providers: tuple[Provider, ...]
