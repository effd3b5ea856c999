"""A referral: all that is known of it, and what can be done with it now."""

from uuid import UUID

from starlette.responses import Response

from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

STEPS = (
    ("received", "triage", hub.TRIAGE),
    ("received", "questions", hub.ASK_REFERRER),
    ("received", "support", hub.SUPPORT_ONCE),
    ("received", "decline", hub.DECLINE),
    ("awaiting-information", "questions", hub.ASK_REFERRER),
    ("awaiting-information", "decline", hub.DECLINE),
    ("triaged", "placement", hub.ALLOCATE),
    ("triaged", "questions", hub.ASK_REFERRER),
    ("triaged", "support", hub.SUPPORT_ONCE),
    ("triaged", "decline", hub.DECLINE),
)
"""State → the pages that a person may go on to; whether it is allowed, the hub decides."""


@JOURNEY.page(
    "/hub/referrals/{referral_id}",
    hub.REFERRAL,
    hub.WAITING_LIST,
    also=(*dict.fromkeys(step[2] for step in STEPS), hub.TAKE_QUESTION_BACK),
)
async def referral(visit: Visit, referral_id: UUID) -> Response:
    """One referral with what was asked, who it may be, and the ways on."""
    reply = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    steps = [path for state, path, operation in STEPS if state == reply["state"] and visit.may(operation)]
    return visit.show("hub/referral.html", referral=reply, steps=steps)
