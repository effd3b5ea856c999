"""A claim after a step."""

from typing import Annotated
from uuid import UUID

from common.transaction import Answer
from common.web.fields import one_of
from rulebook.codes import ClaimState


class ActReceipt(Answer):
    """What a step leaves behind: the claim's number, state and version."""

    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    revision: int
    version: int
