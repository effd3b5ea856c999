"""The personalisation fund: requests, and the one row that holds what was approved."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.fund import FundRequest
from case_management.storage.tables.fund import FundRequestRow, FundRow


async def find_fund_request(session: AsyncSession, request_id: UUID) -> FundRequestRow | None:
    return await session.get(FundRequestRow, request_id, with_for_update=True)


async def fund_to_change(session: AsyncSession, programme_id: str) -> FundRow:
    """The fund's row, locked until the transaction ends; made when first asked for."""
    await session.execute(insert(FundRow).values(programme_id=programme_id, approved_pence=0).on_conflict_do_nothing())
    return (await session.scalars(select(FundRow).where(FundRow.programme_id == programme_id).with_for_update())).one()


async def give_back(session: AsyncSession, programme_id: str, pence: int) -> None:
    """What was approved and is not needed is the fund's again, under its lock."""
    fund = await fund_to_change(session, programme_id)
    fund.approved_pence -= pence


async def requests_for(session: AsyncSession, participant_id: UUID, but: UUID | None = None) -> list[FundRequest]:
    """What was asked for a participant, and neither refused nor taken back, as far as the asker may see it.

    `but`: without this request.
    """
    query = select(FundRequestRow).where(
        FundRequestRow.participant_id == participant_id, FundRequestRow.state.in_(("open", "approved"))
    )
    return [fund_request(one) for one in await session.scalars(query) if one.id != but]


def fund_request(row: FundRequestRow) -> FundRequest:
    """A request as the rules look at it."""
    return FundRequest(row.category, row.outcome, row.amount_pence, row.requested_on)
