import asyncio
from random import Random
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from common.contracts import cases, claims, referrals
from common.ids import new_id
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for
from reporting.storage.tables.base import Base
from tests.parts.api import front_door, records_of
from tests.parts.postgres import Databases, connect
from tests.reporting.recount import a_life
from tests.reporting.story import an

LATER = (
    claims.ClaimAdjusted,
    referrals.ReferralCorrected,
    referrals.AllocationWithdrawn,
    referrals.DropInRecorded,
    referrals.DropInCorrected,
    referrals.DropInWithdrawn,
)
"""What nobody announced, or nobody counted, before there was a tally."""
CELLS = "select * from tally order by provider_id, counted, place, month"
CONTRIBUTORS = "select outcome_id, contributors from outcome order by outcome_id"
OURS = set(Base.metadata.tables)


def ours(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
    return kind != "table" or name in OURS


async def test_the_tables_are_as_migrated(databases: Databases) -> None:
    with databases.clone("reporting") as database:
        engine = create_async_engine(database.url("owner"))
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences)
        await engine.dispose()

    assert differences == []


def _differences(connection: Any) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [difference for difference in found if "index" not in difference[0]]


BEFORE_REFERRALS_COUNT = """
alter table referral drop column under_25, drop column needs, drop column duplicate_on;
alter table allocation drop column withdrawn_on;
update alembic_version set version_num = '0009'
"""


async def test_a_running_installation_keeps_of_its_referrals_what_hearing_would_have_kept(databases: Databases) -> None:
    told: list[dict[str, Any]] = [{"under_25": True, "needs": ("offending", "housing")}, {}]
    facts = "select under_25, needs, duplicate_on from referral order by referral_id"
    async with front_door(databases, "reporting", create_app_for) as door:
        await door.hear(REACTIONS, records_of([an(referrals.ReferralReceived, new_id(), **one) for one in told]))
        kept = await door.rows(facts)
        owner = await connect(door.database.admin_dsn)
        await owner.execute(BEFORE_REFERRALS_COUNT)
        await owner.close()
        await asyncio.to_thread(upgrade_to, "0010", door.database.url("owner"))

        assert await door.rows(facts) == kept
        assert len(kept) == 2


BEFORE_THE_TALLY = """
drop table tally;
alter table outcome drop column contributors, drop column taken_back_on;
update alembic_version set version_num = '0004'
"""


async def test_a_running_installation_gets_the_tally_that_hearing_would_have_kept(databases: Databases) -> None:
    chance = Random(3)  # noqa: S311 - lives that can be repeated
    lives = [event for _ in range(40) for event in a_life(chance)]
    async with front_door(databases, "reporting", create_app_for) as door:
        await door.hear(REACTIONS, records_of([one for one in lives if not isinstance(one, LATER)]))
        kept = [await door.rows(statement) for statement in (CELLS, CONTRIBUTORS)]
        owner = await connect(door.database.admin_dsn)
        await owner.execute(BEFORE_THE_TALLY)
        await owner.close()
        await asyncio.to_thread(upgrade_to, "0005", door.database.url("owner"))

        assert [await door.rows(statement) for statement in (CELLS, CONTRIBUTORS)] == kept
        assert all(kept)


BEFORE_DUPLICATES_WERE_LEFT_OUT = """
insert into tally (programme_id, provider_id, counted, place, month, count) values
    ('kbop', 'horton', 'started', 'achieved', '2019-09-01', 3), ('kbop', 'pdap', 'started', 'achieved', '2019-09-01', 1)
    on conflict (programme_id, provider_id, counted, place, month) do update set count = 3;
update alembic_version set version_num = '0010'
"""


async def test_starts_of_duplicates_leave_a_tally_that_counted_them(databases: Databases) -> None:
    people = [("horton", "duplicate"), ("horton", "duplicate"), ("horton", "goals-reached"), ("pdap", "duplicate")]
    async with front_door(databases, "reporting", create_app_for) as door:
        for provider, reason in people:
            case = new_id()
            started = an(cases.CaseStarted, case, provider_id=provider)
            closed = an(cases.CaseClosed, case, provider_id=provider, reason=reason)
            await door.hear(REACTIONS, records_of([started, closed]))
        kept = await door.rows(CELLS)
        owner = await connect(door.database.admin_dsn)
        await owner.execute(BEFORE_DUPLICATES_WERE_LEFT_OUT)
        await owner.close()
        counted = await door.rows(CELLS)
        await asyncio.to_thread(upgrade_to, "0011", door.database.url("owner"))

        assert await door.rows(CELLS) == kept
        assert [(one["provider_id"], one["count"]) for one in kept] == [("horton", 1)]
        assert [(one["provider_id"], one["count"]) for one in counted] == [("horton", 3), ("pdap", 1)]


BEFORE_ANY_ACTIVITY = """
drop table activity; delete from tally where counted = 'drop-ins'; update alembic_version set version_num = '0013'
"""


async def test_a_running_installation_counts_the_drop_ins_it_had_only_noted(databases: Databases) -> None:
    chance = Random(5)  # noqa: S311 - lives that can be repeated
    everything = (CELLS, "select * from activity order by thing_id")
    async with front_door(databases, "reporting", create_app_for) as door:
        await door.hear(REACTIONS, records_of([event for _ in range(60) for event in a_life(chance)]))
        kept = [await door.rows(statement) for statement in everything]
        owner = await connect(door.database.admin_dsn)
        await owner.execute(BEFORE_ANY_ACTIVITY)
        await owner.close()
        await asyncio.to_thread(upgrade_to, "0014", door.database.url("owner"))

        assert [await door.rows(statement) for statement in everything] == kept
        assert {None} < {one["happened_on"] for one in kept[1]}


def upgrade_to(revision: str, owner_url: str) -> None:
    told = Config(attributes={"url": owner_url, "schema": "public"})
    told.set_main_option("script_location", "reporting:migrations")
    command.upgrade(told, revision)


async def test_every_table_is_guarded_by_row(databases: Databases) -> None:
    with databases.clone("reporting") as database:
        engine = create_async_engine(database.url("owner"))
        async with engine.connect() as connection:
            unguarded = await connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                " and not (relrowsecurity and relforcerowsecurity) and relname <> 'alembic_version'"
            )
            names = list(unguarded.scalars())
        await engine.dispose()

    assert names == []
