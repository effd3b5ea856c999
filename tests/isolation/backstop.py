"""The floor under every query: what is seen when nothing is asked but the table."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Viewpoint, look_from
from tests.isolation.worlds import (
    AGENCY,
    ELSEWHERE,
    OTHER_AGENCY,
    OWN,
    OWNERS_OF,
    PARTNER,
    PROGRAMME,
    RECORD,
    STRANGER,
    UUID_LIKE,
    Marks,
    World,
)

REQUESTS = 2_500
"""For each of the four services: 10,000 together."""
AT_ONCE = 8
UNGUARDED = """
select c.relname from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'alembic%'
  and (not c.relrowsecurity or not c.relforcerowsecurity
       or not exists (select 1 from pg_policy p where p.polrelid = c.oid))
order by 1
"""
BOUNDLESS = """
select p.tablename || ' to ' || array_to_string(p.roles, ', ') from pg_policies p
where p.schemaname = 'public' and p.permissive = 'PERMISSIVE' and not p.roles <@ array[$1 || '_worker']::name[]
  and exists (select 1 from information_schema.columns c where c.table_schema = 'public'
              and c.table_name = p.tablename and c.column_name = 'programme_id')
  and (coalesce(p.qual, p.with_check) not like '%app.programme%'
       or coalesce(p.with_check, p.qual) not like '%app.programme%')
  and not (p.tablename in ('inbox', 'webhook', 'webhook_delivery') and p.roles = array[$1 || '_main']::name[])
  and not (p.cmd = 'SELECT' and p.roles = array[$1 || '_installation']::name[])
order by 1
"""
"""Of the inbox and of webhooks `main` has columns that count, and none that names anyone: readiness tells of every
programme.

What services read of every programme is told apart by `CARRIED`."""
CARRIED = """
select table_name || ' ' || lower(privilege_type) from information_schema.role_table_grants
where grantee = $1 || '_installation' order by 1
"""
"""What the services' own viewpoint may do with which table."""
BYPASSING = """
select rolname from pg_roles
where rolname like $1 and (rolbypassrls or rolsuper or rolcreaterole or rolinherit)
"""
OF_NOBODY = {"relay", "pending", "sealer", "audit_unsealed"}
"""Positions in the log, without a word about anyone."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """From where someone looks, and whose things they may then see; `None` is the whole programme's."""

    viewpoint: Viewpoint | None
    """None: as the service itself, which keeps everybody's record."""
    programme: str
    organisation: str
    owners: frozenset[str] | None = None


def tenants() -> list[Tenant]:
    """Everyone with something in a world, and some with nothing: nobody, and nobody's programme."""
    provider, partnership, agency = Viewpoint.PROVIDER, Viewpoint.PARTNERSHIP, Viewpoint.AGENCY
    nothing: frozenset[str] = frozenset()
    elsewhere = frozenset({ELSEWHERE})
    return [
        Tenant(partnership, PROGRAMME, "kbop-prime"),
        Tenant(partnership, ELSEWHERE, "kbop-prime"),
        Tenant(partnership, "", ""),
        Tenant(None, PROGRAMME, OWN, OWNERS_OF[OWN]),
        Tenant(None, PROGRAMME, STRANGER, OWNERS_OF[STRANGER]),
        Tenant(None, ELSEWHERE, STRANGER, nothing),
        Tenant(None, "", "", nothing),
        Tenant(provider, PROGRAMME, OWN, OWNERS_OF[OWN]),
        Tenant(provider, PROGRAMME, PARTNER, OWNERS_OF[PARTNER]),
        Tenant(provider, PROGRAMME, STRANGER, OWNERS_OF[STRANGER]),
        Tenant(provider, PROGRAMME, "", nothing),
        Tenant(provider, PROGRAMME, "nobody", nothing),
        Tenant(provider, ELSEWHERE, OWN, elsewhere),
        Tenant(provider, ELSEWHERE, STRANGER, nothing),
        Tenant(agency, PROGRAMME, AGENCY, OWNERS_OF[AGENCY]),
        Tenant(agency, PROGRAMME, OTHER_AGENCY, OWNERS_OF[OTHER_AGENCY]),
        Tenant(agency, PROGRAMME, "", nothing),
        Tenant(agency, ELSEWHERE, AGENCY, elsewhere),
    ]


async def unguarded(world: World) -> list[str]:
    """Tables without row-level security, or without forcing it, or without a policy."""
    return [row[0] for row in await world.admin.fetch(UNGUARDED)]


async def boundless(world: World) -> list[str]:
    """Policies by which anyone but the worker sees or writes more than one programme of a table that has them."""
    return [row[0] for row in await world.admin.fetch(BOUNDLESS, world.service)]


async def carried_on(world: World) -> list[str]:
    """What services may do with the tables of every programme: `outbox select`."""
    return [row[0] for row in await world.admin.fetch(CARRIED, world.service)]


async def above_the_law(world: World) -> list[str]:
    """Roles of the service that row-level security would not hold, or that inherit what they should take on."""
    return [row[0] for row in await world.admin.fetch(BYPASSING, f"{world.service}\\_%")]


async def seen(world: World, tenant: Tenant, table: str) -> list[dict[str, Any]] | None:
    """All rows a viewpoint sees of a table; none where it has no grant at all."""
    try:
        async with world.door.app.state.sessions.begin() as session:
            await look_from(session, world.service, tenant.viewpoint, tenant.programme, tenant.organisation)
            found = await session.execute(text(f"select to_jsonb(t) as row, t::text as told from {table} t"))  # noqa: S608 - our own names
            return [dict(row) for row in found.mappings()]
    except DBAPIError as error:
        if "permission denied" in str(error):
            return None
        raise


async def foreign_rows(world: World, marks: Marks, tenant: Tenant) -> tuple[list[str], dict[str, int]]:
    """Every row seen that is somebody else's, as a sentence; and how many rows were seen of each table.

    A programme's own record of requests also names what was asked for in vain: whoever reads all of it may see that.
    """
    hidden = marks.hidden_from(tenant.programme, tenant.owners)
    faults: list[str] = []
    counted: dict[str, int] = {}
    for table in sorted(set(await world.tables()) - OF_NOBODY):
        rows = await seen(world, tenant, table)
        counted[table] = len(rows or ())
        told_by_the_asker = table in RECORD and tenant.owners is None
        for row in rows or ():
            programme = row["row"].get("programme_id")
            leaked = not told_by_the_asker and hidden & set(UUID_LIKE.findall(row["told"]))
            withheld = tenant.organisation != OWN and tenant.viewpoint is Viewpoint.PROVIDER
            secret = withheld and any(word in row["told"] for word in world.secrets)
            if programme != tenant.programme or leaked or secret:
                faults.append(f"{tenant} sees in {table}: {row['told'][:200]}")
    return faults, counted


async def carried_over(world: World) -> list[str]:
    """Sentences about tenants found where another had been, over connections they share, many at once."""
    everyone, tables = tenants(), sorted(set(await world.tables()) - OF_NOBODY)
    expected = {(tenant, table): await digest(world, tenant, table) for tenant in everyone for table in tables}
    draw = Random(8)  # noqa: S311 - a fixed shuffle
    work = [(everyone[place % len(everyone)], draw.choice(tables)) for place in range(REQUESTS)]
    faults: list[str] = []

    async def one_after_another(mine: Sequence[tuple[Tenant, str]]) -> None:
        for tenant, table in mine:
            if await digest(world, tenant, table) != expected[tenant, table]:
                faults.append(f"{tenant} saw in {table} what another may")

    await asyncio.gather(*(one_after_another(work[start::AT_ONCE]) for start in range(AT_ONCE)))
    return faults + await left_behind(world)


async def digest(world: World, tenant: Tenant, table: str) -> tuple[int, int] | None:
    """How many rows a viewpoint sees of a table, and a sum over them; none when it may not look."""
    try:
        async with world.door.app.state.sessions.begin() as session:
            await look_from(session, world.service, tenant.viewpoint, tenant.programme, tenant.organisation)
            asked = text(f"select count(*), coalesce(sum(hashtext(t::text)), 0)::bigint from {table} t")  # noqa: S608 - our own names
            found = (await session.execute(asked)).one()
            return found[0], found[1]
    except DBAPIError as error:
        if "permission denied" in str(error):
            return None
        raise


async def left_behind(world: World) -> list[str]:
    """What a pooled connection still says about the tenant before, at the beginning of a transaction."""

    async def look() -> str:
        async with world.door.app.state.sessions.begin() as session:
            await asyncio.sleep(0)
            found = await session.execute(
                text(
                    "select coalesce(current_setting('app.programme', true), '')"
                    " || coalesce(current_setting('app.organisation', true), '')"
                    " || case when current_user = session_user then '' else current_user end"
                )
            )
            return str(found.scalar_one())

    return [left for left in await asyncio.gather(*(look() for _ in range(AT_ONCE))) if left]


DELETABLE = """
select grantee || ' ' || lower(privilege_type) || ' ' || table_name from information_schema.role_table_grants
where grantee like $1 || '\\_%' and grantee not in ($1 || '_owner', $1 || '_worker')
  and privilege_type in ('DELETE', 'TRUNCATE') order by 1
"""
UPDATABLE = """
select table_name, min(column_name) from information_schema.role_column_grants
where grantee = $1 and privilege_type = 'UPDATE' and table_schema = 'public' group by table_name order by 1
"""
WRITABLE = """
select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'
"""
"""What the database does not fill in itself."""
REFUSED = ("permission denied", "row-level security", "a version")
"""How the database says no; the last is what triggers say of rate cards, which ask before the policies do."""
MOST_OF_A_TABLE = 3
"""Foreign rows that are tried of each table."""


async def deletable(world: World) -> list[str]:
    """What anyone but the worker may delete: `claims_main delete claim`."""
    return [row[0] for row in await world.admin.fetch(DELETABLE, world.service)]


async def foreign_changes(world: World, marks: Marks, tenant: Tenant) -> list[str]:
    """Every row of somebody else's that a tenant can change or write by SQL of its own, as a sentence."""
    hidden = marks.hidden_from(tenant.programme, tenant.owners if tenant.viewpoint else None)
    role = f"{world.service}_{tenant.viewpoint or 'main'}"
    columns = {str(row[0]): str(row[1]) for row in await world.admin.fetch(UPDATABLE, role)}
    where = "true" if tenant.owners else f"coalesce(to_jsonb(t) ->> 'programme_id', '') <> '{tenant.programme}'"
    faults: list[str] = []
    for table, rows in (await world.dump()).items():
        if table in OF_NOBODY:
            continue
        apart = frozenset[str]() if table in RECORD | world.shared else hidden
        if column := columns.get(table):
            anybodys = f"update {table} as t set {column} = {column} where {where} returning to_jsonb(t)::text"  # noqa: S608 - our own names
            changed = [row for row in await tried(world, tenant, anybodys) if is_foreign(row, tenant, apart)]
            faults += [f"{tenant} changed in {table}: {row[:200]}" for row in changed]
        theirs = [told for row in rows if is_foreign(told := json.dumps(row), tenant, apart)]
        written = await world.admin.fetchval(WRITABLE, table) if theirs else ""
        for row in theirs[:MOST_OF_A_TABLE]:
            made = f"select {written} from jsonb_populate_record(null::{table}, :row)"  # noqa: S608 - our own names
            into = f"insert into {table} ({written}) overriding system value {made} returning 1"
            if await tried(world, tenant, into, row=row):
                faults.append(f"{tenant} wrote into {table}: {row[:200]}")
    return faults


def is_foreign(row: str, tenant: Tenant, hidden: frozenset[str]) -> bool:
    """Of another programme, or with an id that is not the tenant's to see."""
    programme = json.loads(row).get("programme_id")
    return (programme is not None and programme != tenant.programme) or bool(hidden & set(UUID_LIKE.findall(row)))


async def tried(world: World, tenant: Tenant, statement: str, **values: str) -> list[str]:
    """What a statement of a tenant's own gives back before it is undone; nothing where it is refused."""
    async with world.door.app.state.sessions() as session:
        await look_from(session, world.service, tenant.viewpoint, tenant.programme, tenant.organisation)
        try:
            return [str(row[0]) for row in await session.execute(text(statement), values)]
        except DBAPIError as error:
            if any(why in str(error) for why in REFUSED):
                return []
            raise
        finally:
            await session.rollback()
