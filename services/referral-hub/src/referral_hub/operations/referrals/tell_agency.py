import json
from collections.abc import Sequence
from typing import Self

from common.contracts.referrals import ReferralStandingChanged
from common.database.lookup import Lookup, every
from common.transaction import Transaction
from referral_hub.domain.referral import standing_shown
from referral_hub.operations.loading import PolicyLookup
from referral_hub.storage.referrals import JOINED, JOINED_TO, LAST_TOLD, QUESTIONS
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow


class StandingLookup(Lookup):
    """How referrals stand for the agencies that made them, beside the rows themselves: `referral_ids` names them."""

    joiners: list[ReferralRow] = every(JOINED)
    joined_to: list[ReferralRow] = every(JOINED_TO)
    questions: list[InformationRequestRow] = every(QUESTIONS)
    last_told: list[tuple[str, str]] = every(LAST_TOLD)

    @classmethod
    def of_new(cls, joined_to: ReferralRow | None) -> Self:
        """Of a referral that is being made, of which nothing was told yet."""
        lookup = cls()
        lookup.joiners, lookup.questions, lookup.last_told = [], [], []
        lookup.joined_to = [joined_to] if joined_to else []
        return lookup

    def answer(self, tx: Transaction, referral: ReferralRow, answer: str | None = None) -> None:
        """All that is asked about a referral is answered, or needs no answer any more."""
        for question in self.questions:
            if question.referral_id == referral.id:
                close_question(tx, question, answer)


class PolicyAndStanding(PolicyLookup, StandingLookup):
    """What most verbs about a referral read beside it."""


def close_question(tx: Transaction, question: InformationRequestRow, answer: str | None = None) -> None:
    """It is answered, or needs no answer any more; never before it was asked."""
    question.answered_at, question.answer = max(question.asked_at, tx.now), answer


async def tell_agency(tx: Transaction, *referrals: ReferralRow) -> None:
    """As `tell_standing`, of referrals that have changed and for which nothing was read before."""
    tell_standing(tx, await standing_of(tx, *referrals), *referrals)


async def standing_of(tx: Transaction, *referrals: ReferralRow) -> StandingLookup:
    return await StandingLookup.read(tx.session, referral_ids=[one.id for one in referrals])


def tell_standing(tx: Transaction, lookup: StandingLookup, *referrals: ReferralRow) -> None:
    """Announce how referrals stand for the agencies that made them, and those that joined them, where that changed.

    Held against what was last announced, so that it may be asked for after any change: what an agency is not shown,
    such as that somebody was placed, is not announced either (X-2). As the hub, which alone sees all of them.
    """
    by_id = {one.id: one for one in (*referrals, *lookup.joiners) if one.agency_id is not None}
    standing = {one.id: one for one in (*lookup.joined_to, *referrals)}
    last_told = dict(lookup.last_told)
    for referral in by_id.values():
        other = standing.get(referral.joined_to) if referral.joined_to else None
        event = _told(tx, referral, other, lookup.questions)
        content = event.model_dump(mode="json", exclude={*tx.envelope()})
        last = json.loads(last_told.get(event.subject, "{}"))
        if content != {name: value for name, value in last.items() if name in content}:
            tx.announce(event)


def _told(
    tx: Transaction, referral: ReferralRow, other: ReferralRow | None, questions: Sequence[InformationRequestRow]
) -> ReferralStandingChanged:
    assert referral.agency_id is not None  # noqa: S101 - only those are told
    own = () if other else (one for one in questions if one.referral_id == referral.id)
    return ReferralStandingChanged(
        **tx.envelope(),
        referral_id=referral.id,
        agency_id=referral.agency_id,
        state=standing_shown(referral.state, other.state if other else None),
        closed_on=(other or referral).closed_on,
        asked=tuple(sorted({one.question_code for one in own if one.is_open})),
    )
