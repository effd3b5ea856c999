"""`cases.toml`: how support is recorded. Case management's part of a programme."""

from datetime import date
from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from rulebook.outcome import PlanKind

from .model import Count, Line, Model, OutcomeCode, Pence, Prose, Slug
from .partnership import SandboxTerm
from .rate_card import Evidence, SubjectKind
from .rule import FactQuestion


class Instrument(Model):
    """A scored assessment (S-35 to S-37). No scale is published: the range is ours."""

    instrument: Slug
    title: Line
    lowest: int
    highest: int
    better: Literal["higher", "lower"]
    months_to_next_stages: tuple[Count, ...] = ()
    """Months from the initial assessment to the second and to the third (BR-G10)."""
    referral_within_days: Count | None = None
    """A first score within this many days of the referral counts as taken at referral."""
    illustrative: bool = True


Origin = Literal["made-here", "uploaded", "answered"]
"""Where evidence comes from: a case note is cited, a document uploaded, and what a source answers is answered by it."""


class EvidenceKind(Model):
    """A kind of evidence, by the name the rate cards use."""

    kind: Slug
    title: Line
    origin: Origin = "uploaded"
    intrusive: Annotated[int, Field(ge=0, le=3)] = 0
    """How far it enters into private life: 0 tells nothing new, 1 is another's word on the outcome, 2 an official
    paper, 3 shows money, health or the law.

    Cards list the least intrusive kinds first, and they are asked for in that order (BR-N10). Grades are illustrative.
    """
    proposed: bool = False
    """Whether it is on no rate card: a provider may propose it as equivalent to a kind that is (U-04)."""

    @model_validator(mode="before")
    @classmethod
    def _told_by_document(cls, entry: Any) -> Any:
        """A part loaded before kinds had an origin says of each whether it is a `document`."""
        values = cast("dict[str, Any]", entry if isinstance(entry, dict) else {})
        if "document" not in values:
            return cast("Any", entry)
        others = {name: value for name, value in values.items() if name != "document"}
        return others | {"origin": "uploaded" if values["document"] else "made-here"}


class Engagement(Model):
    """What counts as multiple, adaptive and personalised engagement before a case closes (BR-D4, BR-D13)."""

    reasons_without_attempts: tuple[Slug, ...] = ()
    attempts: Count
    channels: Count
    personalised: Count
    illustrative: bool = True


class ClosureTerms(Engagement):
    """That, and the catalogue's reasons for closing."""

    reasons: tuple[Slug, ...]


class Fund(Model):
    """The personalisation fund (S-49, BR-O1 to BR-O6)."""

    budget_pence: Pence
    delegated_pence: Pence
    """The highest amount a provider's manager decides alone, in pence."""
    split_within_days: Count
    """Requests of one category for one participant within this many days count as one purchase."""
    categories: tuple[Slug, ...]
    illustrative: bool = True


class Recording(Model):
    """When an outcome may be recorded."""

    after_closure: bool = False
    """Whether outcomes count that were achieved after the case was closed (BR-D7, A-59)."""


class Casework(Model):
    """What a folder says of cases as it stands in its file."""

    recording: Recording = Recording()
    fund: Fund | None = None
    instruments: tuple[Instrument, ...]
    evidence_kinds: tuple[EvidenceKind, ...]


class CasesFile(Casework):
    """`cases.toml`."""

    closure: Engagement


class OutcomeGuide(Model):
    """What a caseworker needs to know to evidence an outcome; no price (A-55)."""

    outcome: OutcomeCode
    title: Line
    definition: Prose
    domain: Slug
    slots: tuple[Slug, ...]
    limit: int
    subject: SubjectKind = "participant"
    unit: Slug = "outcome"
    most_per_claim: int = 1
    evidence: Evidence
    facts: tuple[FactQuestion, ...]
    """The facts that the rules will ask for."""


class CardGuide(Model):
    """The outcomes of one version of a card, as guidance."""

    card: Slug
    version: Slug
    in_force_from: date
    in_force_until: date | None
    plans: tuple[PlanKind, ...] = ()
    """The kinds of plan that its outcomes ask for (S-33, S-34)."""
    outcomes: tuple[OutcomeGuide, ...]


class ProviderCard(Model):
    """Which card pays for a provider's outcomes, and from when until when it is a partner."""

    provider_id: Slug
    card: Slug
    joined_on: date | None = None
    left_on: date | None = None
    """The last day on which the provider takes part (A-05)."""


class CaseReasons(Model):
    """Codes of the catalogue that people choose from in a case; empty where it was loaded before there was one."""

    restriction_reasons: tuple[Slug, ...] = ()
    """The codes with which a case is shown only to those who must know (§2.M)."""
    outcome_withdrawal_reasons: tuple[Slug, ...] = ()


class CasesPart(Casework, CaseReasons):
    """What case management owns of a programme."""

    programme_id: Slug
    sandbox: SandboxTerm | None = None
    closure: ClosureTerms
    guides: tuple[CardGuide, ...]
    provider_cards: tuple[ProviderCard, ...]


class FundGuide(Model, extra="ignore"):
    """What those who ask the fund need to know: of its money nothing."""

    split_within_days: Count
    categories: tuple[Slug, ...]
    illustrative: bool


class CasesGuide(CaseReasons, extra="ignore"):
    """What of the part is for those who support people and for the council: no amount of money (A-55, §2.M)."""

    programme_id: Slug
    recording: Recording = Recording()
    closure: ClosureTerms
    fund: FundGuide | None = None
    instruments: tuple[Instrument, ...]
    evidence_kinds: tuple[EvidenceKind, ...]
    guides: tuple[CardGuide, ...]
    provider_cards: tuple[ProviderCard, ...]
