"""Which rules look at the participant's other claims, and what they say when one of those comes or goes."""

from rulebook.rate_card import Rate

from .eligibility import Assessment
from .receipt import MAY_CHANGE


def rests_on_others(rate: Rate) -> bool:
    """Beyond that its key is used once: it follows another outcome, or counts from it."""
    return any(rule.rests_on_other_claims for rule in rate.rules)


def failing(assessment: Assessment) -> frozenset[str]:
    """The rules over other claims that stand against it."""
    return frozenset(check.rule for check in assessment.checks if check.rule in MAY_CHANGE and check.refusal)
