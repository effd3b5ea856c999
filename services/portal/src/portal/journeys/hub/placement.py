"""Placing a participant: every provider with the reasons before anybody decides, then the placement with them."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.journeys.choices import titled
from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

PLACE = Form("hub.place", (ChoiceField(name="provider_id"), ProseField(name="override_reason", required=False)))
WITHDRAW = Form("hub.withdraw", (ProseField(name="reason"),))


@JOURNEY.page("/hub/referrals/{referral_id}/placement", hub.REFERRAL, hub.CANDIDATES, hub.ALLOCATE, hub.PROVIDERS)
async def placement(visit: Visit, referral_id: UUID) -> Response:
    """Who fits, who does not and why, before you decide."""
    referral, weighing, providers = await visit.together(
        visit.ask(hub.REFERRAL, referral_id=referral_id),
        visit.ask(hub.CANDIDATES, referral_id=referral_id),
        visit.ask(hub.PROVIDERS),
    )
    names = dict(titled(providers.entries, "provider_id", "name"))
    options = {"provider_id": [(one["provider_id"], names[one["provider_id"]]) for one in weighing["candidates"]]}
    form = visit.form(
        PLACE, answers={"provider_id": weighing["recommended"]}, options=options, version=referral.version
    )
    return visit.show("hub/placement.html", form=form, referral=referral, weighing=weighing, names=names)


@placement.post
async def place(visit: Visit, referral_id: UUID) -> Response:
    """Place the participant as recommended, or with another provider for a reason."""
    allocation = await visit.ask(hub.ALLOCATE, visit.body(PLACE), referral_id=referral_id)
    return visit.go(f"/hub/placements/{allocation['id']}", "hub.place.done")


@JOURNEY.page("/hub/placements/{allocation_id}", hub.ALLOCATION, hub.WAITING_LIST, also=(hub.TAKE_PLACEMENT_BACK,))
async def placed(visit: Visit, allocation_id: UUID) -> Response:
    """Why a participant was placed where they are, and the way to take a mistake back."""
    allocation = await visit.ask(hub.ALLOCATION, allocation_id=allocation_id)
    form = visit.form(WITHDRAW, version=allocation.version)
    return visit.show("hub/placed.html", allocation=allocation, form=form, take_back=hub.TAKE_PLACEMENT_BACK)


@placed.post
async def withdraw(visit: Visit, allocation_id: UUID) -> Response:
    """Take the placement back."""
    allocation = await visit.ask(hub.TAKE_PLACEMENT_BACK, visit.body(WITHDRAW), allocation_id=allocation_id)
    return visit.go(f"/hub/referrals/{allocation['referral_id']}", "hub.withdraw.done")
