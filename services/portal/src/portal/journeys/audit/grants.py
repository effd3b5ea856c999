"""Grants: an auditor's organisation may open the evidence of one quarter's claims until a day (S-83)."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import DayField, Options, PickField, ProseField, TextField
from portal.forms.form import Form
from portal.journeys.choices import months_until
from portal.look.words import code_in_words, words
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import claims
from portal.visit import Visit

JOURNEY = Journey("audit")
GRANT = Form(
    "audit.grant",
    (TextField(name="auditor", width="20"), PickField(name="quarter"), DayField(name="until_on")),
    is_checked=True,
)
END = Form("audit.ending", (ProseField(name="reason"),), is_checked=True)
SHOWN_QUARTERS = 12


def _line(one: dict[str, Any]) -> QueueLine:
    return QueueLine(words("audit.grants.line", quarter=one["quarter"]), "/audit-grants", one["granted_on"])


QUEUES = (
    Queue(
        "audit.grants",
        claims.AUDIT_GRANTS,
        _line,
        "/audit-grants",
        {},
        claims.EVIDENCE_GRANT.roles,
        keep=lambda one: one["ended_on"] is None,
    ),
)


@JOURNEY.page("/audit-grants", claims.AUDIT_GRANTS, also=(claims.GRANT_AUDIT,), navigation="audit.grants.navigation")
async def grants(visit: Visit) -> Response:
    """Who may look into which quarter until when; an auditor sees what is granted to them."""
    reply = await visit.ask(claims.AUDIT_GRANTS)
    return visit.show("audit/grants.html", grants=reply, may_grant=visit.may(claims.GRANT_AUDIT))


@JOURNEY.page("/audit-grants-new", claims.GRANT_AUDIT)
async def new_grant(visit: Visit) -> Response:
    """Grant a quarter to an auditor's organisation."""
    return show_form(visit, GRANT, {"quarter": quarters(visit)})


@new_grant.post
async def grant(visit: Visit) -> Response:
    """Grant it."""
    receipt = await visit.ask(claims.GRANT_AUDIT, visit.body(GRANT, options={"quarter": quarters(visit)}))
    return visit.go("/audit-grants", "audit.grant.done", quarter=receipt["quarter"])


@JOURNEY.page("/audit-grants/{grant_id}/ending", claims.END_AUDIT)
async def ending(visit: Visit, grant_id: UUID) -> Response:
    """End a grant before its day."""
    return show_form(visit, END)


@ending.post
async def end(visit: Visit, grant_id: UUID) -> Response:
    """End it at once."""
    receipt = await visit.ask(claims.END_AUDIT, visit.body(END), grant_id=grant_id)
    return visit.go("/audit-grants", "audit.ending.done", quarter=receipt["quarter"])


def show_form(visit: Visit, form: Form, options: dict[str, Options] | None = None) -> Response:
    """A form about a grant."""
    return visit.show("audit/form.html", form=visit.form(form, options=options or {}), about=form.key)


def quarters(visit: Visit) -> Options:
    """The last ones, of calendar years, the newest first."""
    months = [code for code, _ in months_until(visit, 3 * SHOWN_QUARTERS, this_month=True)]
    codes = dict.fromkeys(f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" for month in months)
    return [(code, code_in_words(code)) for code in codes]
