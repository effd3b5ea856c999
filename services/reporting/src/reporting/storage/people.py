"""How many people the programme has reached."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

COUNTED_REFERRALS = """
counted_referral as (
    select referral.*,
           known_before or row_number() over (
               partition by coalesce(alias.participant_id, referral.participant_id) order by referred_on, known_before, referral_id
           ) > 1 as is_return
    from referral left join participant_alias as alias
      on alias.programme_id = referral.programme_id and alias.alias_id = referral.participant_id
    where referral.programme_id = :programme and referred_on is not null and duplicate_on is null
)
"""
"""Referrals without duplicates, and whether each is a return of somebody known before, under whatever record."""

PEOPLE = text(f"""
with {COUNTED_REFERRALS}
select (select count(distinct coalesce(alias.participant_id, support_case.participant_id))
        from support_case left join participant_alias as alias
          on alias.programme_id = support_case.programme_id and alias.alias_id = support_case.participant_id
        where support_case.programme_id = :programme and started_on is not null) as started,
       count(*) filter (where is_return) as returning, count(*) as referred
from counted_referral
""")  # noqa: S608 - nothing anybody sent is in it


@dataclass(frozen=True, slots=True)
class People:
    """Participants who started, and referrals received: of people known before, and in all."""

    started: int
    returning: int
    referred: int


async def people_to_date(session: AsyncSession, programme_id: str) -> People:
    [found] = rows(await session.execute(PEOPLE, {"programme": programme_id}))
    return People(**found)
