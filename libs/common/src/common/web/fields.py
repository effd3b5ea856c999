"""What a request may hold: bounded, without control characters (PostgreSQL stores no U+0000), and nothing unknown."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
]
"""A few words on one line: a name, a telephone number."""

Prose = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"
    ),
]
"""What people write; lines and tabs are kept."""

ShortCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A code of the programme: `landlord-letter`, `horton`."""

BusinessDay = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
"""A London date, from 2000 on and before 2100."""

BirthDay = Annotated[date, Field(ge=date(1880, 1, 1), lt=date(2100, 1, 1))]
"""A date of birth that someone may have."""


class Asked(BaseModel):
    """The body of a request; a field we do not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")
