"""Money in integer pence, and how payers share it: every penny has one payer, and none is lost (BR-H3, BR-H13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WHOLE = 10_000
"""All of an amount, in basis points."""


class SharesAreNotWhole(ValueError):
    """The payers' shares do not make up the whole amount."""


class NoSharesInForce(LookupError):
    """Nobody has agreed to pay for outcomes achieved on this day."""


@dataclass(frozen=True, slots=True)
class Share:
    """A payer's part of every outcome payment, in basis points: 70 % is 7000."""

    payer: str
    basis_points: int


@dataclass(frozen=True, slots=True)
class PayerAmount:
    """What one payer owes."""

    payer: str
    pence: int


@dataclass(frozen=True, slots=True)
class DatedShares:
    """Who pays how much of outcomes achieved from one day until another, both included (BR-H6)."""

    from_on: date
    until_on: date | None
    shares: tuple[Share, ...]

    def __post_init__(self) -> None:
        if sum(share.basis_points for share in self.shares) != WHOLE or any(s.basis_points < 0 for s in self.shares):
            raise SharesAreNotWhole(f"shares from {self.from_on} do not make up 100 %")

    def covers(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def shares_on(day: date, periods: Sequence[DatedShares]) -> tuple[Share, ...]:
    """The shares for an outcome achieved on `day`."""
    for period in periods:
        if period.covers(day):
            return period.shares
    raise NoSharesInForce(f"no funding shares are in force on {day}")


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def split(pence: int, shares: Sequence[Share]) -> tuple[PayerAmount, ...]:
    """Each payer in turn rounds half up, never beyond what is left; the last takes the remainder (BR-H3)."""
    amounts: list[PayerAmount] = []
    rest = pence
    for share in shares[:-1]:
        owed = min(rest, half_up(pence * share.basis_points, WHOLE))
        amounts.append(PayerAmount(share.payer, owed))
        rest -= owed
    return (*amounts, PayerAmount(shares[-1].payer, rest))
