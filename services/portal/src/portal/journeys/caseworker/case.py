"""One case on one page: the golden thread, from the plan to what was achieved."""

from uuid import UUID

from starlette.responses import Response

from portal.names import with_names
from portal.services import cases, claims, hub
from portal.visit import Visit

from .caseload import JOURNEY
from .distance import distances
from .forms import NOTE
from .guide import programme_guide, titles_of_kinds, titles_of_outcomes

LAST_NOTES = 10
"""On the page of the case; the others are on the page of its notes."""
ACTIONS = (
    (cases.START, "start"),
    (cases.PLAN, "plan"),
    (cases.ASSESS, "assessment"),
    (cases.UPLOAD, "document"),
    (cases.RECORD_OUTCOME, "outcome"),
    (cases.CHANGE_PHASE, "phase"),
    (cases.HAND_OVER, "hand-over"),
    (cases.ASK_FUND, "fund-request"),
    (cases.ASK_FOR_CLOSURE, "closure"),
    (cases.AGREE_JOINT_WORK, "joint-work"),
    (hub.HAND_BACK, "hand-back"),
)
"""What may be done in a case, and the end of the page's path on which it is."""
CORRECTIONS = {
    "start": cases.CORRECT_START,
    "plan": cases.CORRECT_PLAN,
    "goal": cases.CORRECT_GOAL,
    "assessment": cases.CORRECT_ASSESSMENT,
}
"""What may be put right where it stands."""
BEFORE_START = frozenset({"start", "hand-back"})
"""Shown until the case has started, and not afterwards."""


@JOURNEY.page(
    "/cases/{case_id}",
    cases.CASE,
    cases.PROGRAMME,
    also=(
        hub.PARTICIPANTS,
        claims.CLAIMS,
        cases.NOTE,
        cases.END_JOINT_WORK,
        cases.DECIDE_CLOSURE,
        *CORRECTIONS.values(),
        *(one for one, _ in ACTIONS),
    ),
)
async def case(visit: Visit, case_id: UUID) -> Response:
    """Plan, assessments with the distance travelled, notes, documents, outcomes with their claims, joint work."""
    record, programme = await visit.together(visit.ask(cases.CASE, case_id=case_id), programme_guide(visit))
    await with_names(visit, [record])
    of_case = await visit.if_up(visit.ask(claims.CLAIMS, case_id=case_id)) if visit.may(claims.CLAIMS) else None
    note = visit.form(NOTE)
    note.action = f"/cases/{case_id}/notes"
    is_own = record["provider_id"] == visit.visitor.organisation
    is_new = record["state"] == "allocated"
    return visit.show(
        "caseworker/case.html",
        case=record,
        note=note,
        distances=distances(record["assessments"], programme["instruments"]),
        notes=sorted(record["notes"], key=lambda one: (one["noted_on"], one["written_at"]), reverse=True)[:LAST_NOTES],
        claims={one["outcome_id"]: one for one in of_case.entries} if of_case else {},
        claims_are_away=visit.may(claims.CLAIMS) and of_case is None,
        kinds=titles_of_kinds(programme),
        outcomes=titles_of_outcomes(programme),
        actions=[
            name
            for operation, name in ACTIONS
            if is_own and visit.may(operation) and (name in BEFORE_START) == is_new and record["state"] != "closed"
        ],
        corrects={name for name, operation in CORRECTIONS.items() if is_own and visit.may(operation)},
        may_note=visit.may(cases.NOTE) and record["state"] != "closed",
        may_decide=visit.may(cases.DECIDE_CLOSURE) and record["state"] == "closure-requested",
        may_end=is_own and visit.may(cases.END_JOINT_WORK),
        may_open=visit.may(cases.CONTENT),
    )


@JOURNEY.page("/cases/{case_id}/documents/{document_id}", cases.CONTENT)
async def document(visit: Visit, case_id: UUID, document_id: UUID) -> Response:
    """A document as it was sent, to be saved."""
    return await visit.download(cases.CONTENT, str(document_id), document_id=document_id)
