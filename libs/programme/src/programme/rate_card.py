"""`rate-cards/*.toml`: what each outcome pays, what must be shown for it and by which rules, version by version.

A file may take outcomes from another card or version and says only what differs; `resolve` makes every card whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer

from rulebook.rate_card import EvidenceRule
from rulebook.rule import Rule

from .model import FactName, Line, Model, OutcomeCode, Pence, Prose, Sentence, Slug
from .rule import AnyTerms

CardKey = tuple[str, str]
"""Card and version."""

Rationale = Sentence
"""Why a version is proposed."""
AS_IN_THE_FOLDER = "As the programme's folder has it."

SubjectKind = Literal["participant", "family", "cohort"]
"""Whose outcome it is (M-06, M-07)."""


class CardUnresolved(Exception):
    """A card cannot be made whole: what it takes is not there, or it stands in the folder twice."""

    def __init__(self, key: CardKey, problem: str) -> None:
        super().__init__(problem)
        self.key = key
        self.problem = problem


class Evidence(Model):
    """What must be shown: every one of `all_of`, one of `any_of`, and beside it one of `plus` (BR-E1, BR-E2)."""

    all_of: tuple[Slug, ...] = ()
    any_of: tuple[Slug, ...] = ()
    plus: tuple[Slug, ...] = ()
    supporting: tuple[Slug, ...] = ()
    """Kinds of evidence that are accepted beside others, and satisfy nothing by themselves."""
    only_if: dict[Slug, FactName] = Field(default_factory=dict[str, str])
    """The kinds of evidence that count only when a fact holds, each with that fact."""

    @property
    def judged_by(self) -> EvidenceRule:
        """As a claim is judged by it."""
        return EvidenceRule(**self.model_dump())


class LadderStep(Model):
    """A place on a ladder of sustainment: prices do not fall as the steps rise (S-71, BR-H9)."""

    ladder: Slug
    step: Annotated[int, Field(ge=0)]


class Rate(Model):
    """One outcome on a card."""

    code: OutcomeCode
    title: Line
    definition: Prose
    domain: Slug
    """The part of life that it is counted under (Annex C)."""
    price_pence: Pence
    illustrative: bool = False
    """Whether the price is made up for illustration, because none was published."""
    slots: tuple[Slug, ...] = ("only",)
    limit: Annotated[int, Field(ge=0)] = 1
    """How often it may be claimed for one participant in the life of the programme (BR-G1, BR-G2)."""
    step: LadderStep | None = None
    subject: SubjectKind = "participant"
    unit: Slug = "outcome"
    """What is counted and priced: an outcome, a week, a care plan, an offence avoided (M-09)."""
    most_per_claim: Annotated[int, Field(ge=1, le=10_000)] = 1
    """The most units that one claim may count."""
    paid_units: Annotated[int, Field(ge=1)] | None = None
    """How many units are paid for in the whole programme; what is achieved beyond is verified and valued, but not paid
    (M-03, S-88)."""
    evidence: Evidence
    rules: tuple[AnyTerms, ...] = ()

    @property
    def judged_by(self) -> tuple[Rule, ...]:
        """The rules themselves, with the parameters set here."""
        return tuple(terms.rule for terms in self.rules)

    @model_serializer(mode="wrap")
    def _say_the_usual_by_silence(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A version accepted before a field was known reads as it did then, to the byte of its fingerprint."""
        usual = {name: Rate.model_fields[name].default for name in LATER_FIELDS}
        return {name: value for name, value in write(self).items() if name not in usual or value != usual[name]}


LATER_FIELDS = ("subject", "unit", "most_per_claim", "paid_units")


class Takeover(Model):
    """Outcomes taken over from another card or version: all but some, or only some."""

    card: Slug
    version: Slug
    without: tuple[OutcomeCode, ...] = ()
    only: tuple[OutcomeCode, ...] = ()

    def wants(self, code: str) -> bool:
        """Whether an outcome of the other card is taken over."""
        return code not in self.without and (not self.only or code in self.only)


class CardFile(Model):
    """A file as written."""

    card: Slug
    version: Slug
    title: Line
    in_force_from: date
    in_force_until: date | None = None
    illustrative: bool = False
    """Whether its dates are made up for illustration, because none were published."""
    rationale: Rationale = AS_IN_THE_FOLDER
    """Why it is proposed: what prime and council read before they accept."""
    retroactive: bool = False
    """It may be accepted after the day from which it is in force. Claims raised before keep their version."""
    takes: tuple[Takeover, ...] = ()
    rates: tuple[Rate, ...] = ()

    @field_validator("rates")
    @classmethod
    def _say_each_outcome_once(cls, rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
        twice = sorted(code for code, times in Counter(rate.code for rate in rates).items() if times > 1)
        if twice:
            raise ValueError(f"{', '.join(twice)} stands on the card twice")
        return rates

    @property
    def key(self) -> CardKey:
        """Card and version, by which other cards take from it."""
        return self.card, self.version


class Proposing(Model):
    """How a version is put to prime and council; no part of its terms."""

    card: Slug
    version: Slug
    rationale: Rationale = AS_IN_THE_FOLDER
    retroactive: bool = False


class RateCard(Model):
    """A version of a card, whole: what is accepted, kept and judged by. Once accepted it is never altered (S-72)."""

    card: Slug
    version: Slug
    title: Line
    in_force_from: date
    in_force_until: date | None
    illustrative: bool
    rates: tuple[Rate, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The outcomes that it pays for."""
        return frozenset(rate.code for rate in self.rates)


def resolve(files: Sequence[CardFile]) -> tuple[RateCard, ...]:
    """Every card made whole, in the order given. Raises `CardUnresolved`."""
    by_key = {file.key: file for file in files}
    for key, times in Counter(file.key for file in files).items():
        if times > 1:
            raise CardUnresolved(key, f"{' '.join(key)} stands in the folder {times} times.")
    return tuple(_whole(file, by_key) for file in files)


def _whole(file: CardFile, by_key: Mapping[CardKey, CardFile]) -> RateCard:
    rates = {rate.code: rate for rate in _rates(file, by_key, ())}
    return RateCard(
        card=file.card,
        version=file.version,
        title=file.title,
        in_force_from=file.in_force_from,
        in_force_until=file.in_force_until,
        illustrative=file.illustrative,
        rates=tuple(rates.values()),
    )


def _rates(file: CardFile, by_key: Mapping[CardKey, CardFile], asking: tuple[CardKey, ...]) -> Iterator[Rate]:
    """What it takes, then what it says itself: the later one counts."""
    if file.key in asking:
        raise CardUnresolved(asking[0], "It takes outcomes from a card that takes them from it.")
    for taking in file.takes:
        base = by_key.get((taking.card, taking.version))
        if base is None:
            raise CardUnresolved(file.key, f"It takes outcomes from {taking.card} {taking.version}, which is not here.")
        base_rates = {rate.code: rate for rate in _rates(base, by_key, (*asking, file.key))}
        unknown = sorted({*taking.only, *taking.without} - base_rates.keys())
        if unknown:
            raise CardUnresolved(file.key, f"{taking.card} {taking.version} has no {', '.join(unknown)}.")
        yield from (rate for rate in base_rates.values() if taking.wants(rate.code))
    yield from file.rates
