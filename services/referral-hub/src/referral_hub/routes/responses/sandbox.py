"""Made-up participants as an integrator sees them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from common.transaction import Answer as WriteAnswer
from common.web.fields import AnswerBody, one_of
from referral_hub.domain.made_up import Answer, MemberState


class GroupReceipt(WriteAnswer):
    """A group that was asked for."""

    id: UUID
    participants: int
    """How many were asked for."""
    answer: Annotated[str, one_of(Answer)]
    """What the council, which the sandbox plays, does with your claims for them."""


class GroupOut(AnswerBody):
    """A group, and how far it is."""

    id: UUID
    provider_id: str
    participants: int
    """How many were asked for."""
    waiting: int
    """Those who are still to be placed with you."""
    placed: int
    """Those who were placed with you."""
    ended: int
    """Those whom a reset ended."""
    answer: Annotated[str, one_of(Answer)]
    """What the council, which the sandbox plays, does with your claims for them."""
    asked_on: date


class MemberOut(AnswerBody):
    """One made-up participant."""

    id: UUID
    group_id: UUID
    """The group it belongs to."""
    provider_id: str
    state: Annotated[str, one_of(MemberState)]
    answer: Annotated[str, one_of(Answer)]
    """What the council, which the sandbox plays, does with your claims for them."""
    source: str
    need: str
    specialism: str
    referral_id: UUID | None
    """None until they are placed."""
    participant_id: UUID | None
    """None until they are placed."""


class MemberReceipt(WriteAnswer):
    """A member, placed."""

    id: UUID
    state: Annotated[str, one_of(MemberState)]
