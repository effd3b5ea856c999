"""What was achieved: asked in the words of the rules, looked at by them before it is recorded, and put right."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    FormField,
    MoneyField,
    NumberField,
    Options,
    TextField,
    YesNoField,
)
from portal.forms.form import Form, ShownForm
from portal.journeys.choices import in_words
from portal.look.words import code_in_words
from portal.look.writing import day
from portal.services import cases, claims, hub
from portal.services.asking import Reply
from portal.visit import Visit

from .caseload import JOURNEY
from .forms import case_at_hand
from .guide import (
    EVIDENCE_PARTS,
    Entry,
    kinds_for,
    outcome_of,
    outcomes_of,
    programme_guide,
    titles_of_kinds,
    titles_of_outcomes,
    today_of,
)

CASE_NOTE = "case-note"
NOTE_SHOWN = 60
"""Characters of a note, to know it by."""
KEY = "caseworker.outcome"
CHOICE = Form("caseworker.choose-outcome", (ChoiceField(name="outcome"),))
WITHDRAWAL = Form("caseworker.withdraw-outcome", (ChoiceField(name="reason"),), is_checked=True)


def form_of(outcome: Entry, *, corrects: bool = False) -> Form:
    """What an outcome asks: its day, its place where there are several, what its rules ask, and what shows it."""
    fields: list[FormField] = [DayField(name="achieved_on")]
    if len(outcome["slots"]) > 1:
        fields.append(ChoiceField(name="slot", codes=tuple(outcome["slots"])))
    if outcome["most_per_claim"] > 1:
        fields.append(NumberField(name="quantity"))
    fields += [_field_of(question) for question in outcome["facts"]]
    fields.append(ChoicesField(name="evidence", required=False))
    if corrects:
        fields.append(TextField(name="reason", required=False))
    return Form(KEY, tuple(fields))


def _field_of(question: Entry) -> FormField:
    name = question["name"]
    common: dict[str, Any] = {
        "name": f"fact-{name}",
        "pointer": f"/facts/{name}",
        "label": question["about"],
        "required": question["needed"],
    }
    match question["type"]:
        case "yes-no":
            return YesNoField(**common)
        case "date":
            return DayField(**common)
        case "code" if question["codes"]:
            return ChoiceField(**common, options=in_words(question["codes"]))
        case "number":
            return MoneyField(**common) if name.endswith("_pence") else NumberField(**common)
        case _:
            return TextField(**common)


def _items(case: Entry, outcome: Entry, kinds: Mapping[str, str]) -> dict[str, tuple[Entry, str]]:
    """Id → what may be attached, with words to know it by."""
    kinds_here = kinds_for(outcome)
    items: dict[str, tuple[Entry, str]] = {}
    for one in case["documents"]:
        if one["kind"] in kinds_here and not one["misplaced"]:
            caption = ", ".join(
                filter(None, (kinds.get(one["kind"], code_in_words(one["kind"])), day(one["dated_on"])))
            )
            items[one["id"]] = ({"kind": one["kind"], "dated_on": one["dated_on"]}, caption)
    for one in case["notes"] if CASE_NOTE in kinds_here else ():
        caption = (
            f"{kinds.get(CASE_NOTE, code_in_words(CASE_NOTE))}, {day(one['noted_on'])}: {one['words'][:NOTE_SHOWN]}"
        )
        items[one["id"]] = ({"kind": CASE_NOTE, "dated_on": one["noted_on"]}, caption)
    return items


def _options(items: Mapping[str, tuple[Entry, str]]) -> Options:
    return [(key, caption) for key, (_, caption) in items.items()]


def _to_pre_check(
    case: Entry, outcome: Entry, body: Mapping[str, Any], items: Mapping[str, tuple[Entry, str]]
) -> dict[str, Any]:
    """What the rules look at: what the form says, and what the record says beside it."""
    plans = [one for one in case["plans"] if one["withdrawn_on"] is None]
    by_then = [one for one in plans if one["agreed_on"] <= body["achieved_on"]]
    plan = by_then[-1] if by_then else plans[0] if plans else None
    return {
        **{name: value for name, value in body.items() if name not in ("evidence", "reason")},
        "outcome": outcome["outcome"],
        "slot": body.get("slot") or outcome["slots"][0],
        "evidence": [{"item_id": one, **items[one][0]} for one in body["evidence"] if one in items],
        "participant_id": case["participant_id"],
        "provider_id": case["provider_id"],
        "referred_on": case["referred_on"],
        "service_started_on": case["started_on"] or case["allocated_on"],
        "plan": {"kind": plan["kind"], "agreed_on": plan["agreed_on"]} if plan else None,
        "assessments": [
            {name: one[name] for name in ("instrument", "stage", "score", "assessed_on")}
            for one in case["assessments"]
            if one["withdrawn_on"] is None
        ],
    }


def _accepted(outcome: Entry, kinds: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """What shows the outcome, by how much of it is needed."""
    evidence = outcome["evidence"]
    return [
        (part, [kinds.get(kind, code_in_words(kind)) for kind in evidence[part]])
        for part in EVIDENCE_PARTS
        if evidence.get(part)
    ]


def _show(
    visit: Visit, case: Entry, outcome: Entry, kinds: Mapping[str, str], form: ShownForm, **facts: Any
) -> Response:
    return visit.show(
        "caseworker/outcome-form.html",
        case=case,
        outcome=outcome,
        form=form,
        accepted=_accepted(outcome, kinds),
        receipt=_text(visit, "receipt"),
        may_check=visit.may(claims.PRE_CHECK),
        **facts,
    )


def _text(visit: Visit, name: str) -> str:
    values: Sequence[Any] = visit.sent.get(name) or ("",)
    return str(values[0])


@JOURNEY.page("/cases/{case_id}/outcome", cases.CASE, cases.PROGRAMME, cases.RECORD_OUTCOME, also=(hub.PARTICIPANTS,))
async def choose_outcome(visit: Visit, case_id: UUID) -> Response:
    """Which outcome it is, with what each means."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    outcomes = outcomes_of(programme, case["provider_id"], today_of(visit))
    form = visit.form(CHOICE, options={"outcome": [(one["outcome"], one["title"]) for one in outcomes]})
    return visit.show("caseworker/choose-outcome.html", case=case, form=form, outcomes=outcomes)


@choose_outcome.post
async def chosen(visit: Visit, case_id: UUID) -> Response:
    """On to what it asks."""
    return visit.go(f"/cases/{case_id}/outcomes/{visit.body(CHOICE)['outcome']}")


@JOURNEY.page(
    "/cases/{case_id}/outcomes/{code}",
    cases.CASE,
    cases.PROGRAMME,
    cases.RECORD_OUTCOME,
    also=(hub.PARTICIPANTS, claims.PRE_CHECK),
)
async def record(visit: Visit, case_id: UUID, code: str) -> Response:
    """Record an outcome, and see before what its rules would say."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    outcome, kinds = outcome_of(programme, case["provider_id"], today_of(visit), code), titles_of_kinds(programme)
    form = visit.form(form_of(outcome), options={"evidence": _options(_items(case, outcome, kinds))})
    return _show(visit, case, outcome, kinds, form)


@record.post
async def record_or_check(visit: Visit, case_id: UUID, code: str) -> Response:
    """Look at it, or keep it."""
    case, programme = await visit.together(case_at_hand(visit, case_id), programme_guide(visit))
    outcome, kinds = outcome_of(programme, case["provider_id"], today_of(visit), code), titles_of_kinds(programme)
    form, items = form_of(outcome), _items(case, outcome, kinds)
    options = {"evidence": _options(items)}
    body = visit.body(form, options=options)
    if _text(visit, "step") == "check":
        outlook = await visit.if_up(visit.ask(claims.PRE_CHECK, _to_pre_check(case, outcome, body, items)))
        return _show(
            visit, case, outcome, kinds, visit.form(form, options=options), seen=outlook, is_away=outlook is None
        )
    receipt = _text(visit, "receipt") or None
    body |= {"outcome": code, "slot": body.get("slot") or outcome["slots"][0], "receipt": receipt}
    await visit.ask(cases.RECORD_OUTCOME, body, case_id=case_id)
    return visit.go(f"/cases/{case_id}", "caseworker.outcome.done")


@JOURNEY.page(
    "/outcomes/{outcome_id}",
    cases.OUTCOME,
    cases.CASE,
    cases.PROGRAMME,
    also=(hub.PARTICIPANTS, claims.CLAIMS, claims.CLAIM, cases.CORRECT_OUTCOME, cases.WITHDRAW_OUTCOME),
)
async def one_outcome(visit: Visit, outcome_id: UUID) -> Response:
    """What is recorded of an outcome, and where its claim stands: what is asked, and what would put it right."""
    outcome, programme = await visit.together(visit.ask(cases.OUTCOME, outcome_id=outcome_id), programme_guide(visit))
    case = await case_at_hand(visit, UUID(outcome["case_id"]))
    return visit.show(
        "caseworker/outcome.html",
        case=case,
        outcome=outcome,
        latest=outcome["revisions"][-1],
        title=titles_of_outcomes(programme).get(outcome["outcome"], outcome["outcome"]),
        kinds=titles_of_kinds(programme),
        questions=_questions(programme, case, outcome["outcome"], today_of(visit)),
        claim=await visit.if_up(_claim(visit, outcome_id)),
        may_correct=_is_to_correct(visit, case, outcome),
    )


async def _claim(visit: Visit, outcome_id: UUID) -> Reply | None:
    """Its claim, whole, where the visitor may see it and there is one."""
    if not (visit.may(claims.CLAIMS) and visit.may(claims.CLAIM)):
        return None
    lines = await visit.ask(claims.CLAIMS, outcome_id=outcome_id)
    return await visit.ask(claims.CLAIM, claim_id=lines.entries[0]["id"]) if lines.entries else None


def _questions(programme: Entry, case: Entry, code: str, on: date) -> dict[str, str]:
    outcomes = outcomes_of(programme, case["provider_id"], on)
    return {
        question["name"]: question["about"] for one in outcomes if one["outcome"] == code for question in one["facts"]
    }


def _is_to_correct(visit: Visit, case: Entry, outcome: Entry) -> bool:
    is_own = case["provider_id"] == visit.visitor.organisation
    return is_own and visit.may(cases.CORRECT_OUTCOME) and outcome["state"] != "withdrawn"


@JOURNEY.page(
    "/outcomes/{outcome_id}/correct",
    cases.OUTCOME,
    cases.CASE,
    cases.PROGRAMME,
    cases.CORRECT_OUTCOME,
    also=(hub.PARTICIPANTS, claims.PRE_CHECK),
)
async def correct(visit: Visit, outcome_id: UUID) -> Response:
    """Put an outcome right, or show it better: its claim goes on under the same number."""
    entry, case, outcome, kinds = await _to_correct(visit, outcome_id)
    form = form_of(outcome, corrects=True)
    latest = entry["revisions"][-1]
    view = visit.form(
        form,
        options={"evidence": _options(_items(case, outcome, kinds))},
        version=entry.version,
        answers={
            "achieved_on": latest["achieved_on"],
            "slot": latest["slot"],
            "quantity": latest["quantity"],
            "evidence": [one["item_id"] for one in latest["evidence"]],
            **{f"fact-{name}": value for name, value in latest["facts"].items()},
        },
    )
    return _show(visit, case, outcome, kinds, view, corrects=entry)


@correct.post
async def correct_or_check(visit: Visit, outcome_id: UUID) -> Response:
    """Look at it, or keep it as the next revision."""
    entry, case, outcome, kinds = await _to_correct(visit, outcome_id)
    form, items = form_of(outcome, corrects=True), _items(case, outcome, kinds)
    options = {"evidence": _options(items)}
    body = visit.body(form, options=options)
    if _text(visit, "step") == "check":
        question = _to_pre_check(case, outcome, body, items) | {"outcome_id": str(outcome_id)}
        outlook = await visit.if_up(visit.ask(claims.PRE_CHECK, question))
        view = visit.form(form, options=options, version=visit.version_shown)
        return _show(visit, case, outcome, kinds, view, corrects=entry, seen=outlook, is_away=outlook is None)
    body["receipt"] = _text(visit, "receipt") or None
    await visit.ask(cases.CORRECT_OUTCOME, body, outcome_id=outcome_id)
    return visit.go(f"/outcomes/{outcome_id}", "caseworker.outcome.corrected")


async def _to_correct(visit: Visit, outcome_id: UUID) -> tuple[Reply, Reply, Entry, Mapping[str, str]]:
    """As it is recorded, with its case, what it asks, and the titles of evidence."""
    entry, programme = await visit.together(visit.ask(cases.OUTCOME, outcome_id=outcome_id), programme_guide(visit))
    case = await case_at_hand(visit, UUID(entry["case_id"]))
    outcome = outcome_of(programme, case["provider_id"], today_of(visit), entry["outcome"])
    return entry, case, outcome, titles_of_kinds(programme)


@JOURNEY.page(
    "/outcomes/{outcome_id}/withdraw",
    cases.OUTCOME,
    cases.CASE,
    cases.PROGRAMME,
    cases.WITHDRAW_OUTCOME,
    also=(hub.PARTICIPANTS,),
)
async def withdraw(visit: Visit, outcome_id: UUID) -> Response:
    """Take an outcome back that should never have been recorded."""
    entry, programme = await visit.together(visit.ask(cases.OUTCOME, outcome_id=outcome_id), programme_guide(visit))
    case = await case_at_hand(visit, UUID(entry["case_id"]))
    reasons = in_words(programme["outcome_withdrawal_reasons"])
    form = visit.form(WITHDRAWAL, options={"reason": reasons}, version=entry.version)
    return visit.show("caseworker/form.html", case=case, form=form, about=WITHDRAWAL.key)


@withdraw.post
async def withdraw_outcome(visit: Visit, outcome_id: UUID) -> Response:
    """Take it back."""
    await visit.ask(cases.WITHDRAW_OUTCOME, visit.body(WITHDRAWAL), outcome_id=outcome_id)
    return visit.go(f"/outcomes/{outcome_id}", "caseworker.withdraw-outcome.done")
