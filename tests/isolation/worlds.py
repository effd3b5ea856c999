"""A service in which two programmes and several organisations each have something of their own.

`world.belongs(owner, id)` names what a thing hangs on; every identifier the database keeps together with it is then
that owner's too, and must never be found in an answer to somebody else.
"""

import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import FastAPI

from common.messaging.relay import NumberedRecord, relay_once
from common.settings import ServiceSettings
from tests.parts.api import SIMULATED_AT, FrontDoor, front_door, someone
from tests.parts.postgres import Databases, connect

PROGRAMME, ELSEWHERE = "kbop", "calder"
OWN, PARTNER, STRANGER = "fusion-housing", "making-space", "horton"
"""The provider whose things are asked for, the one that works with it on some, and one that has no part in them."""
AGENCY, OTHER_AGENCY = "hm-prisons", "kirklees-neighbourhood-housing"
JOINT, UNPLACED = "joint", "unplaced"
"""What `OWN` leads and `PARTNER` works on with it; and what `AGENCY` referred that is nobody's yet."""
OWNERS_OF = {
    OWN: frozenset({OWN, JOINT}),
    PARTNER: frozenset({PARTNER, JOINT}),
    STRANGER: frozenset({STRANGER}),
    AGENCY: frozenset({OWN, JOINT, UNPLACED}),
    OTHER_AGENCY: frozenset({PARTNER, STRANGER}),
}
"""Whose things each may see."""

PROVIDER_ROLES = frozenset({"caseworker", "contracts-officer", "provider-manager", "provider-system", "peer-mentor"})
AGENCY_ROLES = frozenset({"referrer", "participant"})
HOMES = {
    "council": ("kirklees-council", "council"),
    "lcf": ("lcf", "fund"),
    "investor": ("investors", "fund"),
    "auditor": ("quarterly-audit", "auditor"),
    "operator": ("operations", "operator"),
    "service": ("services", "service"),
}
ALL_OF = "select to_jsonb(t) from {table} t"
VERSIONED = """
select c.relname, key.attname, version.attname from pg_class c
join pg_index i on i.indrelid = c.oid and i.indisprimary and i.indnatts = 1
join pg_attribute key on key.attrelid = c.oid and key.attnum = i.indkey[0] and key.atttypid = 'uuid'::regtype
cross join lateral (
    select attname from pg_attribute where attrelid = c.oid and attname in ('version', 'revision')
      and atttypid in ('int4'::regtype, 'int8'::regtype) order by attname desc limit 1) version
where c.relnamespace = 'public'::regnamespace order by 1
"""
"""Every table of things that have a version, the column they are named by, and the one that counts."""
RECORD = {"audit", "audit_unsealed", "audit_seal", "idempotency"}
"""Kept for every request, also for one that is answered with nothing."""
UUID_LIKE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_local(role: str) -> bool:
    """Whether someone of the role sees an organisation's share of the programme only."""
    return role in PROVIDER_ROLES | AGENCY_ROLES


@cache
def bearer(role: str, organisation: str | None = None, programme: str = PROGRAMME) -> str:
    """The token of someone with one role, at the organisation given or where the role is at home."""
    if role in PROVIDER_ROLES:
        organisation, kind = organisation or OWN, "provider"
    elif role in AGENCY_ROLES:
        organisation, kind = organisation or AGENCY, "agency"
    else:
        home, kind = HOMES.get(role.split("-")[0], ("kbop-prime", "prime"))
        organisation = organisation or home
    return someone(role, organisation=organisation, kind=kind, programme=programme)


class Published:
    """A bus nobody listens to: the relay numbers the log and is done."""

    async def publish(self, batch: Iterable[NumberedRecord]) -> None: ...


@dataclass(slots=True)
class World:
    """A started service with its programmes loaded, and who owns what in it."""

    door: FrontDoor
    admin: Any
    at: datetime = SIMULATED_AT
    shared: frozenset[str] = frozenset()
    """Tables whose rows hold things of several owners together."""
    secrets: frozenset[str] = frozenset()
    """Words that no provider but `OWN` may read, not even on a case they share."""
    seeds: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    kept: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def service(self) -> str:
        return self.door.app.state.service

    @property
    def name(self) -> str:
        return self.service.replace("_", "-")

    def belongs(self, owner: str, *ids: object) -> None:
        self.seeds[owner] |= {str(each) for each in ids}

    async def send(self, method: str, path: str, who: str, body: Any = None, **more: Any) -> Any:
        """The answer to a step of the setting-up, which must come about."""
        said: dict[str, Any] = {"at": self.at}
        answer = await self.door.send(method, path, who, body, **said | more)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def post(self, path: str, who: str, body: Any = None, **more: Any) -> Any:
        return await self.send("POST", path, who, body, **more)

    async def version_of(self, *ids: str) -> int | None:
        """At what version the last of these things is that has one."""
        for each in reversed([each for each in ids if UUID_LIKE.fullmatch(each)]):
            for table, key, counted in await self.admin.fetch(VERSIONED):
                found = f"select {counted} from {table} where {key} = $1"  # noqa: S608 - our own names
                if (version := await self.admin.fetchval(found, each)) is not None:
                    return version
        return None

    async def relay(self) -> None:
        """Number everything announced, so that the feed shows it."""
        while await relay_once(self.door.worker, Published()):
            pass

    async def tables(self) -> list[str]:
        found = await self.admin.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and relname not like 'alembic%' order by relname"
        )
        return [row["relname"] for row in found]

    async def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, whoever it belongs to."""
        return {
            table: [json.loads(row[0]) for row in await self.admin.fetch(ALL_OF.format(table=table))]
            for table in await self.tables()
        }

    async def state(self, programme: str | None = None) -> dict[str, tuple[int, str]]:
        """The size and a digest of every table but the audit; of one programme's rows only, if it is named."""
        only = "" if programme is None else f" where coalesce(to_jsonb(t) ->> 'programme_id', '') = '{programme}'"
        tables = [table for table in await self.tables() if not table.startswith("audit") and table != "sealer"]
        counted = " union all ".join(
            f"select '{table}', count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '')"  # noqa: S608 - our own names
            f" from {table} t{only}"
            for table in tables
        )
        return {row[0]: (row[1], row[2]) for row in await self.admin.fetch(counted)}


@dataclass(frozen=True, slots=True)
class Marks:
    """Which identifiers are whose."""

    of_owner: Mapping[str, frozenset[str]]
    of_programme: Mapping[str, frozenset[str]]

    def hidden_from(self, programme: str, owners: frozenset[str] | None) -> frozenset[str]:
        """What may not be told to someone of a programme who may see all of it, or these owners' things."""
        hidden: set[str] = set()
        for name, ids in self.of_programme.items():
            if name != programme:
                hidden |= ids
        for owner, ids in self.of_owner.items():
            if owners is not None and owner not in owners:
                hidden |= ids
        return frozenset(hidden)


async def marks_in(world: World) -> Marks:
    """Sort every identifier in the database by owner and by programme."""
    groups = Groups()
    of_programme: dict[str, set[str]] = defaultdict(set)
    for table, rows in (await world.dump()).items():
        for row in rows:
            ids = set(UUID_LIKE.findall(json.dumps(row)))
            if table not in RECORD and row.get("programme_id"):
                of_programme[row["programme_id"]] |= ids
            if table not in RECORD | world.shared | {"log", "webhook_delivery"}:
                groups.join(ids)
    of_owner = {owner: groups.around(ids) for owner, ids in world.seeds.items()}
    owners = list(of_owner)
    for place, owner in enumerate(owners):
        for other in owners[place + 1 :]:
            assert not of_owner[owner] & of_owner[other], f"{owner} and {other} hang together in the test's own world"
    assert not of_programme[PROGRAMME] & of_programme[ELSEWHERE]
    return Marks(of_owner, {name: frozenset(ids) for name, ids in of_programme.items()})


class Groups:
    """Identifiers that stand in one row belong together, and so on."""

    def __init__(self) -> None:
        self._leads: dict[str, str] = {}

    def join(self, ids: Iterable[str]) -> None:
        first, *others = [self._lead(each) for each in ids] or [""]
        for other in others:
            self._leads[self._lead(other)] = self._lead(first)

    def around(self, ids: Iterable[str]) -> frozenset[str]:
        leads = {self._lead(each) for each in ids}
        return frozenset(each for each in list(self._leads) if self._lead(each) in leads)

    def _lead(self, each: str) -> str:
        self._leads.setdefault(each, each)
        while (lead := self._leads[each]) != each:
            self._leads[each] = self._leads[lead]
            each = lead
        return each


@asynccontextmanager
async def opened(
    databases: Databases, service: str, create_app_for: Callable[[ServiceSettings], FastAPI], **more: Any
) -> AsyncGenerator[World]:
    """A started service with nobody in it yet; `more` are the world's own fields."""
    async with front_door(databases, service, create_app_for, **more.pop("settings", {})) as door:
        admin = await connect(door.database.admin_dsn)
        try:
            yield World(door, admin, **more)
        finally:
            await admin.close()
