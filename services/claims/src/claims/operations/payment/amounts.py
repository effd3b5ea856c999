"""Amounts between rows, which keep shares as JSON, and the domain."""

from collections.abc import Iterable
from typing import Any

from claims.domain.money import PayerAmount
from claims.domain.statement import Amounts
from claims.storage.tables.payment import AdjustmentRow, ClaimValuationRow
from common.contracts.claims import PayerShare


def shares_in(shares: Iterable[dict[str, Any]]) -> tuple[PayerAmount, ...]:
    return tuple(PayerAmount(share["payer"], share["pence"]) for share in shares)


def shares_shown(shares: Iterable[PayerAmount]) -> list[Any]:
    return [{"payer": share.payer, "pence": share.pence} for share in shares]


def shares_told(shares: Iterable[PayerAmount]) -> tuple[PayerShare, ...]:
    """As an event says them."""
    return tuple(PayerShare(payer=share.payer, pence=share.pence) for share in shares)


def valued(row: ClaimValuationRow) -> Amounts:
    return Amounts(row.price_pence, row.payable_pence, row.above_cap_pence, shares_in(row.shares))


def adjusted(row: AdjustmentRow) -> Amounts:
    return Amounts(row.value_pence, row.payable_pence, row.above_cap_pence, shares_in(row.shares))
