"""Alerts, as shares of the contract's cap are reached (S-87)."""

from collections.abc import Collection

from claims.domain.valuation import read_contract, thresholds_reached
from claims.storage.tables.payment import ContractRow
from common.contracts.claims import CapThresholdReached
from common.transaction import Transaction


def reached(contract: ContractRow) -> tuple[int, ...]:
    """The shares of the cap, in percent, that what is payable reaches now; none before its terms are known."""
    return thresholds_reached(read_contract(contract.terms), contract.payable_to_date_pence) if contract.terms else ()


def say_thresholds(tx: Transaction, contract: ContractRow, before: Collection[int]) -> None:
    """Announce each share that is reached now and was not `before`: by a payment, again after one was undone or taken
    back, or because the cap was lowered."""
    for percent in reached(contract):
        if percent not in before:
            tx.announce(
                CapThresholdReached(
                    **tx.envelope(),
                    threshold_percent=percent,
                    payable_to_date_pence=contract.payable_to_date_pence,
                    cap_pence=contract.cap_pence or 0,
                )
            )
