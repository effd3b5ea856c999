"""Ask every rule of a claim's outcome, and keep every answer with the facts and the card version it rests on.

The rules stand in `rulebook.kinds`; which of them are asked, and in which order, in `claims.domain.eligibility`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from claims.domain.eligibility import Assessment, Basis, assess
from claims.domain.receipt import honoured
from claims.domain.revision import CheckPlace, ComparedCheck, RuleStanding, compared, places
from claims.operations.advice.receipts import Receipts, receipt_that_holds
from claims.operations.problems import AlreadyClaimed, RulesStandAgainst
from claims.storage import answers, claims, equivalents, rate_cards
from claims.storage.tables.claims import ClaimAssessmentRow, ClaimRow, HeardOutcomeRow
from claims.storage.tables.rate_cards import AcceptedRateCardRow
from common.contracts.cases import OutcomeEvidenced
from common.database.lookup import Lookup, every, first
from common.ids import new_id
from common.transaction import Transaction
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.equivalent import Equivalent
from rulebook.fact import Facts
from rulebook.outcome import AssessmentResult, EvidenceItem, Outcome, PlanInForce
from rulebook.rate_card import RateCard

Occasion = Literal[
    "raised",
    "revised",
    "agreement",
    "approval",
    "verification",
    "reopening",
    "undoing",
    "reinstatement",
    "others",
    "answer",
    "ruling",
]

NONE = "none"
"""The version under which an outcome is judged when no card was in force that day."""


def outcome_in(event: OutcomeEvidenced, subject_id: UUID) -> Outcome:
    """The event's facts, for the participant whose keys it uses up."""
    plan = event.plan
    return Outcome(
        outcome_id=event.outcome_id,
        revision=event.revision,
        code=event.outcome,
        slot=event.slot,
        subject_kind=event.subject_kind,
        subject_id=subject_id,
        provider_id=event.provider_id,
        achieved_on=event.achieved_on,
        referred_on=event.referred_on,
        service_started_on=event.service_started_on,
        evidence=tuple(EvidenceItem(e.item_id, e.kind, e.sha256, e.dated_on) for e in event.evidence),
        facts=Facts(event.facts),
        assessments=tuple(
            AssessmentResult(a.assessment_id, a.instrument, a.stage, a.score, a.assessed_on) for a in event.assessments
        ),
        plan=None if plan is None else PlanInForce(plan.plan_id, plan.kind, plan.agreed_on),
        quantity=event.quantity,
        unit=event.unit,
    )


def outcome_as_heard(revision: HeardOutcomeRow, subject_id: UUID) -> Outcome:
    """A frozen revision, read again exactly as it was heard."""
    return outcome_in(OutcomeEvidenced.model_validate_json(json.dumps(revision.body)), subject_id)


def keep_heard(tx: Transaction, claim: ClaimRow, event: OutcomeEvidenced, changes: dict[str, Any]) -> None:
    """Freeze a revision: the event's body as it was heard, and what it changed."""
    tx.session.add(
        HeardOutcomeRow(
            claim_id=claim.claim_id,
            revision=event.revision,
            programme_id=tx.programme_id,
            provider_id=claim.provider_id,
            event_id=event.event_id,
            body=event.model_dump(mode="json"),
            changed=changes,
            heard_at=tx.now,
        )
    )


class SaidLookup(Lookup):
    """What was ruled, agreed and answered about an outcome; agreements and answers are a claim's, if it is one."""

    precedents: list[tuple[str, str, str]] = every(equivalents.PRECEDENTS)
    agreements: list[str] = every(claims.AGREEMENTS)
    answers: Any = first(answers.ANSWERS)


class BasisLookup(SaidLookup):
    """What an outcome is judged on besides itself and its card."""

    on_record: list[Any] = every(claims.ON_RECORD)


class ClaimLookup(BasisLookup):
    """What a claim is judged on, and how it was last judged."""

    revision: HeardOutcomeRow | None = first(claims.HEARD_REVISION)
    card: AcceptedRateCardRow | None = first(rate_cards.ACCEPTED_CARD)
    last: ClaimAssessmentRow | None = first(claims.LAST_ASSESSMENT)


async def _lookup_of(tx: Transaction, claim: ClaimRow) -> ClaimLookup:
    """With its revision and its card the session knows them, too, and asks no more for them."""
    return await ClaimLookup.read(
        tx.session,
        programme=tx.programme_id,
        claim_id=claim.claim_id,
        revision=claim.revision,
        subject_id=claim.subject_id,
        outcome=claim.outcome,
        card=claim.rate_card,
        version=claim.rate_card_version,
    )


def _basis(tx: Transaction, lookup: BasisLookup) -> Basis:
    return _basis_on(tx, lookup, claims.on_record(lookup.on_record))


def _basis_on(tx: Transaction, lookup: SaidLookup, on_record: tuple[ClaimOnRecord, ...]) -> Basis:
    precedents = tuple(Equivalent(*row) for row in lookup.precedents)
    return Basis(tx.today, on_record, frozenset(lookup.agreements), precedents, answers.answers(lookup.answers))


async def assess_outcome(
    tx: Transaction,
    outcome: Outcome,
    card: RateCard | None,
    claim: ClaimRow | None = None,
    *,
    on_record: tuple[ClaimOnRecord, ...] | None = None,
) -> Assessment:
    """Every rule's answer on what is on record now, or on a record that was read before."""
    about: dict[str, Any] = {
        "programme": tx.programme_id,
        "claim_id": None if claim is None else claim.claim_id,
        "outcome": outcome.code,
    }
    if on_record is None:
        basis = _basis(tx, await BasisLookup.read(tx.session, **about, subject_id=outcome.subject_id))
    else:
        basis = _basis_on(tx, await SaidLookup.read(tx.session, **about), on_record)
    return assess(outcome, card, basis)


async def assess_again(tx: Transaction, claim: ClaimRow, occasion: Occasion, receipts: Receipts | None) -> Assessment:
    """Ask again on the frozen facts and the kept card version, since the record and agreements may have changed.

    What a pre-check promised of these facts stays passed, even where the code of a rule is another by now; where no
    person asks there is nobody to read the receipt (`receipts` is None), and what it let pass last time stays so.
    """
    lookup = await _lookup_of(tx, claim)
    revision = await claims.heard_revision(tx.session, claim)
    outcome = outcome_as_heard(revision, claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    assessment, last = assess(outcome, card, _basis(tx, lookup)), lookup.last
    if receipts is None:
        assessment = honoured(assessment, _promised_before(last))
    elif receipt := await receipt_that_holds(tx, revision, outcome, card, receipts):
        assessment = honoured(assessment, receipt.passed)
    judged_under(claim, assessment)
    if not answers_as_before(assessment, last):
        keep_assessment(tx, claim, assessment, last, occasion, None)
    return assessment


def _promised_before(last: ClaimAssessmentRow | None) -> frozenset[str]:
    return frozenset() if last is None or last.basis is None else frozenset(last.basis["promised"])


async def judged_on(
    tx: Transaction,
    claim: ClaimRow,
    *,
    on_record: tuple[ClaimOnRecord, ...] | None = None,
    accepting: Sequence[Equivalent] = (),
) -> Assessment:
    """What every rule says of a claim as it stands, on the record there is or on another; nothing is kept.

    `accepting` are equivalents that the council has not accepted, or no longer does, taken as if it had.
    """
    basis = _basis(tx, await _lookup_of(tx, claim))
    outcome = outcome_as_heard(await claims.heard_revision(tx.session, claim), claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    record, precedents = basis.on_record if on_record is None else on_record, (*basis.precedents, *accepting)
    return assess(outcome, card, replace(basis, on_record=tuple(record), precedents=precedents))


async def card_of_claim(tx: Transaction, claim: ClaimRow, achieved_on: date) -> RateCard | None:
    """The version a claim is judged by: kept for life, unless the date achieved was corrected (BR-F4, A-12)."""
    if claim.achieved_on == achieved_on and claim.rate_card_version != NONE:
        row = await rate_cards.accepted_card(tx.session, tx.programme_id, claim.rate_card, claim.rate_card_version)
        if row is not None:
            return rate_cards.card_as_accepted(row)
    return await rate_cards.card_for(tx.session, tx.programme_id, claim.provider_id, achieved_on)


def judged_under(claim: ClaimRow, assessment: Assessment) -> None:
    claim.ready = assessment.ready
    claim.rate_card = assessment.card or NONE
    claim.rate_card_version = assessment.version or NONE


def no_rule_stands_against(assessment: Assessment) -> None:
    """Raises `AlreadyClaimed` or `RulesStandAgainst`, with every refusal."""
    if assessment.duplicate:
        raise AlreadyClaimed(assessment.refusals)
    if not assessment.ready:
        raise RulesStandAgainst(assessment.refusals)


def keep_assessment(
    tx: Transaction,
    claim: ClaimRow,
    assessment: Assessment,
    last: ClaimAssessmentRow | None,
    occasion: Occasion,
    event_id: UUID | None,
) -> None:
    """Write an assessment beside the last one: each check says what it was before and since when it has passed."""
    tx.session.add(
        ClaimAssessmentRow(
            assessment_id=new_id(),
            programme_id=tx.programme_id,
            provider_id=claim.provider_id,
            claim_id=claim.claim_id,
            revision=claim.revision,
            occasion=occasion,
            rate_card=claim.rate_card,
            rate_card_version=claim.rate_card_version,
            ready=assessment.ready,
            checks=_kept(assessment, last, claim.revision),
            assessed_at=tx.now,
            event_id=event_id,
            basis=_basis_kept(assessment),
        )
    )


def _basis_kept(assessment: Assessment) -> dict[str, Any]:
    """What an assessment rests on, as JSON; other claims by the revision whose facts were looked at."""
    basis = assessment.basis
    return {
        "today": basis.today.isoformat(),
        "on_record": [
            [str(claim.claim_id), claim.revision, claim.state, claim.taken_back] for claim in basis.on_record
        ],
        "agreements": sorted(basis.agreements),
        "precedents": [[each.kind, each.stands_for] for each in basis.precedents],
        "answers": {"kinds": sorted(basis.answers.kinds), "matched": sorted(basis.answers.matched)},
        "promised": sorted({check.rule for check in assessment.checks if check.promised}),
    }


def _kept(assessment: Assessment, last: ClaimAssessmentRow | None, revision: int) -> list[Any]:
    before = {} if last is None else _standings(last.checks)
    return [check_shown(each) for each in compared(assessment.checks, before, revision)]


def _standings(checks: Sequence[Mapping[str, Any]]) -> dict[CheckPlace, RuleStanding]:
    at = places(check["rule"] for check in checks)
    return {
        place: RuleStanding(check["verdict"], check["passed_since"]) for place, check in zip(at, checks, strict=True)
    }


def check_shown(each: ComparedCheck) -> dict[str, Any]:
    """A check as JSON: how it is kept, and how it is shown."""
    check = each.check
    return {
        "rule": check.rule,
        "verdict": check.verdict,
        "code": check.code,
        "sentence": check.sentence,
        "remedy": check.remedy,
        "fact": check.refusal.fact if check.refusal else None,
        "items": [str(item) for item in check.items],
        "before": each.before,
        "passed_since": each.passed_since,
    }


def answers_as_before(assessment: Assessment, last: ClaimAssessmentRow | None) -> bool:
    """Every rule says what it said, in the same words."""
    return last is not None and _answers(last.checks) == _answers(_kept(assessment, last, last.revision))


def _answers(checks: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [(check["rule"], check["verdict"], check["sentence"]) for check in checks]
