"""How many people the programme has reached."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows
from rulebook.codes import CLOSED_AS_DUPLICATE

PERSONS = """
survivor (record_id, participant_id) as (
    select alias_id, participant_id from participant_alias
    where programme_id = :programme and participant_id is not null
    union
    select survivor.record_id, alias.participant_id
    from survivor join participant_alias as alias on alias.alias_id = survivor.participant_id
    where alias.programme_id = :programme and alias.participant_id is not null
), person as (
    select record_id, participant_id from survivor
    where not exists (select from survivor as further where further.record_id = survivor.participant_id)
)
"""
"""For `with recursive`: whose record each alias is in the end, however many were joined after one another."""

COUNTED_REFERRALS = """
counted_referral as (
    select referral.*,
           known_before or row_number() over (
               partition by coalesce(person.participant_id, referral.participant_id)
               order by referred_on, known_before, referral_id
           ) > 1 as is_return
    from referral left join person on person.record_id = referral.participant_id
    where referral.programme_id = :programme and referred_on is not null and duplicate_on is null
)
"""
"""After `PERSONS`: referrals without duplicates, and whether each is a return of somebody known before."""

COUNTED_CASES = f"""
counted_case as (
    select * from support_case
    where programme_id = :programme and closure_reason is distinct from '{CLOSED_AS_DUPLICATE}'
)
"""  # noqa: S608 - nothing anybody sent is in it
"""Cases but for those of duplicates, whose participants have another (BR-A5)."""

PEOPLE = text(f"""
with recursive {PERSONS}, {COUNTED_REFERRALS}, {COUNTED_CASES}
select (select count(distinct coalesce(person.participant_id, counted_case.participant_id))
        from counted_case left join person on person.record_id = counted_case.participant_id
        where started_on is not null) as started,
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
    [row] = rows(await session.execute(PEOPLE, {"programme": programme_id}))
    return People(**row)
