"""Ending a referral without a placement: support once, or a decline that the council sees (BR-A8, S-08)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.journeys.choices import in_words, programme_of
from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

DECLINE = Form("hub.decline", (ChoiceField(name="reason"), ProseField(name="account", required=False)), is_checked=True)
SUPPORT = Form("hub.support", (ProseField(name="note", required=False),), is_checked=True)


@JOURNEY.page("/hub/referrals/{referral_id}/decline", hub.REFERRAL, hub.DECLINE, hub.PROGRAMME)
async def decline(visit: Visit, referral_id: UUID) -> Response:
    """Close a referral without placing it, visibly to the council."""
    referral, programme = await visit.together(visit.ask(hub.REFERRAL, referral_id=referral_id), programme_of(visit))
    options = {"reason": in_words(programme["decline_reasons"])}
    form = visit.form(DECLINE, options=options, version=referral.version)
    return visit.show("hub/form.html", form=form, referral=referral, about="hub.decline")


@decline.post
async def decline_referral(visit: Visit, referral_id: UUID) -> Response:
    """Decline it."""
    await visit.ask(hub.DECLINE, visit.body(DECLINE), referral_id=referral_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.decline.done")


@JOURNEY.page("/hub/referrals/{referral_id}/support", hub.REFERRAL, hub.SUPPORT_ONCE)
async def support(visit: Visit, referral_id: UUID) -> Response:
    """Give support once, and close the referral."""
    referral = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    form = visit.form(SUPPORT, version=referral.version)
    return visit.show("hub/form.html", form=form, referral=referral, about="hub.support")


@support.post
async def support_once(visit: Visit, referral_id: UUID) -> Response:
    """Note the support."""
    await visit.ask(hub.SUPPORT_ONCE, visit.body(SUPPORT), referral_id=referral_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.support.done")
