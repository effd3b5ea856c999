"""Who someone is, as requests say it: each number and address in its one form, or refused with what that form is."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from common.web.fields import BirthDay, Line, Prose, RequestBody, Sentence, ShortCode
from referral_hub.domain.birth import OLDEST_AGE, UNKNOWN, Birth
from referral_hub.domain.identifiers import Unreadable, email, national_insurance, nhs_number, telephone
from referral_hub.operations.participants.recognise_participant import Person


def read_as(form: Callable[[str], str]) -> AfterValidator:
    """In the one form, or refused by the sentence that says which it is."""

    def formed(said: str) -> str:
        try:
            return form(said)
        except Unreadable as error:
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
        if sum(said is not None for said in (self.date_of_birth, self.birth_year, self.age)) > 1:
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

    def person(self, on: date) -> Person:
        facts = self.model_dump(exclude=set(BirthIn.model_fields))
        named = {name: facts[name] or "" for name in ("given_name", "family_name")}
        return Person(**facts | named, birth=self.birth(on))


class CorrectionIn(IdentityIn):
    """What is to be put right of who someone is. A field left out stays; one sent as null is taken away (BR-N4)."""

    reason: Sentence
    """Why: what was wrong, and how it is known."""

    @property
    def facts(self) -> dict[str, Any]:
        """What was sent of the facts that stand in one field each."""
        kept = self.model_dump(include=self.model_fields_set, exclude={*BirthIn.model_fields, "reason"})
        return {name: value or "" if name in ("given_name", "family_name") else value for name, value in kept.items()}

    def corrected_birth(self, on: date) -> Birth | None:
        """The birth that was sent, if one was."""
        return self.birth(on) if self.model_fields_set & BirthIn.model_fields.keys() else None
