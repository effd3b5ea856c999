"""What the rules would say to an outcome that is not recorded yet; nothing is kept."""

from dataclasses import dataclass, replace
from uuid import UUID

from claims.domain.eligibility import Assessment, Check
from claims.domain.receipt import MAY_CHANGE, Receipt, receipt_for
from claims.operations.assessment.assess_claim import assess_outcome
from claims.storage import claims, rate_cards
from common.transaction import Transaction
from rulebook.outcome import Outcome
from rulebook.rate_card import RateCard
from rulebook.refusal import Refusal


@dataclass(frozen=True, slots=True)
class PreCheck:
    """What the rules say now, and what of it is promised."""

    assessment: Assessment
    receipt: Receipt


async def pre_check(tx: Transaction, outcome: Outcome, participant_id: UUID | None) -> PreCheck:
    """Every rule's answer: pass, fail, or cannot tell, each with its remedy; and the receipt.

    Subject and unit are those of the card: whoever asks need not know that it counts weeks, or families. A provider's
    pre-check looks at its own claims alone; another provider's earlier claim shows when the claim is raised.
    """
    if participant_id is not None:
        subject_id = await claims.survivor_of(tx.session, tx.programme_id, participant_id)
        outcome = replace(outcome, subject_id=subject_id)
        tx.touched(f"participant/{participant_id}")
    card = await rate_cards.card_for(tx.session, tx.programme_id, outcome.provider_id, outcome.achieved_on)
    outcome = _as_the_card_counts(outcome, card)
    assessment = await assess_outcome(tx, outcome, card)
    if participant_id is None:
        assessment = replace(assessment, checks=tuple(_without_a_participant(check) for check in assessment.checks))
    return PreCheck(assessment, receipt_for(outcome, assessment, tx.today))


def _as_the_card_counts(outcome: Outcome, card: RateCard | None) -> Outcome:
    rate = None if card is None else card.rates.get(outcome.code)
    return outcome if rate is None else replace(outcome, subject_kind=rate.subject, unit=rate.unit)


def _without_a_participant(check: Check) -> Check:
    if check.rule not in MAY_CHANGE:
        return check
    unknown = Refusal(
        "participant_unknown",
        "This depends on what was claimed before.",
        "Name the participant.",
        fact="participant_id",
    )
    return replace(check, refusal=unknown)
