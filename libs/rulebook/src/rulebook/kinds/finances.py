"""Financial resilience: several routes, one outcome."""

from ..fact import Code, Facts, Number
from ..parameters import Count, Pence, Slug
from ..pounds import pounds
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule

ARREARS = "arrears"


class FinancesAreResilient(Rule):
    """One of the card's routes; for arrears, a plan paid for 2 months or a debt of £341.75 or less (BR-G21, S-96)."""

    passed = "One of the card's routes to steadier finances was taken."
    routes: tuple[Slug, ...]
    months_paid: Count
    debt_pence: Pence

    route = Code("By which route?", codes_in="routes")
    arrears_months = Number("Arrears: months paid under the plan.", needed=False, name="months_paid")
    arrears_debt = Number("Arrears: what is still owed, in pence.", needed=False, name="debt_pence")

    def decide(self, question: Question) -> Refusal | None:
        route = question.facts[self.route]
        if route not in self.routes:
            routes = ", ".join(sorted(self.routes))
            return Refusal("route_unknown", f"{route} is no route on this card.", f"Record one of: {routes}.")
        if route != ARREARS or self._arrears_are_in_hand(question.facts):
            return None
        debt = pounds(self.debt_pence)
        return Refusal(
            "arrears_not_in_hand",
            f"Fewer than {self.months_paid} months are paid and the debt is above {debt}.",
            f"Claim it after {self.months_paid} months' payments, or when the debt is {debt} or less.",
        )

    def _arrears_are_in_hand(self, facts: Facts) -> bool:
        if not facts.holds(self.arrears_debt):
            return facts[self.arrears_months] >= self.months_paid
        return facts[self.arrears_debt] <= self.debt_pence or facts.get(self.arrears_months, 0) >= self.months_paid
