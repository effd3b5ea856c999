"""How a case goes on: in its other phase, with another worker, with money from the fund."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, DayField, MoneyField, PickField, TextField
from portal.forms.form import Form
from portal.journeys.choices import in_words
from portal.services import cases
from portal.services.asking import NotThere, Reply
from portal.visit import Visit

from .caseload import JOURNEY
from .forms import ALSO, asking, case_at_hand, show_form
from .guide import outcomes_of, programme_guide, titles_of_outcomes, today_of

PHASE = Form(
    "caseworker.phase",
    (
        ChoiceField(name="phase", codes=("intensive", "light-touch")),
        DayField(name="changed_on", required=False),
        TextField(name="worker", required=False),
    ),
)
HAND_OVER = Form("caseworker.hand-over", (TextField(name="worker"), DayField(name="handed_over_on", required=False)))
FUND = Form(
    "caseworker.fund-request",
    (ChoiceField(name="category"), PickField(name="outcome"), MoneyField(name="amount_pence")),
    is_checked=True,
)


@JOURNEY.page("/cases/{case_id}/phase", *asking(cases.CHANGE_PHASE), also=ALSO)
async def phase(visit: Visit, case_id: UUID) -> Response:
    """Move a case into its other phase, with another worker if one is named."""
    case = await case_at_hand(visit, case_id)
    return show_form(visit, case, visit.form(PHASE, version=case.version))


@phase.post
async def change_phase(visit: Visit, case_id: UUID) -> Response:
    """Move it."""
    await visit.ask(cases.CHANGE_PHASE, visit.body(PHASE), case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.phase.done")


@JOURNEY.page("/cases/{case_id}/hand-over", *asking(cases.HAND_OVER), also=ALSO)
async def handing_over(visit: Visit, case_id: UUID) -> Response:
    """Hand a case over to another worker of its provider (S-43)."""
    case = await case_at_hand(visit, case_id)
    return show_form(visit, case, visit.form(HAND_OVER, version=case.version))


@handing_over.post
async def hand_over(visit: Visit, case_id: UUID) -> Response:
    """Hand it over, if nobody has changed it since."""
    body = visit.body(HAND_OVER)
    version = (visit.version_shown or "").strip('"')
    case = {
        "case_id": str(case_id),
        "worker": body.pop("worker"),
        "version": int(version) if version.isdecimal() else None,
    }
    await visit.ask(cases.HAND_OVER, body | {"cases": [case]}, version="")
    return visit.go(f"/cases/{case_id}", "caseworker.hand-over.done")


@JOURNEY.page("/cases/{case_id}/fund-request", *asking(cases.ASK_FUND, cases.ASKED_OF_FUND, cases.PROGRAMME), also=ALSO)
async def fund(visit: Visit, case_id: UUID) -> Response:
    """Ask the fund for something that helps to reach an outcome, and see what was asked before (BR-O2)."""
    case, programme, requests = await visit.together(
        case_at_hand(visit, case_id), programme_guide(visit), visit.ask(cases.ASKED_OF_FUND, case_id=case_id)
    )
    if programme["fund"] is None:
        raise NotThere
    form = visit.form(FUND, options=_options(visit, case, programme))
    titles = titles_of_outcomes(programme)
    return visit.show("caseworker/fund-request.html", case=case, form=form, requests=requests, titles=titles)


@fund.post
async def ask_fund(visit: Visit, case_id: UUID) -> Response:
    """Ask for it: up to an amount the provider's manager decides, above it the board."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    body = visit.body(FUND, options=_options(visit, case, programme))
    receipt = await visit.ask(cases.ASK_FUND, body, case_id=case_id)
    return visit.go(f"/cases/{case_id}", f"caseworker.fund-request.{receipt['level']}")


def _options(visit: Visit, case: Reply, programme: Reply) -> dict[str, list[tuple[str, str]]]:
    outcomes = outcomes_of(programme, case["provider_id"], today_of(visit))
    return {
        "category": list(in_words(programme["fund"]["categories"])),
        "outcome": [(one["outcome"], one["title"]) for one in outcomes],
    }
