"""What a verified claim pays: price, then the payment window, the outcome's own limit, the cap, the payers' shares.

Verified is not the same as payable. In a window paid otherwise, and past the cap, a claim is verified, uses up its
key and pays nothing or in part (BR-H4, BR-H5, BR-H7, A-36).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .calendar import BY_OUTCOME, PaymentWindow, payment_mode_on
from .money import DatedShares, PayerAmount, Share, shares_on, split


@dataclass(frozen=True, slots=True)
class MoneyTerms:
    """The money terms of a programme."""

    cap_pence: int | None
    cap_thresholds_percent: tuple[int, ...]
    funding: tuple[DatedShares, ...]
    windows: tuple[PaymentWindow, ...]
    cap_per_subject_pence: int | None = None
    """What may be paid for one participant, family or cohort in all (M-08)."""


@dataclass(frozen=True, slots=True)
class Valuation:
    """What a claim is worth and who pays. Price is the value achieved, whatever is payable."""

    price_pence: int
    payable_pence: int
    above_cap_pence: int
    """Achieved and not paid: past the outcome's own limit, or past a cap."""
    payment_mode: str
    shares: tuple[PayerAmount, ...]


def unpaid_units(paid_units: int | None, quantity: int, units_before: int) -> int:
    """How many of a claim's units are past what the card pays for in the whole programme (M-03, S-88)."""
    if paid_units is None:
        return 0
    return quantity - min(quantity, max(0, paid_units - units_before))


@dataclass(frozen=True, slots=True)
class UsedUp:
    """What the claims verified before have used up of each limit."""

    payable_pence: int = 0
    """Of the contract's cap."""
    units: int | None = None
    """Of the units that the card pays for; none where it pays for any number."""
    subject_pence: int | None = None
    """Of what may be paid for the same participant, family or cohort; none where anything may."""


def value_claim(
    price_pence: int, achieved_on: date, terms: MoneyTerms, used: UsedUp, unpaid_pence: int = 0
) -> Valuation:
    """The valuation of the claim that is verified next, when so much has been fixed before it (BR-H5, A-68).

    `price_pence` is the rate's price times the outcome's quantity, and `unpaid_pence` the part of it that is past the
    outcome's own limit (see `unpaid_units`). Raises `NoSharesInForce`.
    """
    mode = payment_mode_on(achieved_on, terms.windows)
    due = price_pence if mode == BY_OUTCOME else 0
    payable = within_limits(
        due,
        unpaid_pence,
        (terms.cap_pence, used.payable_pence),
        (terms.cap_per_subject_pence, used.subject_pence or 0),
    )
    return Valuation(
        price_pence=price_pence,
        payable_pence=payable,
        above_cap_pence=due - payable,
        payment_mode=mode,
        shares=split(payable, shares_on(achieved_on, terms.funding)),
    )


def within_limits(due_pence: int, unpaid_pence: int, *caps: tuple[int | None, int]) -> int:
    """What of an amount due is payable, past the outcome's own limit and each cap, of which so much is used up."""
    headroom = [max(0, cap - so_far) for cap, so_far in caps if cap is not None]
    return min([max(0, due_pence - unpaid_pence), *headroom])


def thresholds_reached(contract: MoneyTerms, payable_pence: int) -> tuple[int, ...]:
    """The shares of the cap, in percent, that so much payable reaches (S-87)."""
    cap = contract.cap_pence
    if cap is None:
        return ()
    return tuple(percent for percent in contract.cap_thresholds_percent if cap * percent <= payable_pence * 100)


def read_contract(document: Mapping[str, Any]) -> MoneyTerms:
    """The money terms in a JSON document as `programme.Money` writes it."""
    return MoneyTerms(
        cap_pence=document["cap_pence"],
        cap_thresholds_percent=tuple(document["cap_thresholds_percent"]),
        funding=tuple(_read_funding(period) for period in document["funding"]),
        cap_per_subject_pence=document.get("cap_per_subject_pence"),
        windows=tuple(
            PaymentWindow(
                window["mode"],
                date.fromisoformat(window["from_on"]),
                date.fromisoformat(window["until_on"]),
                window.get("monthly_grant_pence", 0),
            )
            for window in document["windows"]
        ),
    )


def _read_funding(document: Mapping[str, Any]) -> DatedShares:
    until = document["until_on"]
    return DatedShares(
        date.fromisoformat(document["from_on"]),
        None if until is None else date.fromisoformat(until),
        tuple(Share(share["payer"], share["basis_points"]) for share in document["shares"]),
    )
