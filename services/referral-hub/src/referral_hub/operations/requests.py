"""Who someone is, as requests say it: each number and address in its one form, or refused with what that form is."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.referrals import FundingStream
from common.web.fields import BirthDay, BusinessDay, Line, Prose, RequestBody, Sentence, ShortCode
from common.web.http.external_ids import ExternalIds
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.birth import OLDEST_AGE, UNKNOWN, Birth
from referral_hub.domain.decline import DeclineAttempt
from referral_hub.domain.identifiers import UnreadableIdentifier, email, national_insurance, nhs_number, telephone
from referral_hub.domain.identity import Identity
from referral_hub.domain.made_up import Answer
from referral_hub.domain.triage import Risk, Section, TriageAssessment


def read_as(form: Callable[[str], str]) -> AfterValidator:
    """In the one form, or refused by the sentence that says which it is."""

    def formed(text: str) -> str:
        try:
            return form(text)
        except UnreadableIdentifier as error:
            raise PydanticCustomError("unreadable", "{why}", {"why": error.sentence}) from error

    return AfterValidator(formed)


def _blank_as_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


NamePart = Annotated[Line | None, BeforeValidator(_blank_as_none)]


NationalInsurance = Annotated[Line, read_as(national_insurance)]


NhsNumber = Annotated[Line, read_as(nhs_number)]


Telephone = Annotated[Line, read_as(telephone)]


Email = Annotated[Line, read_as(email)]


BirthYear = Annotated[int, Field(ge=1880, lt=2100)]


Age = Annotated[int, Field(ge=0, le=OLDEST_AGE)]


class BirthIn(RequestBody):
    """When someone was born: to the day, or a year, or an age; nothing when nobody knows (F-1)."""

    date_of_birth: BirthDay | None = None
    birth_year: BirthYear | None = None
    """An estimate, where the day is not known."""
    age: Age | None = None
    """An estimate in whole years, on the day of referral or correction."""

    @model_validator(mode="after")
    def is_said_once(self) -> Self:
        if sum(value is not None for value in (self.date_of_birth, self.birth_year, self.age)) > 1:
            raise PydanticCustomError(
                "birth_said_twice", "Give the date of birth, or a year, or an age: only one of them."
            )
        return self

    def birth(self, on: date) -> Birth:
        if self.date_of_birth is not None:
            return Birth.on(self.date_of_birth)
        if self.birth_year is not None:
            return Birth.in_year(self.birth_year)
        return UNKNOWN if self.age is None else Birth.of_age(self.age, on)


class IdentityIn(BirthIn):
    """Who someone is. A name may be one word, in either field."""

    given_name: NamePart = None
    family_name: NamePart = None
    sex: ShortCode | None = None
    address: Prose | None = None
    phone: Telephone | None = None
    email: Email | None = None
    national_insurance: NationalInsurance | None = None
    nhs_number: NhsNumber | None = None


class PersonIn(IdentityIn):
    """Who is referred. Kept in one row of the hub and nowhere else."""

    @model_validator(mode="after")
    def is_called_something(self) -> Self:
        if not (self.given_name or self.family_name):
            raise PydanticCustomError(
                "no_name", "Give a name, if only one word; write `Unknown` where nobody knows one."
            )
        return self

    def identity(self, on: date, placeholders: frozenset[str]) -> Identity:
        """As the hub recognises them; born as was said on the day of the referral."""
        return Identity(
            self.given_name or "",
            self.family_name or "",
            self.birth(on),
            self.national_insurance,
            self.nhs_number,
            placeholders,
        )


class IdentityCorrectionIn(IdentityIn):
    """What is to be put right of who someone is. A field left out stays; one sent as null is taken away (BR-N4)."""

    reason: Sentence
    """Why: what was wrong, and how it is known."""

    @property
    def facts(self) -> dict[str, Any]:
        """What was sent of the facts that stand in one field each."""
        values = self.model_dump(include=self.model_fields_set, exclude={*BirthIn.model_fields, "reason"})
        return {name: value or "" if name in ("given_name", "family_name") else value for name, value in values.items()}

    def corrected_birth(self, on: date) -> Birth | None:
        """The birth that was sent, if one was."""
        return self.birth(on) if self.model_fields_set & BirthIn.model_fields.keys() else None


class WithdrawalIn(RequestBody):
    reason: Sentence
    """Why it was a mistake."""


NEVER_NOTHING = (
    "source", "needs", "referred_on", "homeless_at_referral", "threatened_with_eviction", "domestic_abuse_risk",
    "housed_at_referral", "stable_employment_at_referral", "funding_stream", "consent_to_share",
    "believed_of_age",
)  # fmt: skip


class ReasonIn(RequestBody):
    reason: Sentence
    """What was wrong, and how it is known."""


NeedCodes = Annotated[tuple[ShortCode, ...], Field(max_length=40)]


class FactsIn(RequestBody):
    """Facts of a referral as they should have been entered; what is left out stays as it is."""

    source: ShortCode | None = None
    agency_id: ShortCode | None = None
    """Nothing (`null`) for a self-referral."""
    pathway: ShortCode | None = None
    """Nothing (`null`) for none."""
    referred_on: BusinessDay | None = None
    needs: NeedCodes | None = None
    homeless_at_referral: bool | None = None
    threatened_with_eviction: bool | None = None
    domestic_abuse_risk: bool | None = None
    """Whoever was once known to be at risk stays need-to-know (§2.M)."""
    release_on: BusinessDay | None = None
    housed_at_referral: bool | None = None
    stable_employment_at_referral: bool | None = None
    funding_stream: FundingStream | None = None
    consent_to_share: bool | None = None
    believed_of_age: bool | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def nothing_is_emptied_that_must_be_said(self) -> Self:
        names = [name for name in NEVER_NOTHING if name in self.model_fields_set and getattr(self, name) is None]
        if names:
            raise ValueError(f"cannot be nothing: {', '.join(names)}; leave out what stays as it is")
        return self


class FactsCorrectionIn(ReasonIn):
    facts: FactsIn


Spoken = Annotated[tuple[Prose, ...], Field(max_length=20)]


class TriageIn(RequestBody):
    """The standard assessment, in the order of the conversation: hopes and strengths before needs (BR-A6)."""

    aspirations: Spoken
    strengths: Spoken
    needs: NeedCodes
    risk_level: Risk
    specialism: ShortCode
    intensity: Intensity
    complex: bool | None = None
    """Complex anyway when the risk is high or the needs are many."""
    priority_reason: Prose | None = None
    """Makes it a priority whatever the criteria say."""

    @property
    def in_conversation(self) -> TriageAssessment:
        """In the order in which it is spoken of."""
        hopes = [Section("aspirations", words) for words in self.aspirations]
        strengths = [Section("strengths", words) for words in self.strengths]
        rest = [Section("needs", ", ".join(self.needs)), Section("risk", self.risk_level)]
        sections = (*hopes, *strengths, *rest)
        return TriageAssessment(sections, frozenset(self.needs), self.specialism, self.intensity, self.risk_level)


class TriageCorrectionIn(ReasonIn):
    triage: TriageIn
    """The whole assessment, as it should have been."""


class DeclineCorrectionIn(ReasonIn):
    decline_reason: ShortCode | None = None
    """The reason that should have been given; left out, the reason stays."""
    account: Prose | None = None


class DropInIn(RequestBody):
    id: UUID | None = None
    participant_id: UUID
    dropped_in_on: BusinessDay | None = None
    """Today unless given."""


class DayCorrectionIn(ReasonIn):
    dropped_in_on: BusinessDay


class MergeIn(RequestBody):
    alias_id: UUID
    """The record that from now on points to the other."""
    reason: Sentence
    keep_referral_id: UUID | None = None
    """Of two open referrals, the one that stays; left out, the one that has come furthest."""


class UnmergeIn(RequestBody):
    alias_id: UUID
    """The record that points to this one, and is of another person after all."""
    reason: Sentence


class DifferentIn(RequestBody):
    other_id: UUID
    """The record that looks alike."""
    reason: Sentence


Needs = Annotated[list[ShortCode], Field(min_length=0, max_length=40)]


class ReferralIn(RequestBody):
    """A referral as an agency, or the hub for someone, makes it."""

    id: UUID | None = None
    participant_id: UUID | None = None
    """For the hub alone: minted for someone new, or naming someone it knows, which decides a possible match."""
    source: ShortCode
    """Kind of referrer, from the programme's list (S-03)."""
    agency_id: ShortCode | None = None
    """Left out by an agency: it refers for itself. A self-referral has none (S-04)."""
    pathway: ShortCode | None = None
    """Left out, an automatic pathway that fits is taken (S-17)."""
    referred_on: BusinessDay | None = None
    """Today unless given."""
    person: PersonIn
    believed_of_age: bool = False
    """You believe them to be of the programme's age: asked where the birth date cannot tell."""
    needs: Needs
    homeless_at_referral: bool = False
    threatened_with_eviction: bool = False
    domestic_abuse_risk: bool = False
    release_on: BusinessDay | None = None
    """Leaving prison (S-18)."""
    housed_at_referral: bool = False
    stable_employment_at_referral: bool = False
    funding_stream: FundingStream = "lcf"
    consent_to_share: bool
    """Whether a provider may read `notes` (BR-N3)."""
    notes: Prose | None = None
    """Never leaves the hub in an event."""
    external_ids: ExternalIds = Field(default_factory=dict[str, str])
    """What your systems call it, by the code of each: `GET /v1/referrals?external_id=crm:A-1` finds it so."""


class InformationRequestIn(RequestBody):
    question_code: ShortCode
    note: Prose


class InformationIn(RequestBody):
    answer: Prose
    question_id: UUID | None = None
    """Left out, the answer is to all that is asked."""


class TriageSupportIn(RequestBody):
    note: Prose | None = None


class DeclineIn(RequestBody):
    reason: ShortCode
    """One of the programme's; `too-high-risk` is never final (BR-A7)."""
    account: Prose | None = None
    """What led to it; without it the reason stands for itself."""

    @property
    def asked(self) -> DeclineAttempt:
        return DeclineAttempt(self.reason, self.account or self.reason)


class AllocationIn(RequestBody):
    provider_id: ShortCode | None = None
    """Left out, or the recommended one, to accept the recommendation."""
    override_reason: Prose | None = None


class GroupIn(RequestBody):
    """How many made-up participants are asked for, and what the council is to do with claims for them."""

    id: UUID | None = None
    participants: Annotated[int, Field(ge=1, le=100)]
    """How many are asked for."""
    answer: Answer = "verify"
    """What the council, which the sandbox plays, does with your claims for them."""


class PlacementIn(RequestBody):
    referral_id: UUID
    """The referral that is allocated."""
