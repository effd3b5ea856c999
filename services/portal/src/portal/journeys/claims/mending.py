"""What was decided by mistake is put right; the council agrees to an exception, or keeps what a source answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, Options, PickField, TextField
from portal.forms.form import Form
from portal.journeys.caseworker.guide import programme_guide
from portal.journeys.choices import titled
from portal.services import cases, claims
from portal.services.asking import Reply
from portal.services.operations import Operation
from portal.visit import Visit

from .asking import claim_and_reasons, reasons_of
from .desk import JOURNEY

REASONED = (ChoiceField(name="code"), TextField(name="reason"))
UNDO = Form("claims.undo", REASONED, is_checked=True)
REOPEN = Form("claims.reopen", REASONED, is_checked=True)
WITHDRAW = Form("claims.withdraw", (ChoiceField(name="reason"),), is_checked=True)
AGREE = Form(
    "claims.agree",
    (ChoiceField(name="code", codes=("supported-accommodation", "stable-employment", "crisis")),),
    is_checked=True,
)
ANSWER = Form(
    "claims.answer",
    (PickField(name="kind"), ChoiceField(name="result", codes=("match", "mismatch", "unavailable"))),
    is_checked=True,
)


def _codes(reasons: Reply) -> Options:
    return titled(reasons_of(reasons), "code")


def _kinds_answered(programme: Reply) -> Options:
    """Kinds of evidence that a source gives, and nobody uploads."""
    return titled([one for one in programme["evidence_kinds"] if one["origin"] == "answered"], "kind")


def _page(visit: Visit, claim: Reply, form: Form, options: Mapping[str, Options]) -> Response:
    view = visit.form(form, options=options, version=claim.version)
    return visit.show("claims/asking.html", claim=claim, form=view, about=form.key)


async def _send(visit: Visit, claim_id: UUID, form: Form, body: dict[str, Any], operation: Operation) -> Response:
    receipt = await visit.ask(operation, body, claim_id=claim_id)
    return visit.go(f"/claims/{claim_id}", f"{form.key}.done", number=receipt["number"])


@JOURNEY.page("/claims/{claim_id}/undoing", claims.CLAIM, claims.UNDOING, claims.REASONS)
async def undoing(visit: Visit, claim_id: UUID) -> Response:
    """Take back the council's last decision on a claim: another verifier than the one who verified it (BR-F5)."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "undoing")
    return _page(visit, claim, UNDO, {"code": _codes(reasons)})


@undoing.post
async def undo(visit: Visit, claim_id: UUID) -> Response:
    """Take it back: the claim waits for the council again."""
    body = visit.body(UNDO, options={"code": _codes(await visit.ask(claims.REASONS, act="undoing"))})
    return await _send(visit, claim_id, UNDO, body, claims.UNDOING)


@JOURNEY.page("/claims/{claim_id}/reopening", claims.CLAIM, claims.REOPENING, claims.REASONS)
async def reopening(visit: Visit, claim_id: UUID) -> Response:
    """Take a claim up again that was decided on by mistake, under its number."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "reopening")
    return _page(visit, claim, REOPEN, {"code": _codes(reasons)})


@reopening.post
async def reopen(visit: Visit, claim_id: UUID) -> Response:
    """Take it up again: it is approved anew."""
    body = visit.body(REOPEN, options={"code": _codes(await visit.ask(claims.REASONS, act="reopening"))})
    return await _send(visit, claim_id, REOPEN, body, claims.REOPENING)


@JOURNEY.page("/claims/{claim_id}/withdrawal", claims.CLAIM, claims.WITHDRAWAL, claims.REASONS)
async def withdrawal(visit: Visit, claim_id: UUID) -> Response:
    """Take a claim back that is not verified."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "withdrawal")
    return _page(visit, claim, WITHDRAW, {"reason": _codes(reasons)})


@withdrawal.post
async def withdraw(visit: Visit, claim_id: UUID) -> Response:
    """Take it back: the same outcome may be claimed anew."""
    body = visit.body(WITHDRAW, options={"reason": _codes(await visit.ask(claims.REASONS, act="withdrawal"))})
    return await _send(visit, claim_id, WITHDRAW, body, claims.WITHDRAWAL)


@JOURNEY.page("/claims/{claim_id}/agreements", claims.CLAIM, claims.AGREEMENTS)
async def agreements(visit: Visit, claim_id: UUID) -> Response:
    """Agree to an exception that the rules ask for, on this claim alone (A-24, A-25)."""
    return _page(visit, await visit.ask(claims.CLAIM, claim_id=claim_id), AGREE, {})


@agreements.post
async def agree(visit: Visit, claim_id: UUID) -> Response:
    """Agree to it: the rules look at the claim again."""
    return await _send(visit, claim_id, AGREE, visit.body(AGREE), claims.AGREEMENTS)


@JOURNEY.page("/claims/{claim_id}/answers", claims.CLAIM, claims.ANSWERS, cases.PROGRAMME)
async def answers(visit: Visit, claim_id: UUID) -> Response:
    """Keep what a source answered about a claim, such as HMRC: a match is evidence of that kind (S-80, BR-E6)."""
    claim, programme = await visit.together(visit.ask(claims.CLAIM, claim_id=claim_id), programme_guide(visit))
    return _page(visit, claim, ANSWER, {"kind": _kinds_answered(programme)})


@answers.post
async def keep_answer(visit: Visit, claim_id: UUID) -> Response:
    """Keep it: the newest answer of a kind counts."""
    body = visit.body(ANSWER, options={"kind": _kinds_answered(await programme_guide(visit))})
    return await _send(visit, claim_id, ANSWER, body, claims.ANSWERS)
