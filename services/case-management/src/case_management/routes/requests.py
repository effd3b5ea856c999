"""What requests may say of cases."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts import Code
from common.web.fields import RequestBody

Worker = Annotated[Code, Field(description="A pseudonymous id, never a name.")]


class Minted(RequestBody):
    """What is new may bring its own id."""

    id: UUID | None = Field(
        default=None,
        description="Yours, if you mint ids: the one answered is made of it and your organisation. Else ours.",
    )
