"""What a request may hold: bounded, made of characters that are seen, and nothing unknown."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from common.text import Line, Prose, Sentence

ShortCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A code of the programme: `landlord-letter`, `horton`."""

BusinessDay = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
"""A London date, from 2000 on and before 2100."""

BirthDay = Annotated[date, Field(ge=date(1880, 1, 1), lt=date(2100, 1, 1))]
"""A date of birth that someone may have."""


def one_of(choices: Any) -> WithJsonSchema:
    """Tells clients which codes a text of ours may be: `state: Annotated[str, one_of(CaseState)]`."""
    return WithJsonSchema({"type": "string", "enum": [*_codes(choices)]})


def _codes(choices: Any) -> Iterator[str]:
    for each in get_args(choices):
        yield from (each,) if isinstance(each, str) else _codes(each)


class RequestBody(BaseModel):
    """The body of a request; a field we do not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class AnswerBody(BaseModel):
    """What a read answers, or a part of it; a docstring under a field is what clients read of it."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


__all__ = ["AnswerBody", "BirthDay", "BusinessDay", "Line", "Prose", "RequestBody", "Sentence", "ShortCode", "one_of"]
