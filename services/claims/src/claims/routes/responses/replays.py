"""Past claims under a draft."""

from typing import Annotated
from uuid import UUID

from common.web.fields import AnswerBody, one_of
from rulebook.codes import ClaimState


class StandingOut(AnswerBody):
    """How the rules stand to a claim, what it is worth, and what is payable, in pence; null until it is verified."""

    against: list[str]
    value_pence: int
    payable_pence: int | None


class ReplayedOut(AnswerBody):
    """A claim whose verdict or money would be otherwise."""

    claim_id: UUID
    claim_number: str
    state: Annotated[str, one_of(ClaimState)]
    provider_id: str
    cohort: int
    """The programme's year in which the participants were referred, from 1."""
    outcome: str
    slot: str
    rate_card: str
    rate_card_version: str
    before: StandingOut
    after: StandingOut


class ReplayTallyOut(AnswerBody):
    """A provider's claims of one cohort in this page, in pence."""

    provider_id: str
    cohort: int
    claims: int = 0
    changed: int = 0
    value_before_pence: int = 0
    value_after_pence: int = 0
    payable_before_pence: int = 0
    payable_after_pence: int = 0


class ReplayOut(AnswerBody):
    """The next claims replayed: those that change, and sums over all of them; `next` until the last page."""

    items: list[ReplayedOut]
    tallies: list[ReplayTallyOut]
    replayed: int
    unknown: int
    """How many claims are not replayed and count as they stand, because they were judged before the service kept what
    it judged them on."""
    claims: int
    """How many claims the programme has, to show how far the replay is."""
    next: str | None = None
