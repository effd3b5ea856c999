"""What every value in a programme folder is made of."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from common.text import Line, Prose, Sentence

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A short code for what is configured: `fusion-housing`, `tenancy-agreement`."""

OutcomeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
"""An outcome on a rate card: `ACC_3M`."""

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""A typed fact about an outcome: `earned_pence`."""

Pence = Annotated[int, Field(ge=0, le=10**15, strict=True)]
"""Money in integer pence, within what a 64-bit sum of many can hold."""

BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
"""A share: 70 % is 7000."""

Count = Annotated[int, Field(ge=0, le=50_000, strict=True)]

Earlier = Annotated[
    None,
    BeforeValidator(lambda _: None),
    WithJsonSchema({}),
    Field(exclude=True, deprecated=True, description="Nobody reads it any more: it is passed over."),
]
"""What folders and systems of an earlier version may still say."""


class Model(BaseModel):
    """A value in a programme folder: fixed once read, and nothing in it unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class InForce(Model):
    """A value in force from one day until another, both included; open while `until_on` is not given."""

    from_on: date
    until_on: date | None = None


__all__ = [
    "BasisPoints",
    "Count",
    "Earlier",
    "FactName",
    "InForce",
    "Line",
    "Model",
    "OutcomeCode",
    "Pence",
    "Prose",
    "Sentence",
    "Slug",
]  # fmt: skip
