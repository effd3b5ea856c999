"""What a pre-check promised: rules passed on these very facts under this version, and a refusal that would break it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rulebook.equivalent import Equivalent
from rulebook.fact import NO_FACTS
from rulebook.kinds import ALWAYS, KINDS
from rulebook.outcome import Outcome
from rulebook.rate_card import RateCard
from rulebook.refusal import Refusal

from .eligibility import Assessment, Basis, assess

VALID_DAYS = 30
MAY_CHANGE = frozenset(rule.kind for rule in (*ALWAYS, *KINDS.values()) if rule.rests_on_other_claims)
"""Rules that look at what else is on record: no receipt holds for them, nor for the cap."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which rules a pre-check let pass, on which facts, under which rules, and until when it holds."""

    card: str
    version: str
    facts: str
    """A hash of everything the rules over facts look at."""
    passed: frozenset[str]
    issued_on: date
    precedents: frozenset[str] = frozenset()
    """Rulings on evidence that it rests on beside the card, each as `kind as kind` (U-04)."""

    @property
    def rules(self) -> str:
        """The rules as people name them: card, version, and the rulings."""
        return ", ".join([f"{self.card} {self.version}", *sorted(self.precedents)])

    @property
    def valid_until(self) -> date:
        """The last day on which an outcome evidenced is covered."""
        return self.issued_on + timedelta(days=VALID_DAYS)


def receipt_for(outcome: Outcome, assessment: Assessment, issued_on: date) -> Receipt:
    """The promise an assessment allows: rules over facts alone, each passed wherever the card names it."""
    failures = {check.rule for check in assessment.checks if check.verdict != "pass"}
    passes = frozenset(check.rule for check in assessment.checks) - failures - MAY_CHANGE
    rulings = frozenset(str(each) for each in assessment.precedents)
    return Receipt(assessment.card, assessment.version, hash_of_facts(outcome), passes, issued_on, rulings)


def hash_of_facts(outcome: Outcome) -> str:
    """The same for the same facts, whoever gave ids to the items; documents count by kind and date, each once."""
    plan, items = outcome.plan, {item.item_id: item for item in outcome.evidence}
    content = {
        "outcome": [outcome.code, outcome.slot, outcome.provider_id],
        "counted": [outcome.subject_kind, outcome.quantity, outcome.unit],
        "days": [str(day) for day in (outcome.achieved_on, outcome.referred_on, outcome.service_started_on)],
        "evidence": sorted([item.kind, str(item.dated_on)] for item in items.values()),
        "facts": {name: fact if isinstance(fact, int) else str(fact) for name, fact in outcome.facts.values.items()},
        "assessments": sorted([a.instrument, a.stage, a.score, str(a.assessed_on)] for a in outcome.assessments),
        "plan": plan and [plan.kind, str(plan.agreed_on)],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def receipt_holds(
    receipt: Receipt, outcome: Outcome, card: RateCard, precedents: Iterable[Equivalent], evidenced_on: date
) -> Refusal | None:
    """Whether it covers the claim: the very facts, judged under the same version and rulings, evidenced in time."""
    if receipt.facts != hash_of_facts(outcome):
        return Refusal(
            "facts_changed", "The facts have changed since they were checked.", "Check them again as they are now."
        )
    rulings = frozenset(str(each) for each in precedents)
    if (receipt.card, receipt.version) != (card.card, card.version) or not receipt.precedents <= rulings:
        return Refusal(
            "rules_changed", f"It was checked under {receipt.rules}.", "Check it under the rules as they are now."
        )
    if not receipt.issued_on <= evidenced_on <= receipt.valid_until:
        return Refusal("receipt_expired", f"It held until {receipt.valid_until}.", "Check the outcome again.")
    return None


def honoured(assessment: Assessment, rules: frozenset[str]) -> Assessment:
    """What a receipt says passed passes, though the rule itself has been changed since."""
    return replace(
        assessment,
        checks=tuple(
            replace(check, refusal=None, promised=True) if check.refusal is not None and check.rule in rules else check
            for check in assessment.checks
        ),
    )


def refusals_it_forbids(
    receipt: Receipt, outcome: Outcome, card: RateCard, refusals: Iterable[Refusal]
) -> tuple[Refusal, ...]:
    """Refusals on a rule the receipt says passed: named by the rule, or by a code with which it says no."""
    rules = codes_of_rules(outcome, card)
    return tuple(r for r in refusals if {r.code, *rules.get(r.code, ())} & receipt.passed)


def codes_of_rules(outcome: Outcome, card: RateCard) -> dict[str, set[str]]:
    """With which codes the rules say no to this outcome: asked with one thing after another gone."""
    early = min(outcome.referred_on, outcome.service_started_on)
    lacking = (
        replace(outcome, evidence=()),
        replace(outcome, facts=NO_FACTS),
        replace(outcome, assessments=(), plan=None),
        replace(outcome, achieved_on=max(early, card.in_force_from)),
        replace(outcome, slot=""),
        replace(outcome, subject_kind="", unit=""),
        replace(outcome, quantity=0),
    )
    rules: dict[str, set[str]] = {}
    for each in lacking:
        for check in assess(each, card, Basis(outcome.achieved_on)).checks:
            if check.refusal is not None:
                rules.setdefault(check.refusal.code, set()).add(check.rule)
    return rules
