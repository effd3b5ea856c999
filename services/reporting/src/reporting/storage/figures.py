"""What evaluations publish of a programme, counted from what was heard."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows
from programme.activities import Activity
from rulebook.codes import CLOSED_AS_DUPLICATE

from .people import COUNTED_CASES, COUNTED_REFERRALS, PERSONS

BY_YEAR = text(f"""
with recursive {PERSONS}, {COUNTED_REFERRALS}, {COUNTED_CASES}, put_right as (
    select distinct on (facts ->> 'referral_id') facts ->> 'referral_id' as referral_id,
           facts ->> 'funding_stream' as funding_stream
    from heard_event where programme_id = :programme and type = 'ReferralCorrected'
    order by facts ->> 'referral_id', occurred_at desc, event_id desc
), started as (
    select distinct on (facts ->> 'case_id') cast(facts ->> 'case_id' as uuid) as case_id,
           facts ->> 'referral_id' as referral_id, facts ->> 'funding_stream' as funding_stream
    from heard_event where programme_id = :programme and type = 'CaseStarted'
    order by facts ->> 'case_id', occurred_at desc, event_id desc
), taken_back as materialized (
    select facts ->> 'joint_work_id' as joint_work_id, facts ->> 'case_id' as case_id,
           facts ->> 'joint_provider_id' as joint_provider_id
    from heard_event where programme_id = :programme and type = 'JointWorkWithdrawn'
), happened (day, what, is_return, under_25, needs, stream) as (
    select referred_on, 'referral', is_return, under_25, needs, null from counted_referral
    union all select supported_on, 'support', null, null, null, null from counted_referral
    union all select cast(occurred_at at time zone 'Europe/London' as date), type, null, null, null, null
              from heard_event where programme_id = :programme and topic <> 'referrals'
                and not (topic = 'cases' and cast(facts ->> 'case_id' as uuid) in (
                    select case_id from support_case
                    where programme_id = :programme and closure_reason = '{CLOSED_AS_DUPLICATE}'))
                and not (type = 'JointWorkAgreed' and exists (
                    select from taken_back
                    where coalesce(taken_back.joint_work_id = facts ->> 'joint_work_id',
                                   taken_back.case_id = facts ->> 'case_id'
                                   and taken_back.joint_provider_id = facts ->> 'joint_provider_id')))
    union all select started_on, 'start', null, null, null, coalesce(put_right.funding_stream, started.funding_stream)
              from counted_case join started on started.case_id = counted_case.case_id
              left join put_right on put_right.referral_id = started.referral_id
    union all select closed_on, 'closure', null, null, null, null from counted_case
    union all select happened_on, activity, null, null, null, null from activity where programme_id = :programme
), told as (
    select *, 1 + extract(year from age(day, cast(:starts_on as date))) as year from happened where day is not null
)
select cast(year as integer) as year,
       count(*) filter (where what = 'referral') as referrals,
       count(*) filter (where is_return) as "returning",
       count(*) filter (where under_25) as under_25,
       count(*) filter (where 'offending' = any(needs)) as offending,
       count(*) filter (where what = 'support') as helped_once,
       count(*) filter (where what = 'start' and stream = 'lcf') as starts_lcf,
       count(*) filter (where what = 'start' and stream = 'historic') as starts_historic,
       count(*) filter (where what = 'closure') as closures,
       count(*) filter (where what = :drop_ins) as drop_ins,
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
    parameters = {"programme": programme_id, "starts_on": starts_on, "drop_ins": Activity.DROP_INS}
    return rows(await session.execute(BY_YEAR, parameters))


async def referrals_by_source(session: AsyncSession, programme_id: str) -> list[dict[str, Any]]:
    return rows(await session.execute(BY_SOURCE, {"programme": programme_id}))


async def people_with(
    session: AsyncSession, programme_id: str, codes: Sequence[str], accepted_states: Sequence[str]
) -> dict[str, Any]:
    """Accepted outcomes of these codes, or of any, and how many people have them."""
    parameters = {"programme": programme_id, "codes": list(codes), "accepted": list(accepted_states)}
    [row] = rows(await session.execute(PEOPLE_WITH, parameters))
    return row
