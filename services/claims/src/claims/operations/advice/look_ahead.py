"""What may be claimed next for a participant, as far as claims has been told; nothing is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from claims.domain.prospect import Prospect, prospects
from claims.domain.support import SupportPeriod
from claims.operations.assessment.assess_claim import outcome_as_heard
from claims.operations.problems import NothingKnown
from claims.storage import claims, rate_cards, support
from claims.storage.tables.claims import HeardOutcomeRow
from claims.storage.tables.participants import SupportToldRow
from common.ids import new_id
from common.transaction import Transaction
from rulebook.fact import Facts
from rulebook.outcome import AssessmentResult, PlanInForce
from rulebook.rate_card import RateCard


@dataclass(frozen=True, slots=True)
class Ahead:
    """Prospects under one provider's card, and what they are counted from; none where no card is in force today."""

    period: SupportPeriod
    card: RateCard | None
    prospects: tuple[Prospect, ...]


async def look_ahead(tx: Transaction, participant_id: UUID) -> Ahead:
    """Counted from what the asker may see of the newest referral: its allocation, case, plan, assessments and claims.

    Whoever comes back begins anew. What happened before claims kept such events is known from claims alone.

    Raises:
        NothingKnown: nothing about them is in sight.
    """
    tx.touched(f"participant/{participant_id}")
    subject_id = await claims.survivor_of(tx.session, tx.programme_id, participant_id)
    outcomes = [row for _, row in await claims.heard_of_subject(tx.session, tx.programme_id, subject_id)]
    rows = await support.told_of_subject(tx.session, tx.programme_id, subject_id)
    periods = _periods(rows, outcomes, subject_id)
    if not periods:
        raise NothingKnown
    newest = max(periods, key=lambda each: each.referred_on)
    card = await rate_cards.card_for(tx.session, tx.programme_id, newest.provider_id, tx.today)
    if card is None:
        return Ahead(newest, None, ())
    on_record = await claims.claims_on_record(tx.session, tx.programme_id, subject_id)
    outcome = newest.sought(new_id(), subject_id, tx.today, card.plan_kinds)
    begun = newest.started_on is not None
    return Ahead(newest, card, prospects(outcome, card, tx.today, on_record, begun=begun))


def _periods(
    rows: Iterable[SupportToldRow], outcomes: Iterable[HeardOutcomeRow], subject_id: UUID
) -> list[SupportPeriod]:
    """By referral. A plan or an assessment is of its case's; one whose case nobody told of is of none."""
    outcomes, periods = list(outcomes), dict[str, SupportPeriod]()
    referral_of = {UUID(row.body["case_id"]): str(row.body["referral_id"]) for row in outcomes}
    for row in sorted(rows, key=lambda each: "referral_id" not in each.told):
        if "referral_id" in row.told:
            referral = row.told["referral_id"]
            referral_of |= {row.case_id: referral} if row.case_id else {}
            periods.setdefault(referral, SupportPeriod(row.provider_id, date.fromisoformat(row.told["referred_on"])))
        else:
            referral = referral_of.get(row.case_id) if row.case_id else None
        if referral in periods:
            periods[referral] = _with(periods[referral], row)
    for row in outcomes:
        outcome = outcome_as_heard(row, subject_id)
        period = periods.get(row.body["referral_id"], SupportPeriod(outcome.provider_id, outcome.referred_on))
        periods[row.body["referral_id"]] = period.claimed(outcome)
    return list(periods.values())


def _with(period: SupportPeriod, row: SupportToldRow) -> SupportPeriod:
    content = row.told
    match row.kind:
        case "ParticipantAllocated":
            facts = Facts({"housed_at_referral": content["housed_at_referral"]})
            return period.told("allocation", provider_id=row.provider_id, facts=facts)
        case "ReferralCorrected":
            facts = Facts({**period.facts.values, "housed_at_referral": content["housed_at_referral"]})
            return period.told("allocation", referred_on=date.fromisoformat(content["referred_on"]), facts=facts)
        case "CaseStarted" | "CaseStartCorrected":
            started_on = date.fromisoformat(content["started_on"])
            return period.told("case", provider_id=row.provider_id, started_on=started_on)
        case "CaseStartWithdrawn":
            return replace(period, started_on=None)
        case "SupportPlanAgreed" | "SupportPlanCorrected":
            plan = PlanInForce(UUID(content["plan_id"]), content["kind"], date.fromisoformat(content["agreed_on"]))
            return period.told("plan", plans=period.planned(plan))
        case "SupportPlanWithdrawn":
            return period.without(UUID(content["plan_id"]))
        case "AssessmentWithdrawn":
            return period.without(UUID(content["assessment_id"]))
        case _:
            assessed_on = date.fromisoformat(content["assessed_on"])
            result = AssessmentResult(
                UUID(content["assessment_id"]), content["instrument"], content["stage"], content["score"], assessed_on
            )
            return period.told("assessment", assessments=period.assessed(result))
