"""What may be claimed next for a participant, as far as claims' own record allows; nothing is kept."""

from dataclasses import dataclass, replace
from uuid import UUID

from claims.domain.outcome import Outcome
from claims.domain.prospect import Prospect, lasting_facts, prospects
from claims.domain.rate_card import RateCard
from claims.storage import claims, rate_cards
from common.ids import new_id
from common.transaction import Transaction

from .outcomes import outcome_as_heard
from .problems import NothingKnown


@dataclass(frozen=True, slots=True)
class Ahead:
    """Prospects under one provider's card; none where no card is in force today."""

    provider_id: str
    card: RateCard | None
    prospects: tuple[Prospect, ...]


async def look_ahead(tx: Transaction, participant_id: UUID) -> Ahead:
    """Counted from the live claims the asker may see: the newest tells provider, referral, assessments and plan.

    Dates of other claims count where they are of the same referral: whoever comes back begins anew.

    Raises:
        NothingKnown: no live claim for them is in sight.
    """
    tx.touched(f"participant/{participant_id}")
    subject_id = await claims.survivor_of(tx.session, tx.programme_id, participant_id)
    heard = [row for _, row in await claims.heard_of_subject(tx.session, tx.programme_id, subject_id)]
    if not heard:
        raise NothingKnown
    newest = heard[-1].body
    of_referral = [row for row in heard if row.body["referral_id"] == newest["referral_id"]]
    outcomes = [outcome_as_heard(row, subject_id) for row in of_referral]
    known = _known(outcomes)
    card = await rate_cards.card_for(tx.session, tx.programme_id, known.provider_id, tx.today)
    if card is None:
        return Ahead(known.provider_id, None, ())
    on_record = await claims.claims_on_record(tx.session, tx.programme_id, subject_id)
    return Ahead(known.provider_id, card, prospects(known, card, tx.today, on_record))


def _known(outcomes: list[Outcome]) -> Outcome:
    facts = lasting_facts(outcome.facts.values for outcome in outcomes)
    return replace(outcomes[-1], outcome_id=new_id(), revision=1, evidence=(), facts=facts, quantity=1)
