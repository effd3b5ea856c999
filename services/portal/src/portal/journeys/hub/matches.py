"""One person or two: both records side by side, and a person decides (BR-C6, F-2)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

FACTS = (
    "given_name",
    "family_name",
    "date_of_birth",
    "sex",
    "address",
    "phone",
    "email",
    "national_insurance",
    "nhs_number",
)
VERDICT = Form("hub.match", (ChoiceField(name="verdict", codes=("same", "different")), ProseField(name="reason")))


@JOURNEY.page(
    "/hub/referrals/{referral_id}/matches/{other_id}", hub.REFERRAL, hub.PARTICIPANT, hub.MERGE, hub.DIFFERENT
)
async def match(visit: Visit, referral_id: UUID, other_id: UUID) -> Response:
    """Two records that may be one person, side by side."""
    referral = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    new, former = await visit.together(
        visit.ask(hub.PARTICIPANT, participant_id=referral["participant_id"]),
        visit.ask(hub.PARTICIPANT, participant_id=other_id),
    )
    signs = next((one for one in referral["possible_matches"] if one["participant_id"] == str(other_id)), None)
    form = visit.form(VERDICT, version=former.version)
    return visit.show("hub/match.html", referral=referral, new=new, known=former, signs=signs, facts=FACTS, form=form)


@match.post
async def decide(visit: Visit, referral_id: UUID, other_id: UUID) -> Response:
    """Say whether they are one person: the record that was known survives."""
    body = visit.body(VERDICT)
    referral = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    newer = referral["participant_id"]
    if body["verdict"] == "same":
        await visit.ask(hub.MERGE, {"alias_id": newer, "reason": body["reason"]}, participant_id=other_id)
        return visit.go(f"/hub/referrals/{referral_id}", "hub.match.merged")
    await visit.ask(hub.DIFFERENT, {"other_id": newer, "reason": body["reason"]}, participant_id=other_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.match.apart")
