"""What evaluations publish of a programme, counted from what was heard."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

BY_YEAR = text("""
with told as (
    select type, facts, referral.under_25, 1 + extract(
               year from age(cast(occurred_at at time zone 'Europe/London' as date), cast(:starts_on as date))) as year
    from heard_event
    left join referral on type = 'ReferralReceived' and referral.programme_id = heard_event.programme_id
      and referral.referral_id = cast(facts ->> 'referral_id' as uuid)
    left join support_case on support_case.programme_id = heard_event.programme_id
      and support_case.case_id = cast(facts ->> 'case_id' as uuid)
    where heard_event.programme_id = :programme and duplicate_on is null
      and closure_reason is distinct from 'duplicate'
)
select cast(year as integer) as year,
       count(*) filter (where type = 'ReferralReceived') as referrals,
       count(*) filter (where type = 'ReferralReceived' and cast(facts ->> 'returning' as boolean)) as "returning",
       count(*) filter (where type = 'ReferralReceived' and under_25) as under_25,
       count(*) filter (where type = 'ReferralReceived' and facts -> 'needs' ? 'offending') as offending,
       count(*) filter (where type = 'TriageSupportProvided') as helped_once,
       count(*) filter (where type = 'CaseStarted' and facts ->> 'funding_stream' = 'lcf') as starts_lcf,
       count(*) filter (where type = 'CaseStarted' and facts ->> 'funding_stream' = 'historic') as starts_historic,
       count(*) filter (where type = 'CaseClosed') as closures,
       count(*) filter (where type = 'JointWorkAgreed') as joint_cases,
       count(*) filter (where type = 'ClaimSubmitted') as claims_submitted,
       count(*) filter (where type = 'EvidenceReturned') as claims_returned,
       count(*) filter (where type = 'ClaimQueried') as claims_queried
from told group by 1 order by 1
""")

BY_SOURCE = text("""
select coalesce(source, 'unknown') as source, count(*) as referrals from referral
where programme_id = :programme and referred_on is not null and duplicate_on is null group by 1 order by 1
""")

PEOPLE_WITH = text("""
select count(*) as outcomes,
       count(distinct coalesce(alias.participant_id, outcome.participant_id)) as people
from outcome left join participant_alias as alias
  on alias.programme_id = outcome.programme_id and alias.alias_id = outcome.participant_id
where outcome.programme_id = :programme and claim_state = any(:accepted) and taken_back_on is null
  and (cardinality(cast(:codes as text[])) = 0 or outcome.outcome = any(:codes))
""").bindparams(bindparam("codes", type_=ARRAY(Text)), bindparam("accepted", type_=ARRAY(Text)))


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
