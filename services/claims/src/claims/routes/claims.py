"""Claims as people see them: state, checks, requests, history; money only under its own paths."""

from collections.abc import Sequence
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import Request, Response

from claims.domain.claim import verbs_for
from claims.domain.receipt import MAY_CHANGE
from claims.domain.request import Side, passed_items
from claims.domain.revision import ComparedCheck, items_since
from claims.operations.advice.pre_check import pre_check
from claims.operations.assessment.assess_claim import check_shown, outcome_as_heard
from claims.operations.assessment.explain_claim import explain_claim
from claims.operations.audits.open_evidence import documents_of, quarters_seen
from claims.operations.decisions.ask_about_items import requests_made
from claims.operations.loading import claim_asked, own_claim_asked
from claims.operations.problems import NotYetValued
from claims.operations.requests import OutcomeIn
from claims.operations.transitions import state_of
from claims.storage import claims
from claims.storage.answers import answers_on
from claims.storage.audits import claims_stated_in
from claims.storage.lists import CLAIMS
from claims.storage.tables.claims import ActRow, ClaimAssessmentRow, ClaimRow, HeardOutcomeRow
from claims.storage.tables.requests import ItemRequestRow
from common.audit.grants import Grants
from common.ids import new_id
from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.problems import Invalid
from common.web.routing import Routes
from rulebook.fact import Facts
from rulebook.outcome import AssessmentResult, EvidenceItem, Outcome, PlanInForce

from .responses.claims import (
    ActOut,
    AnswerOut,
    CheckOut,
    ClaimAssessmentOut,
    ClaimLine,
    ClaimOut,
    ClaimValue,
    EvidenceGrant,
    ExplanationOut,
    ExplanationWithoutAmounts,
    History,
    ItemOut,
    PreCheckOut,
    RequestOut,
    StepOut,
    StepWithoutAmounts,
)
from .responses.statements import ShareOut
from .roles import CLAIM_READERS, MONEY_READERS, PROVIDERS, Signer

router = Routes(prefix="/v1/claims", tags=["claims"])

Reader = Annotated[Transaction, reading(*CLAIM_READERS)]
MoneyReader = Annotated[Transaction, reading(*MONEY_READERS)]


@router.get("")
async def list_claims(tx: Reader, query: Annotated[Asked, asking(CLAIMS)]) -> Page[ClaimLine]:
    """Claims the asker may see, newest date achieved first; providers see their own and joint ones, an auditor those on
    the statements of the quarters granted.

    `order=waiting` are those that somebody is to act on, who waited longest at the head; `order=due` those of which
    something is asked by a day. `basis_changed=true`: only those whose basis changed after they had ended, or that were
    challenged, for the council to decide on. `statement`: only those with a line on the statement of a month.
    """
    quarters = await quarters_seen(tx)
    conditions = [] if quarters is None else [ClaimRow.claim_id.in_(claims_stated_in(quarters))]
    results = await query.found(tx, *conditions)
    tx.touched(*(f"participant/{claim.participant_id}" for claim in results.rows))
    return results.page(listed)


@router.post("/pre-check")
async def check_beforehand(
    body: OutcomeIn, tx: Annotated[Transaction, reading("prime-manager", *PROVIDERS)], receipts: Signer
) -> PreCheckOut:
    """What every rule would say to an outcome not recorded yet, with remedies and a signed receipt; nothing is kept.

    A provider's own claims are looked at, not other providers'. Send the receipt with the outcome: for 30 days, on
    unchanged facts, no rule over these facts that passed here turns the claim down: not at approval or verification,
    though the rule's code be changed, nor as a reason to return, query, refuse or withdraw it. What `may_change`
    names is not promised.
    """
    preview = await pre_check(tx, outcome_said(tx, body), body.participant_id)
    assessment, receipt = preview.assessment, preview.receipt
    checks = [CheckOut(**check_shown(ComparedCheck(check, None, None))) for check in assessment.checks]
    return PreCheckOut(
        ready=assessment.ready,
        rate_card=assessment.card,
        rate_card_version=assessment.version,
        checks=checks,
        precedents=sorted(receipt.precedents),
        may_change=[*sorted({check.rule for check in assessment.checks} & MAY_CHANGE), "cap"],
        facts_sha256=receipt.facts,
        receipt=receipts.sign(receipt, tx.programme_id),
        receipt_valid_until=receipt.valid_until,
    )


@router.get("/{claim_id}")
async def show_claim(claim_id: UUID, tx: Reader, response: Response) -> ClaimOut:
    """One claim whole, without money: every check, what was asked, what changed, its history (BR-F4)."""
    claim = await claim_asked(tx, claim_id)
    response.headers["ETag"] = f'"{claim.version}"'
    revisions = await claims.heard_revisions(tx.session, claim_id)
    assessment = await claims.last_assessment(tx.session, claim_id)
    requests = await claims.requests_on(tx.session, claim_id)
    return ClaimOut(
        **listed(claim).model_dump(),
        assessment=None if assessment is None else assessment_shown(assessment),
        changed=next(each.changed for each in revisions if each.revision == claim.revision),
        items=items_shown(claim, revisions, requests),
        requests=[request_shown(request) for request in requests],
        agreements=list(await claims.agreements_on(tx.session, claim_id)),
        answers=[AnswerOut.model_validate(each) for each in await answers_on(tx.session, claim_id)],
        allowed=list(verbs_for(state_of(claim), tx.actor.roles)),
        history=[act_shown(act) for act in await claims.acts_on(tx.session, claim_id)],
    )


@router.get("/{claim_id}/history")
async def show_history(claim_id: UUID, tx: Reader) -> History:
    """Every step in the claim's life, in order, with the event that announced or caused it."""
    await claim_asked(tx, claim_id)
    return History(items=[act_shown(act) for act in await claims.acts_on(tx.session, claim_id)])


@router.get("/{claim_id}/value")
async def show_value(claim_id: UUID, tx: MoneyReader) -> ClaimValue:
    """What a verified claim is worth in pence, what is payable and who pays. 404 until it is verified."""
    claim = await own_claim_asked(tx, claim_id)
    valuation = await claims.valuation_of(tx.session, claim_id)
    if valuation is None:
        raise NotYetValued
    return ClaimValue(
        id=claim_id,
        number=claim.number,
        verified_on=valuation.verified_on,
        rate_card=valuation.rate_card,
        rate_card_version=valuation.rate_card_version,
        quantity=valuation.quantity,
        price_pence=valuation.price_pence,
        payable_pence=valuation.payable_pence,
        above_cap_pence=valuation.above_cap_pence,
        payment_mode=valuation.payment_mode,
        shares=[ShareOut(**share) for share in valuation.shares],
        taken_back=claim.taken_back_on is not None,
    )


@router.get("/{claim_id}/explain")
async def explain(claim_id: UUID, tx: MoneyReader) -> ExplanationOut:
    """Why it pays what it pays: outcome, rules, card, calendar, units, cap, shares, statement, each with its event."""
    claim = await own_claim_asked(tx, claim_id)
    steps = [
        StepOut(step=each.step, says=each.says, event_id=each.event_id, detail=each.detail)
        for each in await explain_claim(tx, claim)
    ]
    return ExplanationOut(id=claim_id, number=claim.number, state=claim.state, steps=steps)


@router.get("/{claim_id}/explain/without-amounts")
async def explain_without_amounts(claim_id: UUID, tx: Reader) -> ExplanationWithoutAmounts:
    """The same for those who see no money, a provider's own system among them: rules, card, month and statement."""
    claim = await own_claim_asked(tx, claim_id)
    steps = [
        StepWithoutAmounts(step=each.step, says=each.says, event_id=each.event_id, detail=each.detail)
        for each in await explain_claim(tx, claim, amounts=False)
    ]
    return ExplanationWithoutAmounts(id=claim_id, number=claim.number, state=claim.state, steps=steps)


@router.get("/{claim_id}/evidence-grant")
async def grant_evidence(
    claim_id: UUID, tx: Annotated[Transaction, reading("auditor")], request: Request
) -> EvidenceGrant:
    """For some minutes, the right to open the documents of a claim of a quarter that is granted to the asker (S-83).

    Case management takes it: `GET /v1/granted-documents/{document_id}/content`. 403 where nothing is granted.
    """
    documents = await documents_of(tx, await claim_asked(tx, claim_id))
    grants: Grants = request.app.state.grants
    grant, until = grants.sign(tx.programme_id, tx.actor.id, documents)
    return EvidenceGrant(claim_id=claim_id, documents=list(documents), grant=grant, good_until=until)


def outcome_said(tx: Transaction, body: OutcomeIn) -> Outcome:
    """The outcome as rules read it. Raises `Invalid` where a provider asks for another, or the prime for none."""
    is_provider = tx.actor.organisation_kind == "provider"
    provider_id = body.provider_id or (tx.actor.organisation if is_provider else None)
    if provider_id is None or (is_provider and provider_id != tx.actor.organisation):
        raise Invalid("Name the provider whose outcome it is: your own, or as the prime any.")
    plan = body.plan
    return Outcome(
        outcome_id=body.outcome_id or new_id(),
        revision=1,
        code=body.outcome,
        slot=body.slot,
        subject_kind="participant",
        subject_id=body.participant_id or new_id(),
        provider_id=provider_id,
        achieved_on=body.achieved_on,
        referred_on=body.referred_on,
        service_started_on=body.service_started_on,
        evidence=tuple(EvidenceItem(e.item_id or new_id(), e.kind, None, e.dated_on) for e in body.evidence),
        facts=Facts(body.facts),
        assessments=tuple(
            AssessmentResult(new_id(), a.instrument, a.stage, a.score, a.assessed_on) for a in body.assessments
        ),
        plan=None if plan is None else PlanInForce(new_id(), plan.kind, plan.agreed_on),
        quantity=body.quantity,
    )


def listed(claim: Any) -> ClaimLine:
    same = {name: getattr(claim, name) for name in ClaimLine.model_fields if name != "id"}
    return ClaimLine(id=claim.claim_id, **same)


def assessment_shown(row: ClaimAssessmentRow) -> ClaimAssessmentOut:
    return ClaimAssessmentOut(
        revision=row.revision,
        occasion=row.occasion,
        rate_card=row.rate_card,
        rate_card_version=row.rate_card_version,
        ready=row.ready,
        assessed_at=row.assessed_at,
        checks=[CheckOut(**check) for check in row.checks],
    )


def request_shown(row: ItemRequestRow) -> RequestOut:
    same = {name: getattr(row, name) for name in RequestOut.model_fields if name != "id"}
    return RequestOut(id=row.request_id, **same)


def items_shown(claim: ClaimRow, rows: Sequence[HeardOutcomeRow], requests: Sequence[ItemRequestRow]) -> list[ItemOut]:
    """The items of the revision the claim stands on, each with its own history."""
    revisions = [outcome_as_heard(each, claim.subject_id).evidence for each in rows if each.revision <= claim.revision]
    since = items_since(revisions)
    open_items = {request.item_id for request in requests if request.answered_on is None}
    looks, by_revision = requests_made(requests), dict(zip((each.revision for each in rows), revisions, strict=False))
    passes = {side: passed_items(side, by_revision, looks, revisions[-1]) for side in get_args(Side)}
    return [
        ItemOut(
            id=item.item_id,
            kind=item.kind,
            dated_on=item.dated_on,
            since_revision=rows[since[item.item_id] - 1].revision,
            asked_about=item.item_id in open_items,
            passed=[side for side, items in passes.items() if item.item_id in items],
        )
        for item in revisions[-1]
    ]


def act_shown(act: ActRow) -> ActOut:
    same = {name: getattr(act, name) for name in ActOut.model_fields if name != "at"}
    return ActOut(at=act.acted_at, **same)
