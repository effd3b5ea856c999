"""What may be claimed next for somebody: every outcome of the card, asked of its rules before anything is recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rulebook.claims_on_record import ClaimOnRecord
from rulebook.fact import Facts, FactValue, day_in
from rulebook.outcome import Outcome
from rulebook.rate_card import Rate, RateCard
from rulebook.refusal import Refusal

from .eligibility import Basis, Check, assess

USED_UP = frozenset({"already_claimed", "limit_reached"})
LASTING = "_at_referral"
"""How facts end that tell what was so at referral: they stay so."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """An outcome in one slot that is still free, and everything that stands against it today."""

    rate: Rate
    slot: str
    missing: tuple[Check, ...]

    @property
    def from_on(self) -> date | None:
        """The latest day that a rule asks to wait for."""
        days = (check.refusal.from_on for check in self.missing if check.refusal is not None)
        return max((day for day in days if day is not None), default=None)


NOT_BEGUN = Check(
    "support_has_begun",
    Refusal(
        "support_not_begun",
        "No case is known to have been started since the referral.",
        "Start it; days to wait for are counted as if support began today.",
        fact="service_started_on",
    ),
    (),
)


def prospects(
    outcome: Outcome, card: RateCard, today: date, on_record: Iterable[ClaimOnRecord], *, begun: bool = True
) -> tuple[Prospect, ...]:
    """Each outcome of the card that is not used up, in the card's order, as if it were achieved today.

    `outcome` is an outcome of the participant's that has no evidence and no facts but those that last: whom it is for,
    when they were referred, their assessments and their plan. Until support has `begun`, each says that it has not.
    """
    outlook: list[Prospect] = []
    basis = Basis(today, tuple(on_record))
    for rate in card.rates.values():
        for slot in rate.slots:
            candidate = replace(
                outcome, code=rate.code, slot=slot, achieved_on=today, subject_kind=rate.subject, unit=rate.unit
            )
            missing = tuple(c for c in assess(candidate, card, basis).checks if c.refusal is not None)
            if USED_UP.isdisjoint(check.code for check in missing):
                outlook.append(Prospect(rate, slot, missing if begun else (NOT_BEGUN, *missing)))
    return tuple(outlook)


def lasting_facts(fact_sets: Iterable[Mapping[str, FactValue]]) -> Facts:
    """Of facts told in order: dates, and what was so at referral. What was earned or attended is told anew."""
    lasting: dict[str, FactValue] = {}
    for facts in fact_sets:
        lasting |= {name: fact for name, fact in facts.items() if name.endswith(LASTING) or day_in(fact) is not None}
    return Facts(lasting)
