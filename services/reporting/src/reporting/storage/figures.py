"""What evaluations publish of a programme, counted from what was heard."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

from .people import COUNTED_CASES, COUNTED_REFERRALS, PERSONS

BY_YEAR = text(f"""
with recursive {PERSONS}, {COUNTED_REFERRALS}, {COUNTED_CASES}, put_right as (
    select distinct on (facts ->> 'referral_id') facts ->> 'referral_id' as referral_id,
           facts ->> 'funding_stream' as funding_stream
    from heard_event where programme_id = :programme and type = 'ReferralCorrected'
    order by facts ->> 'referral_id', occurred_at desc, event_id desc
), drop_in as (
    select distinct on (facts ->> 'drop_in_id') type, cast(facts ->> 'dropped_in_on' as date) as day
    from heard_event
    where programme_id = :programme and type in ('DropInRecorded', 'DropInCorrected', 'DropInWithdrawn')
    order by facts ->> 'drop_in_id', occurred_at desc, event_id desc
), happened (day, what, is_return, under_25, needs, stream) as (
    select referred_on, 'referral', is_return, under_25, needs, null from counted_referral
    union all select supported_on, 'support', null, null, null, null from counted_referral
    union all select coalesce(started.started_on, cast(occurred_at at time zone 'Europe/London' as date)), type, null,
                     null, null, coalesce(put_right.funding_stream, facts ->> 'funding_stream')
              from heard_event
              left join put_right on put_right.referral_id = facts ->> 'referral_id'
              left join support_case as started
                  on type = 'CaseStarted' and started.programme_id = :programme
                  and started.case_id = cast(facts ->> 'case_id' as uuid)
              where heard_event.programme_id = :programme and topic <> 'referrals'
                and not (topic = 'cases' and cast(facts ->> 'case_id' as uuid) in (
                    select case_id from support_case
                    where programme_id = :programme and closure_reason = 'duplicate'))
    union all select closed_on, 'closure', null, null, null, null from counted_case
    union all select day, 'drop-in', null, null, null, null from drop_in where type <> 'DropInWithdrawn'
), told as (
    select *, 1 + extract(year from age(day, cast(:starts_on as date))) as year from happened where day is not null
)
select cast(year as integer) as year,
       count(*) filter (where what = 'referral') as referrals,
       count(*) filter (where is_return) as "returning",
       count(*) filter (where under_25) as under_25,
       count(*) filter (where 'offending' = any(needs)) as offending,
       count(*) filter (where what = 'support') as helped_once,
       count(*) filter (where what = 'CaseStarted' and stream = 'lcf') as starts_lcf,
       count(*) filter (where what = 'CaseStarted' and stream = 'historic') as starts_historic,
       count(*) filter (where what = 'closure') as closures,
       count(*) filter (where what = 'drop-in') as drop_ins,
       count(*) filter (where what = 'JointWorkAgreed') as joint_cases,
       count(*) filter (where what = 'ClaimSubmitted') as claims_submitted,
       count(*) filter (where what = 'EvidenceReturned') as claims_returned,
       count(*) filter (where what = 'ClaimQueried') as claims_queried
from told group by 1 order by 1
""")  # noqa: S608 - nothing anybody sent is in it

BY_SOURCE = text(f"""
with recursive {PERSONS}, {COUNTED_REFERRALS}
select coalesce(source, 'unknown') as source, count(*) as referrals from counted_referral group by 1 order by 1
""")  # noqa: S608 - as above

PEOPLE_WITH = text(f"""
with recursive {PERSONS}
select count(*) as outcomes,
       count(distinct coalesce(person.participant_id, outcome.participant_id)) as people
from outcome left join person on person.record_id = outcome.participant_id
where outcome.programme_id = :programme and claim_state = any(:accepted) and taken_back_on is null
  and (cardinality(cast(:codes as text[])) = 0 or outcome.outcome = any(:codes))
""").bindparams(  # noqa: S608 - as above
    bindparam("codes", type_=ARRAY(Text)), bindparam("accepted", type_=ARRAY(Text))
)


async def figures_by_year(session: AsyncSession, programme_id: str, starts_on: date) -> list[dict[str, Any]]:
    """Counts of each year of the programme, its first year being 1."""
    return rows(await session.execute(BY_YEAR, {"programme": programme_id, "starts_on": starts_on}))


async def referrals_by_source(session: AsyncSession, programme_id: str) -> list[dict[str, Any]]:
    return rows(await session.execute(BY_SOURCE, {"programme": programme_id}))


async def people_with(
    session: AsyncSession, programme_id: str, codes: Sequence[str], accepted_states: Sequence[str]
) -> dict[str, Any]:
    """Accepted outcomes of these codes, or of any, and how many people have them."""
    asked = {"programme": programme_id, "codes": list(codes), "accepted": list(accepted_states)}
    [found] = rows(await session.execute(PEOPLE_WITH, asked))
    return found
