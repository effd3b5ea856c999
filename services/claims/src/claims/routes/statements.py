"""Months and their statements."""

from typing import Annotated
from uuid import UUID

from claims.operations.audits.open_evidence import quarters_seen, statement_is_seen
from claims.operations.payment.close_month import close_month
from claims.operations.problems import NoSuchStatement
from claims.operations.requests import MonthIn
from claims.storage import claims, statements
from claims.storage.audits import of_quarters
from claims.storage.lists import STATEMENT_LINES, STATEMENTS
from claims.storage.tables.payment import StatementLineRow, StatementRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.statements import LineOut, ShareOut, StatementOut, StatementReceipt
from .roles import STATEMENT_READERS

router = Routes(prefix="/v1/statements", tags=["statements"])

Reader = Annotated[Transaction, reading(*STATEMENT_READERS)]


@router.post("", status_code=201)
async def close(body: MonthIn, tx: Annotated[Transaction, writing("prime-finance")]) -> StatementReceipt:
    """Close a month that has ended: everything verified in it is stated once, for ever (BR-H2, BR-H13).

    409 when the month has not ended, is closed, another comes first, or a stream that claims hears has stepped aside.
    """
    statement = await close_month(tx, body.first_day)
    return tx.answered(StatementReceipt(id=statement.statement_id, month=body.month, lines=statement.lines))


@router.get("")
async def list_statements(tx: Reader, query: Annotated[Asked, asking(STATEMENTS)]) -> Page[StatementOut]:
    """Closed months, newest first; an auditor's end with the quarters granted.

    A statement never changes: with `from_month` set to the month after the last one you have, only new ones come.
    """
    quarters = await quarters_seen(tx)
    conditions = () if quarters is None else (of_quarters(quarters),)
    return (await query.found(tx, *conditions)).page(statement_shown)


@router.get("/{statement_id}")
async def show_statement(statement_id: UUID, tx: Reader) -> StatementOut:
    """A closed month: totals and each payer's share, in pence."""
    return statement_shown(await statement_asked(tx, statement_id))


@router.get("/{statement_id}/lines")
async def list_lines(statement_id: UUID, tx: Reader, query: Annotated[Asked, asking(STATEMENT_LINES)]) -> Page[LineOut]:
    """The statement's lines in order: claims as they were verified, then adjustments."""
    await statement_asked(tx, statement_id)
    results = await query.found(tx, StatementLineRow.statement_id == statement_id)
    claim_ids = [line.claim_id for line in results.rows]
    whose = await claims.participants_of(tx.session, claim_ids)
    tx.touched(f"statement/{statement_id}", *(f"claim/{each}" for each in claim_ids))
    tx.touched(*(f"participant/{each}" for each in whose))
    return results.page(line_shown)


async def statement_asked(tx: Transaction, statement_id: UUID) -> StatementRow:
    statement = await statements.statement_seen(tx.session, statement_id)
    if statement is None:
        raise NoSuchStatement
    await statement_is_seen(tx, statement.month)
    return statement


def statement_shown(row: StatementRow) -> StatementOut:
    return StatementOut(
        id=row.statement_id,
        month=f"{row.month:%Y-%m}",
        lines=row.lines,
        value_pence=row.value_pence,
        payable_pence=row.payable_pence,
        above_cap_pence=row.above_cap_pence,
        shares=[ShareOut(**share) for share in row.shares],
        grant_pence=row.grant_pence,
        issued_on=row.issued_on,
    )


def line_shown(row: StatementLineRow) -> LineOut:
    same = {name: getattr(row, name) for name in LineOut.model_fields}
    return LineOut(**same)
