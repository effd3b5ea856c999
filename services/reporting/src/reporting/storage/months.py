"""What happened in each month, and how long people waited."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

from .people import COUNTED_CASES

SUMMARY = text(f"""
with {COUNTED_CASES}, happened (programme_id, day, what, value_pence, payable_pence) as (
    select programme_id, referred_on, 'referral', 0, 0 from referral where duplicate_on is null
    union all select programme_id, allocated_on, 'allocation', 0, 0 from allocation
              where declined_on is null and withdrawn_on is null
    union all select programme_id, started_on, 'start', 0, 0 from counted_case
    union all select programme_id, closed_on, 'closure', 0, 0 from counted_case
    union all select programme_id, achieved_on, 'outcome', 0, 0 from outcome where withdrawn_on is null
    union all select programme_id, accepted_on, 'accepted', 0, 0 from outcome
              where claim_state = any(:accepted) and taken_back_on is null
    union all select programme_id, verified_on, 'verified', price_pence, payable_pence from outcome
    union all select programme_id, taken_back_on, 'taken-back', -price_pence, -payable_pence from outcome
)
select cast(date_trunc('month', day) as date) as month,
       count(*) filter (where what = 'referral') as referrals,
       count(*) filter (where what = 'allocation') as allocations,
       count(*) filter (where what = 'start') as starts,
       count(*) filter (where what = 'closure') as closures,
       count(*) filter (where what = 'outcome') as outcomes_recorded,
       count(*) filter (where what = 'accepted') as outcomes_accepted,
       count(*) filter (where what = 'verified') as claims_verified,
       cast(sum(value_pence) as bigint) as value_pence, cast(sum(payable_pence) as bigint) as payable_pence
from happened where programme_id = :programme and day is not null
group by 1 order by 1
""")  # noqa: S608 - nothing anybody sent is in it

WAITS = text(f"""
with {COUNTED_CASES}, waited (programme_id, provider_id, day, what, days) as (
    select programme_id, provider_id, allocated_on, 'allocation', allocated_on - referred_on from allocation
    where declined_on is null and withdrawn_on is null
    union all
    select programme_id, provider_id, allocated_on, 'priority', allocated_on - referred_on from allocation
    where declined_on is null and withdrawn_on is null and priority
    union all
    select programme_id, provider_id, plan_agreed_on, 'plan', plan_days from counted_case
)
select what, cast(date_trunc('month', day) as date) as month, count(*) as people,
       cast(percentile_cont(0.5) within group (order by days) as double precision) as median_days,
       cast(round(avg(days), 1) as double precision) as mean_days,
       count(*) filter (where what = 'plan' and days <= cast(:plan_target as integer)) as people_in_time
from waited where programme_id = :programme and days is not null
     and (cast(:provider as text) is null or provider_id = :provider)
group by 1, 2 order by 2
""")  # noqa: S608 - as above


async def what_happened(session: AsyncSession, programme_id: str, accepted_states: list[str]) -> list[dict[str, Any]]:
    """One row a month, oldest first."""
    parameters = {"programme": programme_id, "accepted": accepted_states}
    return rows(await session.execute(SUMMARY, parameters))


async def waits_by_month(
    session: AsyncSession, programme_id: str, provider_id: str | None, plan_target: int | None
) -> list[dict[str, Any]]:
    """For each month and what was waited for: how many people, median and mean days, and plans within a target."""
    parameters = {"programme": programme_id, "provider": provider_id, "plan_target": plan_target}
    return rows(await session.execute(WAITS, parameters))
