"""One claim: its evidence beside the rules that read it, what was asked, and what may be done with it now (BR-F4)."""

from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.form import Form, ShownForm
from portal.look.words import code_in_words, words
from portal.look.writing import day
from portal.services import cases, claims, every, hub
from portal.services.asking import NotThere, Reply
from portal.services.operations import Operation
from portal.visit import Visit

from .desk import ENDED, JOURNEY
from .forms import APPROVE, SUBMIT, VERIFY

BESIDE = (cases.CASE, hub.PARTICIPANT, claims.RATE_CARD)
"""What is shown beside a claim to those who may see it."""
ACTS = {
    "verify": (claims.VERIFICATION, VERIFY),
    "approve": (claims.APPROVAL, APPROVE),
    "submit": (claims.CLAIMING, SUBMIT),
    "query": (claims.QUERY, None),
    "return": (claims.RETURN, None),
    "refuse": (claims.REFUSAL, None),
    "undo": (claims.UNDOING, None),
    "reopen": (claims.REOPENING, None),
    "withdraw": (claims.WITHDRAWAL, None),
}
"""What a service allows → what is asked for it, and its form where that stands beside the evidence."""
WHILE_JUDGED = {"agree": claims.AGREEMENTS, "answer": claims.ANSWERS}
"""What changes no state, and may be done until the claim has ended."""
DECISIONS = (*(operation for operation, _ in ACTS.values()), *WHILE_JUDGED.values())


@JOURNEY.page(
    "/claims/{claim_id}", claims.CLAIM, also=(*BESIDE, *DECISIONS, claims.EVIDENCE_GRANT, *every.TRAIL.values())
)
async def claim(visit: Visit, claim_id: UUID) -> Response:
    """A claim with its evidence beside the rules, and what you may do with it now."""
    return await show_claim(visit, claim_id)


@JOURNEY.page("/claims/{claim_id}/documents/{document_id}", claims.CLAIM, cases.CONTENT)
async def document(visit: Visit, claim_id: UUID, document_id: UUID) -> Response:
    """A document that evidences the claim, to be saved; that it was opened is in the audit."""
    reply = await visit.ask(claims.CLAIM, claim_id=claim_id)
    if str(document_id) not in {item["id"] for item in reply["items"]}:
        raise NotThere
    return await visit.download(cases.CONTENT, f"{document_id}", document_id=document_id)


async def show_claim(visit: Visit, claim_id: UUID, form: Form | None = None) -> Response:
    """The claim's page; with the form that was refused on it, if one was."""
    reply = await visit.ask(claims.CLAIM, claim_id=claim_id)
    case, person, card = await visit.together(
        _seen(visit, cases.CASE, case_id=reply["case_id"]),
        _seen(visit, hub.PARTICIPANT, participant_id=reply["participant_id"]),
        _seen(visit, claims.RATE_CARD, card=reply["rate_card"], version=reply["rate_card_version"]),
    )
    acts = [verb for verb in ACTS if verb in reply["allowed"] and visit.may(ACTS[verb][0])]
    forms = {verb: _form(visit, reply, verb) for verb in acts if ACTS[verb][1] is not None}
    links = {verb: _way(reply, ACTS[verb][0]) for verb in acts if verb not in forms}
    if reply["state"] not in ENDED:
        links |= {verb: _way(reply, one) for verb, one in WHILE_JUDGED.items() if visit.may(one)}
    return visit.show(
        "claims/claim.html",
        claim=reply,
        case=case,
        person=person,
        outcome=outcome_title(card, reply["outcome"]),
        recorded=_recorded(case, reply),
        items=evidence(reply, case),
        forms=forms,
        links=links,
        form=visit.refused if form else None,
        may_explain=visit.may(claims.EXPLANATION),
        may_audit=visit.may(claims.EVIDENCE_GRANT),
        may_see_trail=visit.may(every.TRAIL["claims"]),
    )


def outcome_title(card: Reply | None, code: str) -> str:
    """What the rate card calls an outcome; its code where it has no name for it."""
    outcomes: list[dict[str, Any]] = card["outcomes"] if card else []
    return next((str(one["title"]) for one in outcomes if one.get("code") == code and one.get("title")), code)


def evidence(claim: Reply, case: Reply | None) -> list[dict[str, Any]]:
    """Each item, with the document or the note that it is, and with the rules that read it."""
    documents = {one["id"]: one for one in case["documents"]} if case else {}
    notes = {one["id"]: one for one in case["notes"]} if case else {}
    checks: Sequence[dict[str, Any]] = claim["assessment"]["checks"] if claim["assessment"] else []
    return [
        item
        | {
            "document": documents.get(item["id"]),
            "note": notes.get(item["id"]),
            "is_note": item["id"] in notes,
            "checks": [one for one in checks if item["id"] in one["items"]],
            "title": item_title(item),
        }
        for item in claim["items"]
    ]


def item_title(item: dict[str, Any]) -> str:
    """What an item is, and of which day."""
    kind = code_in_words(item["kind"])
    return words("claims.item", what=kind, day=day(item["dated_on"])) if item["dated_on"] else kind


def _recorded(case: Reply | None, claim: Reply) -> dict[str, Any] | None:
    """What the caseworker wrote of the outcome, at the revision that the claim stands on."""
    for outcome in case["outcomes"] if case else ():
        for revision in outcome["revisions"]:
            if outcome["id"] == claim["outcome_id"] and revision["revision"] == claim["revision"]:
                return revision
    return None


def _form(visit: Visit, claim: Reply, verb: str) -> ShownForm:
    operation, form = ACTS[verb]
    assert form is not None  # noqa: S101 - asked of those alone that have one
    view = visit.form(form, answers={"submit": True}, version=claim.version)
    view.action = _way(claim, operation)
    return view


def _way(claim: dict[str, Any], operation: Operation) -> str:
    """The page of a step is called as the service calls it."""
    return f"/claims/{claim['id']}/{operation.path.rpartition('/')[2]}"


async def _seen(visit: Visit, operation: Any, **parameters: Any) -> Reply | None:
    """An answer to whoever may have it; nothing to others, or where it is away."""
    if not visit.may(operation):
        return None
    return await _if_there(visit.if_up(visit.ask(operation, **parameters)))


async def _if_there(question: Coroutine[Any, Any, Reply | None]) -> Reply | None:
    try:
        return await question
    except NotThere:
        return None
