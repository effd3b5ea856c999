"""What past claims would have been under another version: judged again on what was frozen, valued again in their order.

A replay under the versions the claims keep must give what was given then. Only the claims of the draft's own card are
judged again by it; all are valued again, since under a cap what one claim gains another may lose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rulebook.outcome import Outcome
from rulebook.rate_card import Rate, RateCard

from .calendar import BY_OUTCOME
from .eligibility import Basis, assess
from .valuation import unpaid_units, within_limits


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """How the rules stood to a claim, what it is worth, and what of it is payable, in pence."""

    against: tuple[str, ...]
    """Codes of the rules that stand against it; none for ready."""
    value_pence: int
    """Price times quantity where no rule stands against it and the claim is live, or what it was verified at."""
    payable_pence: int | None
    """None until it is verified."""


@dataclass(frozen=True, slots=True)
class FixedTerms:
    """What of the contract was fixed when a claim was verified."""

    payment_mode: str
    payable_before_pence: int
    cap_pence: int | None
    units_before: int | None
    taken_back: bool = False
    subject_cap_pence: int | None = None
    subject_before_pence: int = 0
    """What was payable for the same person before it: taken as it was, whatever the replay makes of those claims."""


@dataclass(frozen=True, slots=True)
class PastClaim:
    """A claim as it stands, with the facts and the basis of its last assessment; all of it frozen."""

    outcome: Outcome
    basis: Basis
    card: RateCard | None
    """The version it keeps; none where no card was in force."""
    live: bool
    before: ClaimStanding
    verified: FixedTerms | None = None
    promised: frozenset[str] = frozenset()
    """Rules that let it pass because a pre-check had: a promise of its version alone."""


@dataclass(frozen=True, slots=True)
class Running:
    """What the claims before, in the order of their verification, have left otherwise than they did."""

    payable_pence: int = 0
    """More, or less, payable than was."""
    units: Mapping[str, int] = field(default_factory=dict[str, int])
    """Units verified, of outcomes that had no limit then and would have one."""


def drafts_turn(claim: PastClaim, draft: RateCard, days: tuple[date | None, date | None]) -> bool:
    """Whether the draft would have judged it: of the draft's card, and achieved within the days asked about."""
    first, last = days
    achieved_on = claim.outcome.achieved_on
    within = (first is None or first <= achieved_on) and (last is None or achieved_on <= last)
    return within and claim.card is not None and claim.card.card == draft.card


def replayed(claim: PastClaim, card: RateCard | None, running: Running) -> tuple[ClaimStanding, Running]:
    """How it would stand under a card, as if in force on the day achieved; and what it leaves to those after it."""
    outcome, basis = claim.outcome, claim.basis
    as_if = None if card is None else replace(card, in_force_from=outcome.achieved_on, in_force_until=None)
    assessment = assess(outcome, as_if, basis)
    promises = claim.promised if card is claim.card else frozenset[str]()
    against = tuple(check.code for check in assessment.checks if check.refusal and check.rule not in promises)
    return _valued(claim, against, assessment.rate if claim.live and not against else None, running)


def valued_again(claim: PastClaim, running: Running) -> tuple[ClaimStanding, Running]:
    """How a claim that is not the draft's stands, after others left the contract otherwise."""
    rate = None if claim.card is None else claim.card.rates.get(claim.outcome.code)
    rate_in_use = rate if claim.live and not claim.before.against else None
    return _valued(claim, claim.before.against, rate_in_use, running)


def _valued(
    claim: PastClaim, against: tuple[str, ...], rate: Rate | None, running: Running
) -> tuple[ClaimStanding, Running]:
    verification, quantity, code = claim.verified, claim.outcome.quantity, claim.outcome.code
    value = 0 if rate is None else rate.price_pence * quantity
    if verification is None:
        return ClaimStanding(against, value, None), running
    if verification.taken_back:
        return ClaimStanding(against, 0, 0), running
    units, units_so_far = dict(running.units), running.units.get(code, 0)
    before = units_so_far if verification.units_before is None else verification.units_before + units_so_far
    unpaid = 0 if rate is None else rate.price_pence * unpaid_units(rate.paid_units, quantity, before)
    due = value if verification.payment_mode == BY_OUTCOME else 0
    so_far = verification.payable_before_pence + running.payable_pence
    of_subject = verification.subject_cap_pence, verification.subject_before_pence
    payable = within_limits(due, unpaid, (verification.cap_pence, so_far), of_subject)
    units[code] = units_so_far + _more_units(claim, rate)
    more = payable - (claim.before.payable_pence or 0)
    after = Running(running.payable_pence + more, {name: number for name, number in units.items() if number})
    return ClaimStanding(against, value, payable), after


def _more_units(claim: PastClaim, rate: Rate | None) -> int:
    """Units it uses up beyond what it did: all, where none were counted then."""
    used = 0 if rate is None else claim.outcome.quantity
    had_limit = claim.verified is not None and claim.verified.units_before is not None
    return used - claim.outcome.quantity if had_limit else (used if rate is not None and rate.paid_units else 0)


def cohort_of(referred_on: date, starts_on: date) -> int:
    """The programme's year in which somebody was referred, counted from 1."""
    whole_years = referred_on.year - starts_on.year - (referred_on.timetuple()[1:3] < starts_on.timetuple()[1:3])
    return max(1, whole_years + 1)
