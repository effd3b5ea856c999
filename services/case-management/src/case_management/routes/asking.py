"""Who asks, and what every case's routes share."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts import Code
from common.transaction import Answer
from common.web.fields import Asked

SUPPORTERS = ("caseworker", "provider-manager", "provider-system")
"""Who supports participants, and writes of it."""
RECORDERS = (*SUPPORTERS, "contracts-officer")
"""Who records what was achieved, and its evidence."""
READERS = (*RECORDERS, "prime-manager", "hub", "council-verifier")

Worker = Annotated[Code, Field(description="A pseudonymous id, never a name.")]


class Minted(Asked):
    """What is new may bring its own id."""

    id: UUID | None = Field(
        default=None,
        description="Yours, if you mint ids: the one answered is made of it and your organisation. Else ours.",
    )


class Created(Answer):
    """The id of what is new."""

    id: UUID


class CaseMoved(Answer):
    """A case after a change."""

    id: UUID
    state: str
    version: int
