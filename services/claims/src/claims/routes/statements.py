"""Months and their statements."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from claims.operations.audits.open_evidence import quarters_seen, statement_is_seen
from claims.operations.payment.close_month import close_month
from claims.operations.problems import NoSuchStatement
from claims.operations.requests import MonthIn
from claims.storage import claims, statements
from claims.storage.tables.payment import StatementLineRow, StatementRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.pages import Cursor, Limit, Page, key_of, page_of
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
async def list_statements(tx: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[StatementOut]:
    """Closed months, newest first; an auditor's end with the quarters granted."""
    after: Any = key_of(cursor, date.fromisoformat)
    rows = await statements.statements_listed(
        tx.session, after[0] if after else None, limit + 1, await quarters_seen(tx)
    )
    return page_of(rows, limit, lambda row: (row.month,), statement_shown)


@router.get("/{statement_id}")
async def show_statement(statement_id: UUID, tx: Reader) -> StatementOut:
    """A closed month: totals and each payer's share, in pence."""
    return statement_shown(await statement_asked(tx, statement_id))


@router.get("/{statement_id}/lines")
async def list_lines(statement_id: UUID, tx: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[LineOut]:
    """The statement's lines in order: claims as they were verified, then adjustments."""
    await statement_asked(tx, statement_id)
    after: Any = key_of(cursor, _position)
    lines = await statements.lines_listed(tx.session, statement_id, after[0] if after else 0, limit + 1)
    claim_ids = [line.claim_id for line in lines[:limit]]
    whose = await claims.participants_of(tx.session, claim_ids)
    tx.touched(f"statement/{statement_id}", *(f"claim/{each}" for each in claim_ids))
    tx.touched(*(f"participant/{each}" for each in whose))
    return page_of(lines, limit, lambda line: (line.position,), line_shown)


def _position(part: str) -> int:
    position = int(part)
    if not 0 <= position <= 2**31 - 1:
        raise ValueError("another shape")
    return position


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
