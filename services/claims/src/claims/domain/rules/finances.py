"""Financial resilience: several routes, one outcome."""

from collections.abc import Collection

from rulebook.refusal import Refusal

from ..money import pounds
from .question import Question

ARREARS = "arrears"


def finances_are_resilient(
    question: Question, *, routes: Collection[str], months_paid: int, debt_pence: int
) -> Refusal | None:
    """One of the card's routes; for arrears, a plan paid for 2 months or a debt of £341.75 or less (BR-G21, S-96)."""
    route = question.facts.code("route")
    if route not in routes:
        return Refusal(
            "route_unknown", f"{route} is no route on this card.", f"Record one of: {', '.join(sorted(routes))}."
        )
    if route != ARREARS or _arrears_are_in_hand(question, months_paid, debt_pence):
        return None
    return Refusal(
        "arrears_not_in_hand",
        f"Fewer than {months_paid} months are paid and the debt is above {pounds(debt_pence)}.",
        f"Claim it after {months_paid} months' payments, or when the debt is {pounds(debt_pence)} or less.",
    )


def _arrears_are_in_hand(question: Question, months_paid: int, debt_pence: int) -> bool:
    facts = question.facts
    if facts.holds("debt_pence") and facts.number("debt_pence") <= debt_pence:
        return True
    return facts.number("months_paid", otherwise=0 if facts.holds("debt_pence") else None) >= months_paid
