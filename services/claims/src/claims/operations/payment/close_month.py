"""A month is closed: one statement, fixed for ever, of everything verified in it (BR-H2, BR-H13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from claims.domain.calendar import grant_for
from claims.domain.statement import (
    Amounts,
    adjustments_carried,
    month_has_ended,
    month_is_next,
    nothing_heard_is_left_out,
    total_of,
)
from claims.domain.valuation import read_contract
from claims.operations.problems import MonthCannotClose
from claims.operations.transitions import keep_act
from claims.storage import rate_cards, statements
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.payment import ClaimValuationRow, ContractRow, StatementLineRow, StatementRow
from common.contracts.claims import StatementIssued
from common.ids import new_id
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from rulebook.calendar import months_after

from .amounts import adjusted, shares_shown, shares_told, valued


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A claim, or an adjustment of one, with what it adds."""

    kind: str
    claim: ClaimRow
    valuation: ClaimValuationRow
    amounts: Amounts


async def close_month(tx: Transaction, month: date) -> StatementRow:
    """Issue the statement of a month that has ended, under the contract's lock.

    Claims returned, queried or refused wait for their own verification and hold nobody up (BR-F6).

    Raises:
        ProgrammeNotLoaded
        MonthCannotClose: it has not ended, is closed already, another must be closed first, or a stream that claims
            hears has stepped aside; every refusal says which.
    """
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    await _may_close(tx, contract, month)
    lines = await _lines(tx, month, months_after(month, 1))
    event = _issued(tx, month, lines, grant_for(month, read_contract(contract.terms).windows))
    statement = await _write(tx, event, lines)
    contract.closed_month = month
    tx.announce(event)
    tx.touched(event.subject)
    for position, line in enumerate(lines, start=1):
        keep_act(
            tx,
            line.claim,
            "state",
            event.event_id,
            statement_id=str(event.statement_id),
            valuation_id=str(line.valuation.event_id),
            month=f"{month:%Y-%m}",
            position=position,
            line=line.kind,
        )
    return statement


async def _may_close(tx: Transaction, contract: ContractRow, month: date) -> None:
    first_on = await statements.first_verified_on(tx.session, tx.programme_id)
    aside = await statements.streams_aside(tx.session, tx.programme_id)
    checks = (
        month_has_ended(month, tx.today),
        month_is_next(month, contract.closed_month, first_on),
        nothing_heard_is_left_out(aside),
    )
    if refusals := [refusal for refusal in checks if refusal is not None]:
        raise MonthCannotClose(refusals)


async def _lines(tx: Transaction, month: date, before_on: date) -> list[MonthLine]:
    """Claims verified in the month, then as many waiting adjustments as it can carry."""
    claim_lines = [
        MonthLine("claim", claim, valuation, valued(valuation))
        for claim, valuation in await statements.valued_in(tx.session, tx.programme_id, month, before_on)
    ]
    waiting = [
        MonthLine("adjustment", claim, valuation, adjusted(adjustment))
        for claim, valuation, adjustment in await statements.adjustments_waiting(tx.session, tx.programme_id, before_on)
    ]
    total = total_of(line.amounts for line in claim_lines)
    return claim_lines + waiting[: adjustments_carried(total, [line.amounts for line in waiting])]


def _issued(tx: Transaction, month: date, lines: Sequence[MonthLine], grant_pence: int) -> StatementIssued:
    total = total_of(line.amounts for line in lines)
    return StatementIssued(
        **tx.envelope(),
        statement_id=new_id(),
        month=month,
        lines=len(lines),
        value_pence=total.value_pence,
        payable_pence=total.payable_pence,
        above_cap_pence=total.above_cap_pence,
        shares=shares_told(total.shares),
        issued_on=tx.today,
        grant_pence=grant_pence,
    )


async def _write(tx: Transaction, event: StatementIssued, lines: Sequence[MonthLine]) -> StatementRow:
    statement = StatementRow(
        statement_id=event.statement_id,
        programme_id=tx.programme_id,
        month=event.month,
        lines=event.lines,
        value_pence=event.value_pence,
        payable_pence=event.payable_pence,
        above_cap_pence=event.above_cap_pence,
        shares=[share.model_dump() for share in event.shares],
        grant_pence=event.grant_pence,
        issued_on=event.issued_on,
        issued_by=tx.actor.id,
        event_id=event.event_id,
    )
    tx.session.add(statement)
    await tx.session.flush()
    tx.session.add_all(_row(statement, position, line) for position, line in enumerate(lines, start=1))
    return statement


def _row(statement: StatementRow, position: int, line: MonthLine) -> StatementLineRow:
    claim, valuation = line.claim, line.valuation
    return StatementLineRow(
        statement_id=statement.statement_id,
        position=position,
        programme_id=statement.programme_id,
        kind=line.kind,
        claim_id=claim.claim_id,
        valuation_id=valuation.event_id,
        claim_number=claim.number,
        provider_id=claim.provider_id,
        outcome=claim.outcome,
        slot=claim.slot,
        achieved_on=claim.achieved_on,
        verified_on=valuation.verified_on,
        rate_card=valuation.rate_card,
        rate_card_version=valuation.rate_card_version,
        payment_mode=valuation.payment_mode,
        value_pence=line.amounts.value_pence,
        payable_pence=line.amounts.payable_pence,
        above_cap_pence=line.amounts.above_cap_pence,
        shares=shares_shown(line.amounts.shares),
    )
