"""A sandbox: a programme in which nothing is real, and each organisation in it has a clock of its own (ADR 0036).

That a programme is one is said in a row that comes before the programme's own and is never taken away. Whatever else
belongs to a sandbox hangs on that row, so that no real programme can have any of it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import LONDON, london_date
from common.database import ORGANISATION, PROGRAMME, Migrating, Sessions, look_from, protect
from rulebook.refusal import Refusal

REAL_FOR_SECONDS = 10.0
"""So long a programme that is loaded and no sandbox is not asked about again."""
MORNING = time_of_day(9)
TABLES = (
    """
create table sandbox (
    programme_id text constraint pk_sandbox primary key, starts_on date not null, ends_on date not null,
    constraint ck_sandbox_dates check (starts_on <= ends_on)
)
""",
    """
create table sandbox_clock (
    programme_id text not null, organisation text not null, now timestamptz not null,
    constraint pk_sandbox_clock primary key (programme_id, organisation),
    constraint fk_sandbox_clock_programme_id_sandbox foreign key (programme_id) references sandbox
)
""",
    "create view loaded_programme with (security_invoker = true) as select programme_id from {table}",
    """
create function real_programmes_stay_real() returns trigger language plpgsql as $$
begin
    if exists (select from loaded_programme where programme_id = new.programme_id) then
        raise exception 'the programme % is real', new.programme_id using errcode = 'check_violation';
    end if;
    return new;
end $$
""",
    """
create trigger real_programmes_stay_real before insert on sandbox
for each row execute function real_programmes_stay_real()
""",
)
LOOK = text("""
select sandbox.starts_on, sandbox.ends_on, clock.now,
       exists (select from loaded_programme where programme_id = :programme) as loaded
from (values (cast(:programme as text))) as asked (programme_id)
left join sandbox using (programme_id)
left join sandbox_clock as clock on clock.programme_id = sandbox.programme_id and clock.organisation = :organisation
""")
DATES = text("select starts_on, ends_on from sandbox where programme_id = :programme")
OPEN = text("insert into sandbox (programme_id, starts_on, ends_on) values (:programme, :starts_on, :ends_on)")
REDATE = text("update sandbox set starts_on = :starts_on, ends_on = :ends_on where programme_id = :programme")
SET = text("""
insert into sandbox_clock (programme_id, organisation, now) values (:programme, :organisation, :now)
on conflict (programme_id, organisation) do update set now = excluded.now
""")
CLOCKS = text("""
select organisation, now from sandbox_clock where programme_id = :programme and organisation > :after
order by organisation limit :limit
""")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox as one organisation has it: between which days clocks may stand, and where this one stands."""

    starts_on: date
    ends_on: date
    now: datetime


def keep_sandboxes(op: Migrating, service: str, table: str) -> None:
    """Create what says which programmes are sandboxes; `table` has a row of each programme that is loaded.

    A provider reads that its programme is one, and sets its own clock; operators alone open one.
    """
    op.execute("set local lock_timeout = '2s'")
    for statement in TABLES:
        op.execute(statement.format(table=table))
    protect(op, service, "sandbox", provider="true")
    protect(op, service, "sandbox_clock", provider="organisation = {org}")
    op.execute(f"revoke insert, update on sandbox from {service}_provider")
    op.execute(f"grant select on loaded_programme to {service}_main, {service}_partnership, {service}_worker")
    op.execute(f"grant select (programme_id) on {table} to {service}_main")
    mine = f"programme_id = {PROGRAMME}"
    own = f"{mine} and organisation = {ORGANISATION}"
    for each, condition in ((table, mine), ("sandbox", mine), ("sandbox_clock", own)):
        op.execute(f"create policy sandboxes on {each} for select to {service}_main using ({condition})")
    op.execute(f"grant select on sandbox, sandbox_clock to {service}_main")


class Sandboxes:
    """Which programmes are sandboxes: asked for each request in one, and every few seconds of a real one."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._real_until: dict[str, float] = {}

    async def of(self, programme_id: str, organisation: str) -> Sandbox | None:
        """The sandbox as the organisation has it; none where the programme is real, or not loaded."""
        if time.monotonic() < self._real_until.get(programme_id, 0):
            return None
        async with self._sessions.begin() as session:
            await look_from(session, "", None, programme_id, organisation)
            row = (await session.execute(LOOK, {"programme": programme_id, "organisation": organisation})).one()
        if row.starts_on is not None:
            return Sandbox(row.starts_on, row.ends_on, row.now or first_morning(row.starts_on))
        if row.loaded:
            self._real_until[programme_id] = time.monotonic() + REAL_FOR_SECONDS
        return None


def first_morning(starts_on: date) -> datetime:
    """Where a clock stands that was not set yet: at nine, London's time, on the first day."""
    return datetime.combine(starts_on, MORNING, LONDON).astimezone(UTC)


def clock_goes_forward(sandbox: Sandbox, to: datetime) -> Refusal | None:
    """Time does not go back: what was done then stays done."""
    if to >= sandbox.now:
        return None
    return Refusal(
        "clock_goes_back",
        f"Your clock stands at {sandbox.now.isoformat()}, later than that.",
        "Set it to a later time, or begin again with a reset.",
    )


def clock_stays_within_the_programme(sandbox: Sandbox, to: datetime) -> Refusal | None:
    """Nothing of the programme happens before it begins or after it ends."""
    if sandbox.starts_on <= london_date(to) <= sandbox.ends_on:
        return None
    return Refusal(
        "clock_outside_the_programme",
        f"The programme runs from {sandbox.starts_on} to {sandbox.ends_on}.",
        "Set the clock to a time between these days.",
    )


CLOCK_RULES = (clock_goes_forward, clock_stays_within_the_programme)


async def dates_of(session: AsyncSession, programme_id: str) -> tuple[date, date] | None:
    """Between which days the clocks of a sandbox may stand; none where the programme is no sandbox."""
    row = (await session.execute(DATES, {"programme": programme_id})).one_or_none()
    return None if row is None else (row.starts_on, row.ends_on)


async def open_sandbox(session: AsyncSession, programme_id: str, starts_on: date, ends_on: date) -> None:
    """Say that a programme is a sandbox, before it is loaded; the database refuses it of one that is."""
    await session.execute(OPEN, {"programme": programme_id, "starts_on": starts_on, "ends_on": ends_on})


async def redate_sandbox(session: AsyncSession, programme_id: str, starts_on: date, ends_on: date) -> None:
    """Take the dates of a sandbox as its folder has them by now."""
    await session.execute(REDATE, {"programme": programme_id, "starts_on": starts_on, "ends_on": ends_on})


async def set_clock(session: AsyncSession, programme_id: str, organisation: str, now: datetime) -> None:
    """Have an organisation's clock stand there; ask `CLOCK_RULES` first."""
    await session.execute(SET, {"programme": programme_id, "organisation": organisation, "now": now})


async def clocks_of(session: AsyncSession, programme_id: str, after: str, limit: int) -> Sequence[Any]:
    """Every clock that was set, by organisation."""
    parameters = {"programme": programme_id, "after": after, "limit": limit}
    return (await session.execute(CLOCKS, parameters)).all()
