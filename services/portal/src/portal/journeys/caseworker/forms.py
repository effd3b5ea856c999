"""What is recorded in a case by one form each: first contact, notes, plans, assessments, documents, closure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import (
    ChoiceField,
    DayField,
    LinesField,
    NumberField,
    PickField,
    ProseField,
    TextField,
    TickField,
    UploadField,
    YesNoField,
)
from portal.forms.form import Form, ShownForm
from portal.journeys.choices import in_words
from portal.names import with_names
from portal.services import cases, hub
from portal.services.asking import Reply
from portal.services.operations import Operation
from portal.visit import Visit

from .caseload import JOURNEY
from .guide import outcomes_of, programme_guide, purposes_of, titles_of_kinds, today_of

START = Form(
    "caseworker.start", (DayField(name="started_on", required=False), TickField(name="is_mine", required=False))
)
NOTE = Form(
    "caseworker.note",
    (
        ProseField(name="text"),
        PickField(name="channel", required=False, codes=("in-person", "phone", "text", "email", "video", "letter")),
        TickField(name="attempt", required=False),
        TextField(name="tailored_how", required=False),
        DayField(name="noted_on", required=False),
        TickField(name="shareable", required=False),
    ),
)
PLAN = Form(
    "caseworker.plan",
    (
        ChoiceField(name="kind", codes=("support", "safety")),
        LinesField(name="goals"),
        YesNoField(name="agreed_with_participant"),
        DayField(name="agreed_on", required=False),
    ),
)
ASSESSMENT = Form(
    "caseworker.assessment",
    (ChoiceField(name="instrument"), NumberField(name="score"), DayField(name="assessed_on", required=False)),
)
DOCUMENT = Form(
    "caseworker.document",
    (
        UploadField(name="file"),
        PickField(name="kind"),
        DayField(name="dated_on", required=False),
        TickField(name="shareable", required=False),
    ),
)
CLOSURE = Form("caseworker.closure", (ChoiceField(name="reason"), YesNoField(name="by_participant")), is_checked=True)


async def case_at_hand(visit: Visit, case_id: UUID) -> Reply:
    """The case that a form is about, with its participant's name."""
    case = await visit.ask(cases.CASE, case_id=case_id)
    await with_names(visit, [case])
    return case


def show_form(visit: Visit, case: Reply, form: ShownForm, **facts: Any) -> Response:
    """A form within the page of its case."""
    return visit.show("caseworker/form.html", case=case, form=form, about=form.form.key, **facts)


def asking(*more: Operation) -> tuple[Operation, ...]:
    """What every form of a case asks, and this one beside it."""
    return (cases.CASE, *more)


ALSO = (hub.PARTICIPANTS,)


@JOURNEY.page("/cases/{case_id}/start", *asking(cases.START), also=ALSO)
async def start(visit: Visit, case_id: UUID) -> Response:
    """Start a case: first contact was made."""
    case = await case_at_hand(visit, case_id)
    return show_form(visit, case, visit.form(START, answers={"is_mine": True}, version=case.version))


@start.post
async def start_case(visit: Visit, case_id: UUID) -> Response:
    """Start it, with the visitor as its worker where they say so."""
    body = visit.body(START)
    if body.pop("is_mine"):
        body["worker"] = visit.visitor.subject
    await visit.ask(cases.START, body, case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.start.done")


@JOURNEY.page("/cases/{case_id}/notes", cases.CASE, cases.NOTES, also=(hub.PARTICIPANTS, cases.NOTE))
async def notes(visit: Visit, case_id: UUID, cursor: str | None = None) -> Response:
    """Every note of a case, the last first, and another."""
    case, page = await visit.together(
        case_at_hand(visit, case_id),
        visit.ask(cases.NOTES, case_id=case_id, order="-noted", cursor=cursor, count=True),
    )
    return visit.show(
        "caseworker/notes.html", case=case, notes=page, form=visit.form(NOTE), may_note=visit.may(cases.NOTE)
    )


@notes.post
async def add_note(visit: Visit, case_id: UUID) -> Response:
    """Keep a note."""
    await visit.ask(cases.NOTE, visit.body(NOTE), case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.note.done")


@JOURNEY.page("/cases/{case_id}/plan", *asking(cases.PLAN), also=ALSO)
async def plan(visit: Visit, case_id: UUID) -> Response:
    """Agree a plan, its goals in the participant's own words."""
    return show_form(visit, await case_at_hand(visit, case_id), visit.form(PLAN))


@plan.post
async def agree_plan(visit: Visit, case_id: UUID) -> Response:
    """Keep the plan."""
    body = visit.body(PLAN)
    goals = [{"goal": line, "own_words": line} for line in body["goals"]]
    await visit.ask(cases.PLAN, body | {"goals": goals}, case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.plan.done")


@JOURNEY.page("/cases/{case_id}/assessment", *asking(cases.ASSESS, cases.PROGRAMME), also=ALSO)
async def assessment(visit: Visit, case_id: UUID) -> Response:
    """Record a score."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    form = visit.form(ASSESSMENT, options={"instrument": _instruments(programme["instruments"])})
    return show_form(visit, case, form)


@assessment.post
async def record_assessment(visit: Visit, case_id: UUID) -> Response:
    """Keep the score."""
    await visit.ask(cases.ASSESS, visit.body(ASSESSMENT), case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.assessment.done")


def _instruments(instruments: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(one["instrument"], f"{one['title']}: {one['lowest']} to {one['highest']}") for one in instruments]


@JOURNEY.page("/cases/{case_id}/document", *asking(cases.UPLOAD, cases.PROGRAMME), also=ALSO)
async def new_document(visit: Visit, case_id: UUID) -> Response:
    """Add a document, with what each kind helps to show beside it."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    titles = titles_of_kinds(programme)
    papers = [one["kind"] for one in programme["evidence_kinds"] if one["origin"] == "uploaded"]
    form = visit.form(DOCUMENT, options={"kind": [(kind, titles[kind]) for kind in papers]})
    purposes = purposes_of(outcomes_of(programme, case["provider_id"], today_of(visit)))
    return show_form(
        visit, case, form, purposes=[(titles[kind], purposes[kind]) for kind in papers if kind in purposes]
    )


@new_document.post
async def add_document(visit: Visit, case_id: UUID) -> Response:
    """Send the file on as it is."""
    body = visit.body(DOCUMENT)
    file = DOCUMENT.field("file").value(visit.sent)
    await visit.send_file(cases.UPLOAD, file, body, case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.document.done")


@JOURNEY.page("/cases/{case_id}/closure", *asking(cases.ASK_FOR_CLOSURE, cases.PROGRAMME), also=ALSO)
async def closure(visit: Visit, case_id: UUID) -> Response:
    """Ask for a case to be closed."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    form = visit.form(CLOSURE, options={"reason": in_words(programme["closure"]["reasons"])}, version=case.version)
    return show_form(visit, case, form)


@closure.post
async def ask_for_closure(visit: Visit, case_id: UUID) -> Response:
    """Ask."""
    await visit.ask(cases.ASK_FOR_CLOSURE, visit.body(CLOSURE), case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.closure.done")
