"""Referring somebody: the answers are checked before they are sent (BR-A1)."""

from collections.abc import Mapping

from starlette.responses import Response

from portal.forms.fields import (
    ChoicesField,
    DayField,
    NumberField,
    Options,
    PickField,
    ProseField,
    TextField,
    TickField,
    YesNoField,
)
from portal.forms.form import Form
from portal.journeys.choices import programme_of, titled
from portal.services import hub
from portal.services.asking import Reply
from portal.visit import Visit

from .own import JOURNEY

CIRCUMSTANCES = (
    "homeless_at_referral",
    "threatened_with_eviction",
    "domestic_abuse_risk",
    "housed_at_referral",
    "stable_employment_at_referral",
)
REFER = Form(
    "hub.refer",
    (
        TextField(name="given_name", pointer="/person/given_name", required=False),
        TextField(name="family_name", pointer="/person/family_name", required=False),
        DayField(name="date_of_birth", pointer="/person/date_of_birth", required=False),
        NumberField(name="age", pointer="/person/age", required=False),
        TextField(name="phone", pointer="/person/phone", required=False, width="20"),
        TextField(name="email", pointer="/person/email", required=False),
        ProseField(name="address", pointer="/person/address", required=False),
        TextField(name="nhs_number", pointer="/person/nhs_number", required=False, width="20"),
        PickField(name="source"),
        PickField(name="agency_id", required=False),
        PickField(name="pathway", required=False),
        ChoicesField(name="needs", required=False),
        *(TickField(name=name, required=False) for name in CIRCUMSTANCES),
        DayField(name="release_on", required=False),
        TickField(name="believed_of_age", required=False),
        YesNoField(name="consent_to_share"),
        ProseField(name="notes", required=False),
    ),
    is_checked=True,
)


@JOURNEY.page("/referrals-new", hub.REFER, hub.PROGRAMME, also=(hub.TRIAGE,), navigation="hub.refer.navigation")
async def refer(visit: Visit) -> Response:
    """Refer somebody."""
    form = visit.form(REFER, options=options_in(await programme_of(visit)))
    return visit.show("referrer/refer.html", form=form)


@refer.post
async def send(visit: Visit) -> Response:
    """Send the referral."""
    body = visit.body(REFER, options=options_in(await programme_of(visit)))
    referral = await visit.ask(hub.REFER, body)
    path = "/hub/referrals" if visit.may(hub.TRIAGE) else "/referrals"
    return visit.go(f"{path}/{referral['id']}", "hub.refer.done")


def options_in(programme: Reply) -> Mapping[str, Options]:
    """What the programme lets choose from."""
    return {
        "source": titled(programme["sources"], "source"),
        "agency_id": titled(programme["agencies"], "agency_id", "name"),
        "pathway": titled(programme["pathways"], "pathway_id"),
        "needs": titled(programme["needs"], "need"),
    }
