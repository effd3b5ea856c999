"""A claim after a step."""

from uuid import UUID

from common.transaction import Answer


class ActReceipt(Answer):
    """What a step leaves behind: the claim's number, state and version."""

    id: UUID
    number: str
    state: str
    revision: int
    version: int
