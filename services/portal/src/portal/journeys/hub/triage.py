"""The standard assessment: hopes and strengths before needs (BR-A6)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ChoicesField, LinesField, ProseField, TickField
from portal.forms.form import Form
from portal.journeys.choices import in_words, programme_of, titled
from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

LEVELS = ("low", "medium", "high")
TRIAGE = Form(
    "hub.triage",
    (
        LinesField(name="aspirations"),
        LinesField(name="strengths"),
        ChoicesField(name="needs"),
        ChoiceField(name="risk_level", codes=LEVELS),
        ChoiceField(name="specialism"),
        ChoiceField(name="intensity", codes=LEVELS),
        TickField(name="complex", required=False),
        ProseField(name="priority_reason", required=False),
    ),
)


@JOURNEY.page("/hub/referrals/{referral_id}/triage", hub.REFERRAL, hub.TRIAGE, hub.PROGRAMME)
async def triage(visit: Visit, referral_id: UUID) -> Response:
    """The standard assessment, in the order of the conversation."""
    referral, programme = await visit.together(visit.ask(hub.REFERRAL, referral_id=referral_id), programme_of(visit))
    options = {
        "needs": titled(programme["needs"], "need"),
        "specialism": in_words(programme["specialisms"]),
    }
    answers = {"needs": referral["needs"], "complex": referral["complex"]}
    form = visit.form(TRIAGE, answers=answers, options=options, version=referral.version)
    return visit.show("hub/form.html", form=form, referral=referral, about="hub.triage")


@triage.post
async def assess(visit: Visit, referral_id: UUID) -> Response:
    """Send the assessment."""
    body = visit.body(TRIAGE)
    if not body["complex"]:
        del body["complex"]  # left to the hub's rules
    await visit.ask(hub.TRIAGE, body, referral_id=referral_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.triage.done")
