"""What the tracker counts, straight from the rows, on request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows
from reporting.domain.standing import ADDED_VALUE_REFUSALS, Tally

REFERRALS, STARTS = "referrals", "new-starts"
"""The tracker's activity rows, as every programme calls them."""
ADDED_VALUE = {"added_value": sorted(ADDED_VALUE_REFUSALS)}

OUTCOMES = text("""
select outcome, claim_state, withdrawn_on is not null as withdrawn,
       coalesce(accepted_on <= :last_day, false) as accepted, refusals && :added_value as added_value, count(*) as count
from outcome
where programme_id = :programme and achieved_on <= :last_day
  and (cast(:provider as text) is null or provider_id = :provider)
group by 1, 2, 3, 4, 5
""").bindparams(bindparam("added_value", type_=ARRAY(Text)))

OF_A_PROVIDER = text("""
select (select count(*) from support_case
        where programme_id = :programme and provider_id = :provider and started_on <= :last_day) as starts,
       (select count(*) from allocation
        where programme_id = :programme and provider_id = :provider and allocated_on <= :last_day
          and declined_on is null) as referrals
""")
# Two statements: a provider may not so much as name `referral`, which a plan made for both of them would.
OF_THE_PARTNERSHIP = text("""
select (select count(*) from support_case where programme_id = :programme and started_on <= :last_day) as starts,
       (select count(*) from referral where programme_id = :programme and referred_on <= :last_day) as referrals
""")

PEOPLE = text("""
select (select count(distinct coalesce(alias.participant_id, support_case.participant_id))
        from support_case left join participant_alias as alias
          on alias.programme_id = support_case.programme_id and alias.alias_id = support_case.participant_id
        where support_case.programme_id = :programme and started_on is not null) as started,
       count(*) filter (where known_before) as known_before, count(*) as referred
from referral where programme_id = :programme and referred_on is not null
""")


@dataclass(frozen=True, slots=True)
class People:
    """Participants who started, and referrals received: of people known before, and in all."""

    started: int
    known_before: int
    referred: int


async def outcome_tallies(
    session: AsyncSession, programme_id: str, provider_id: str | None, last_day: date
) -> list[Tally]:
    """Outcomes achieved by the last day, those that are alike counted together."""
    found = await session.execute(OUTCOMES, _asked(programme_id, provider_id, last_day) | ADDED_VALUE)
    return [Tally(**row) for row in rows(found)]


async def activity_to_date(
    session: AsyncSession, programme_id: str, provider_id: str | None, last_day: date
) -> Mapping[str, int]:
    """Referrals and new starts to date, by tracker row. A provider's referrals are those placed with it and kept."""
    activity = OF_A_PROVIDER if provider_id else OF_THE_PARTNERSHIP
    found = (await session.execute(activity, _asked(programme_id, provider_id, last_day))).one()
    return {REFERRALS: found.referrals, STARTS: found.starts}


async def people_to_date(session: AsyncSession, programme_id: str) -> People:
    [found] = rows(await session.execute(PEOPLE, {"programme": programme_id}))
    return People(**found)


def _asked(programme_id: str, provider_id: str | None, last_day: date) -> dict[str, object]:
    return {"programme": programme_id, "provider": provider_id, "last_day": last_day}
