"""Joint work: agreed with another provider, who sees the case while it lasts (BR-D8)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import DayField, PickField, TickField
from portal.forms.form import Form
from portal.journeys.caseworker.forms import case_at_hand, show_form
from portal.journeys.caseworker.guide import programme_guide
from portal.journeys.choices import in_words
from portal.services import cases, hub
from portal.visit import Visit

from .journey import JOURNEY

AGREEMENT = Form(
    "manager.joint-work",
    (
        PickField(name="joint_provider_id"),
        DayField(name="from_on", required=False),
        TickField(name="shareable_only", required=False),
    ),
)
END = Form("manager.end-joint-work", (DayField(name="ended_on", required=False),), is_checked=True)


@JOURNEY.page(
    "/cases/{case_id}/joint-work",
    cases.CASE,
    cases.PROGRAMME,
    cases.AGREE_JOINT_WORK,
    also=(hub.PARTICIPANTS,),
)
async def joint_work(visit: Visit, case_id: UUID) -> Response:
    """Agree joint work on a case."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    others = sorted({one["provider_id"] for one in programme["provider_cards"]} - {case["provider_id"]})
    form = visit.form(AGREEMENT, options={"joint_provider_id": in_words(others)}, version=case.version)
    return show_form(visit, case, form)


@joint_work.post
async def agree(visit: Visit, case_id: UUID) -> Response:
    """Agree it."""
    await visit.ask(cases.AGREE_JOINT_WORK, visit.body(AGREEMENT), case_id=case_id)
    return visit.go(f"/cases/{case_id}", "manager.joint-work.done")


@JOURNEY.page(
    "/cases/{case_id}/joint-work/{joint_work_id}/end", cases.CASE, cases.END_JOINT_WORK, also=(hub.PARTICIPANTS,)
)
async def end_joint_work(visit: Visit, case_id: UUID, joint_work_id: UUID) -> Response:
    """End it: from then on the other provider sees the case no more."""
    return show_form(visit, await case_at_hand(visit, case_id), visit.form(END))


@end_joint_work.post
async def end(visit: Visit, case_id: UUID, joint_work_id: UUID) -> Response:
    """End it."""
    await visit.ask(cases.END_JOINT_WORK, visit.body(END), joint_work_id=joint_work_id)
    return visit.go(f"/cases/{case_id}", "manager.end-joint-work.done")
