"""What was recorded by mistake in a case, put right by another record: what stood stays readable (BR-N4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, DayField, NumberField, ProseField, TextField
from portal.forms.form import Form
from portal.services import cases
from portal.services.asking import NotThere, Reply
from portal.visit import Visit

from .caseload import JOURNEY
from .forms import ALSO, NOTE, asking, case_at_hand, show_form

REASON = TextField(name="reason")
PLAN = Form(
    "caseworker.plan-correction",
    (ChoiceField(name="kind", codes=("support", "safety")), DayField(name="agreed_on"), REASON),
)
GOAL = Form(
    "caseworker.goal-correction",
    (
        ProseField(name="own_words"),
        ChoiceField(name="became", pointer="/mark", codes=("open", "reached", "dropped")),
        REASON,
    ),
)
ASSESSMENT = Form("caseworker.assessment-correction", (NumberField(name="score"), DayField(name="assessed_on"), REASON))
START = Form("caseworker.start-correction", (DayField(name="started_on"), REASON))
NO_PLAN = Form("caseworker.plan-withdrawal", (REASON,), is_checked=True)
NO_ASSESSMENT = Form("caseworker.assessment-withdrawal", (REASON,), is_checked=True)


def _part(case: Reply, name: str, part_id: UUID) -> Mapping[str, Any]:
    part = next((one for one in case[name] if one["id"] == str(part_id) and not one.get("withdrawn_on")), None)
    if part is None:
        raise NotThere
    return part


async def _page(visit: Visit, case_id: UUID, form: Form, part: tuple[str, UUID] | None = None) -> Response:
    """The form, filled with what stands; `part` names the list of the case and the id of what is put right."""
    case = await case_at_hand(visit, case_id)
    answers = _part(case, *part) if part else case
    return show_form(visit, case, visit.form(form, answers=answers, version=case.version))


def _done(visit: Visit, case_id: UUID, form: Form) -> Response:
    return visit.go(f"/cases/{case_id}", f"{form.key}.done")


@JOURNEY.page("/cases/{case_id}/notes/{note_id}/correct", *asking(cases.NOTE), also=ALSO)
async def correct_note(visit: Visit, case_id: UUID, note_id: UUID) -> Response:
    """Put a note right by another that names it: no note is changed or removed."""
    case = await case_at_hand(visit, case_id)
    note = _part(case, "notes", note_id)
    form = visit.form(NOTE, answers={**note, "text": note["words"]})
    return visit.show("caseworker/form.html", case=case, form=form, about="caseworker.note-correction")


@correct_note.post
async def keep_note(visit: Visit, case_id: UUID, note_id: UUID) -> Response:
    """Keep the note that puts the other right."""
    await visit.ask(cases.NOTE, visit.body(NOTE) | {"corrects": str(note_id)}, case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.note-correction.done")


@JOURNEY.page("/cases/{case_id}/plans/{plan_id}/correct", *asking(cases.CORRECT_PLAN), also=ALSO)
async def correct_plan(visit: Visit, case_id: UUID, plan_id: UUID) -> Response:
    """Put the kind or the day of a plan right."""
    return await _page(visit, case_id, PLAN, ("plans", plan_id))


@correct_plan.post
async def keep_plan(visit: Visit, case_id: UUID, plan_id: UUID) -> Response:
    """Keep what is right; the outcomes that rest on it are judged again."""
    await visit.ask(cases.CORRECT_PLAN, visit.body(PLAN), plan_id=plan_id)
    return _done(visit, case_id, PLAN)


@JOURNEY.page("/cases/{case_id}/plans/{plan_id}/withdraw", *asking(cases.WITHDRAW_PLAN), also=ALSO)
async def withdraw_plan(visit: Visit, case_id: UUID, plan_id: UUID) -> Response:
    """Take a plan back that was never agreed, or is recorded twice."""
    return await _page(visit, case_id, NO_PLAN, ("plans", plan_id))


@withdraw_plan.post
async def take_plan_back(visit: Visit, case_id: UUID, plan_id: UUID) -> Response:
    """Take it back."""
    await visit.ask(cases.WITHDRAW_PLAN, visit.body(NO_PLAN), plan_id=plan_id)
    return _done(visit, case_id, NO_PLAN)


@JOURNEY.page("/cases/{case_id}/plans/{plan_id}/goals/{place}/correct", *asking(cases.CORRECT_GOAL), also=ALSO)
async def correct_goal(visit: Visit, case_id: UUID, plan_id: UUID, place: int) -> Response:
    """Put a goal right by its place in the plan, from 1: its words, or what became of it."""
    case = await case_at_hand(visit, case_id)
    goals = _part(case, "plans", plan_id)["goals"]
    if not 1 <= place <= len(goals):
        raise NotThere
    goal = goals[place - 1]
    answers = {**goal, "own_words": goal["own_words"] or goal["goal"], "became": goal["mark"]}
    return show_form(visit, case, visit.form(GOAL, answers=answers, version=case.version))


@correct_goal.post
async def keep_goal(visit: Visit, case_id: UUID, plan_id: UUID, place: int) -> Response:
    """Keep what is right of it."""
    await visit.ask(cases.CORRECT_GOAL, visit.body(GOAL), plan_id=plan_id, place=place)
    return _done(visit, case_id, GOAL)


@JOURNEY.page("/cases/{case_id}/assessments/{assessment_id}/correct", *asking(cases.CORRECT_ASSESSMENT), also=ALSO)
async def correct_assessment(visit: Visit, case_id: UUID, assessment_id: UUID) -> Response:
    """Put a score or its day right."""
    return await _page(visit, case_id, ASSESSMENT, ("assessments", assessment_id))


@correct_assessment.post
async def keep_assessment(visit: Visit, case_id: UUID, assessment_id: UUID) -> Response:
    """Keep what is right; the outcomes that rest on it are judged again."""
    await visit.ask(cases.CORRECT_ASSESSMENT, visit.body(ASSESSMENT), assessment_id=assessment_id)
    return _done(visit, case_id, ASSESSMENT)


@JOURNEY.page("/cases/{case_id}/assessments/{assessment_id}/withdraw", *asking(cases.WITHDRAW_ASSESSMENT), also=ALSO)
async def withdraw_assessment(visit: Visit, case_id: UUID, assessment_id: UUID) -> Response:
    """Take an assessment back that was never taken, or is recorded twice."""
    return await _page(visit, case_id, NO_ASSESSMENT, ("assessments", assessment_id))


@withdraw_assessment.post
async def take_assessment_back(visit: Visit, case_id: UUID, assessment_id: UUID) -> Response:
    """Take it back."""
    await visit.ask(cases.WITHDRAW_ASSESSMENT, visit.body(NO_ASSESSMENT), assessment_id=assessment_id)
    return _done(visit, case_id, NO_ASSESSMENT)


@JOURNEY.page("/cases/{case_id}/start/correct", *asking(cases.CORRECT_START), also=ALSO)
async def correct_start(visit: Visit, case_id: UUID) -> Response:
    """Put the day of the start right."""
    return await _page(visit, case_id, START)


@correct_start.post
async def keep_start(visit: Visit, case_id: UUID) -> Response:
    """Keep the day; the outcomes that rest on it are judged again."""
    await visit.ask(cases.CORRECT_START, visit.body(START), case_id=case_id)
    return _done(visit, case_id, START)
