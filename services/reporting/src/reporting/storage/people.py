"""How many people the programme has reached."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

PEOPLE = text("""
select (select count(distinct coalesce(alias.participant_id, support_case.participant_id))
        from support_case left join participant_alias as alias
          on alias.programme_id = support_case.programme_id and alias.alias_id = support_case.participant_id
        where support_case.programme_id = :programme and started_on is not null
          and closure_reason is distinct from 'duplicate') as started,
       count(*) filter (where known_before) as known_before, count(*) as referred
from referral where programme_id = :programme and referred_on is not null and duplicate_on is null
""")


@dataclass(frozen=True, slots=True)
class People:
    """Participants who started, and referrals received: of people known before, and in all."""

    started: int
    known_before: int
    referred: int


async def people_to_date(session: AsyncSession, programme_id: str) -> People:
    [found] = rows(await session.execute(PEOPLE, {"programme": programme_id}))
    return People(**found)
