"""A placement handed back: the participant waits again (BR-A7, S-13)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.journeys.caseworker.forms import case_at_hand, show_form
from portal.journeys.choices import in_words, programme_of
from portal.services import cases, hub
from portal.visit import Visit

from .journey import JOURNEY

HAND_BACK = Form("manager.hand-back", (ChoiceField(name="reason"), ProseField(name="account")), is_checked=True)


@JOURNEY.page("/cases/{case_id}/hand-back", cases.CASE, hub.PROGRAMME, hub.HAND_BACK, also=(hub.PARTICIPANTS,))
async def hand_back(visit: Visit, case_id: UUID) -> Response:
    """Hand a placement back, for one of the programme's reasons."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_of(visit))
    return show_form(visit, case, visit.form(HAND_BACK, options={"reason": in_words(programme["decline_reasons"])}))


@hand_back.post
async def decline(visit: Visit, case_id: UUID) -> Response:
    """Hand it back."""
    body = visit.body(HAND_BACK)
    case = await visit.ask(cases.CASE, case_id=case_id)
    await visit.ask(hub.HAND_BACK, body, allocation_id=case["allocation_id"])
    return visit.go("/cases?show=to-start", "manager.hand-back.done")
