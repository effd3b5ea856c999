"""Why a claim pays what it pays: every step from outcome to statement, each with the event that caused it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from claims.domain.statement import taken_back
from claims.domain.valuation import unpaid_units
from claims.operations.payment.amounts import shares_shown, valued
from claims.storage import claims, rate_cards
from claims.storage.tables.claims import ActRow, ClaimAssessmentRow, ClaimRow, HeardOutcomeRow
from claims.storage.tables.payment import ClaimValuationRow
from claims.storage.tables.rate_cards import AcceptedRateCardRow
from common.database.lookup import Lookup, every, first
from common.transaction import Transaction
from rulebook.pounds import pounds

from .assess_claim import NONE

ACT_OF = {
    "approval": "approve",
    "verification": "verify",
    "reopening": "reopen",
    "agreement": "agree",
    "answer": "answer",
}
"""The step for which rules were asked again."""
AFTERWARDS = ("state", "basis-changed", "challenge", "let-stand", "take-back", "reinstate", "undo")
"""Steps that a claim may take once the council has decided."""

PAYS = ": "
"""What stands before the amount where a statement is told of."""
PUT_RIGHT = {
    "challenge": "It was challenged, and stands until another person decides",
    "reinstate": "It had been taken back by mistake, and is payable again",
    "undo": "The council took its decision back",
}
"""How a mistake of the council's was put right."""


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One step: what was decided, in words and figures, and the event in which it is announced."""

    step: str
    says: str
    event_id: UUID | None
    detail: dict[str, Any]


AMOUNTS = frozenset({"subject", "cap", "shares"})
"""Steps that tell of nothing but money."""


class Course(Lookup):
    """What became of a claim, from the outcome on."""

    revision: HeardOutcomeRow | None = first(claims.HEARD_REVISION)
    last: ClaimAssessmentRow | None = first(claims.LAST_ASSESSMENT)
    acts: list[ActRow] = every(claims.ACTS)
    card: AcceptedRateCardRow | None = first(rate_cards.ACCEPTED_CARD)
    valuations: list[ClaimValuationRow] = every(claims.VALUATIONS)


async def explain_claim(tx: Transaction, claim: ClaimRow, *, amounts: bool = True) -> list[ExplanationStep]:
    """Every step as far as it has come; without `amounts`, those that frontline staff and their systems may see."""
    steps = await _whole(tx, claim)
    return steps if amounts else [_without_amounts(each) for each in steps if each.step not in AMOUNTS]


def _without_amounts(step: ExplanationStep) -> ExplanationStep:
    detail = {name: value for name, value in step.detail.items() if not name.endswith("_pence") and name != "shares"}
    says = f"{step.says.partition(PAYS)[0]}." if step.step == "statement" else step.says
    return replace(step, says=says, detail=detail)


async def _whole(tx: Transaction, claim: ClaimRow) -> list[ExplanationStep]:
    """Outcome, rules, card, calendar, units, cap, shares, statement, and what came after: as far as it has come."""
    course = await Course.read(
        tx.session,
        programme=tx.programme_id,
        claim_id=claim.claim_id,
        revision=claim.revision,
        card=claim.rate_card,
        version=claim.rate_card_version,
    )
    acts, valuations = course.acts, course.valuations
    steps = [_outcome(claim, await claims.heard_revision(tx.session, claim))]
    if course.last is not None:
        steps.append(_rules(course.last, acts))
    if claim.rate_card_version != NONE and course.card is not None:
        steps.append(_rate_card(claim, course.card))
    valuation = next((each for each in reversed(valuations) if each.ending != "undone"), None)
    if valuation is not None:
        steps += [
            _calendar(claim, valuation),
            *_units(valuation),
            *_subject(valuation),
            _cap(valuation),
            _shares(valuation),
        ]
    return steps + [_afterwards(act, valuations) for act in acts if act.verb in AFTERWARDS]


def _outcome(claim: ClaimRow, revision: HeardOutcomeRow) -> ExplanationStep:
    content = {name: revision.body[name] for name in ("outcome", "slot", "achieved_on", "facts", "evidence")}
    words = f"{claim.outcome} ({claim.slot}) was achieved on {claim.achieved_on}: revision {revision.revision}."
    return ExplanationStep("outcome", words, revision.event_id, content | {"revision": revision.revision})


def _rules(assessment: ClaimAssessmentRow, acts: Sequence[ActRow]) -> ExplanationStep:
    """An assessment that announced nothing of its own was made for the act it let pass."""
    verb = ACT_OF.get(assessment.occasion)
    event_id = assessment.event_id or next((act.event_id for act in reversed(acts) if act.verb == verb), None)
    against = [check["sentence"] for check in assessment.checks if check["verdict"] != "pass"]
    words = f"{len(assessment.checks)} rules were asked; {len(against) or 'none'} stands against it."
    return ExplanationStep("rules", words, event_id, {"occasion": assessment.occasion, "checks": assessment.checks})


def _rate_card(claim: ClaimRow, row: AcceptedRateCardRow) -> ExplanationStep:
    rate = next((rate for rate in row.document["rates"] if rate["code"] == claim.outcome), None)
    words = f"The {row.card} card, version {row.version}, was in force on {claim.achieved_on}."
    detail = {"card": row.card, "version": row.version, "quantity": claim.quantity}
    if rate is not None:
        detail |= {"price_pence": rate["price_pence"], "illustrative": rate["illustrative"]}
    return ExplanationStep("rate-card", words, row.event_id, detail)


def _calendar(claim: ClaimRow, valuation: ClaimValuationRow) -> ExplanationStep:
    words = f"Outcomes achieved on {claim.achieved_on} are paid by: {valuation.payment_mode}."
    return ExplanationStep("calendar", words, valuation.event_id, {"payment_mode": valuation.payment_mode})


def _units(valuation: ClaimValuationRow) -> list[ExplanationStep]:
    """Only where the card pays for so many in the whole programme (M-03)."""
    before, limit = valuation.units_before, valuation.paid_units
    if before is None or limit is None:
        return []
    unpaid = unpaid_units(limit, valuation.quantity, before)
    words = (
        f"The card pays for {limit} in the whole programme; {before} were verified before it:"
        f" {valuation.quantity - unpaid} of its {valuation.quantity} can be paid."
    )
    names = ("paid_units", "units_before", "quantity")
    detail = {name: getattr(valuation, name) for name in names} | {"unpaid_units": unpaid}
    return [ExplanationStep("units", words, valuation.event_id, detail)]


def _subject(valuation: ClaimValuationRow) -> list[ExplanationStep]:
    """Only where so much is paid for one participant, family or cohort (M-08)."""
    before, cap = valuation.subject_before_pence, valuation.subject_cap_pence
    if before is None or cap is None:
        return []
    words = f"At most {pounds(cap)} is payable for one person; {pounds(before)} was before it."
    detail = {"cap_pence": cap, "payable_before_pence": before}
    return [ExplanationStep("subject", words, valuation.event_id, detail)]


def _cap(valuation: ClaimValuationRow) -> ExplanationStep:
    limit = "no cap" if valuation.cap_pence is None else f"a cap of {pounds(valuation.cap_pence)}"
    words = (
        f"With {pounds(valuation.payable_before_pence)} payable before it and {limit},"
        f" {pounds(valuation.payable_pence)} of {pounds(valuation.price_pence)} is payable."
    )
    names = ("cap_pence", "payable_before_pence", "price_pence", "payable_pence", "above_cap_pence")
    return ExplanationStep("cap", words, valuation.event_id, {name: getattr(valuation, name) for name in names})


def _shares(valuation: ClaimValuationRow) -> ExplanationStep:
    words = ", ".join(f"{share['payer']} {pounds(share['pence'])}" for share in valuation.shares)
    return ExplanationStep("shares", f"Shared: {words}.", valuation.event_id, {"shares": valuation.shares})


def _afterwards(act: ActRow, valuations: Sequence[ClaimValuationRow]) -> ExplanationStep:
    """What became of it once it had ended: nothing of what was judged or stated is ever another (BR-H13)."""
    if act.verb == "state":
        return _statement(act, _stated(act, valuations))
    if act.verb == "basis-changed":
        return ExplanationStep("basis", _what_changed(act), act.event_id, act.detail)
    if act.verb in PUT_RIGHT:
        return ExplanationStep("correction", f"{PUT_RIGHT[act.verb]}: {act.detail['why']}", act.event_id, act.detail)
    if act.verb == "let-stand":
        return ExplanationStep("basis", f"It was let stand: {act.detail['why']}", act.event_id, act.detail)
    why = act.detail.get("why") or f"{act.detail['instead_of']} is for the same, and it had been verified twice."
    return ExplanationStep("adjustment", f"It was taken back: {why}", act.event_id, act.detail)


def _stated(act: ActRow, valuations: Sequence[ClaimValuationRow]) -> ClaimValuationRow:
    """What the line is about; statements from before a claim could have several say no id."""
    valuation_id = act.detail.get("valuation_id")
    return next(each for each in valuations if valuation_id in (None, str(each.event_id)))


def _what_changed(act: ActRow) -> str:
    if any(name.startswith("rulings.") for name in act.detail["changed"]):
        return (
            "A ruling on its evidence was put right after it had ended; it stands until the council decides otherwise."
        )
    if act.detail["changed"] and all(name.startswith("rules.") for name in act.detail["changed"]):
        return "Another claim that it rests on is no longer there; it stands until the council decides otherwise."
    what = "taken back" if act.detail["withdrawn"] else f"corrected ({', '.join(act.detail['changed'])})"
    return f"Its outcome was {what} after it had ended; it stands until the council decides otherwise."


def _statement(act: ActRow, valuation: ClaimValuationRow) -> ExplanationStep:
    amounts = valued(valuation) if act.detail["line"] == "claim" else taken_back(valued(valuation))
    sums = {name: getattr(amounts, name) for name in ("value_pence", "payable_pence", "above_cap_pence")}
    kind, month = act.detail["line"], act.detail.get("month")
    where = f"line {act.detail['position']} of the statement of {month}" if month else "a line on a statement"
    words = f"It is {where}, as {kind}{PAYS}{pounds(amounts.payable_pence)}."
    return ExplanationStep(
        "statement", words, act.event_id, act.detail | sums | {"shares": shares_shown(amounts.shares)}
    )
