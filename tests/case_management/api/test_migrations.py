import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config

from case_management.storage.tables.base import Base
from tests.case_management.api.world import CASEWORKER, came_about
from tests.case_management.conftest import a_world
from tests.parts.migrations import differences, unguarded_tables
from tests.parts.postgres import Databases, connect


async def test_the_tables_are_as_migrated(databases: Databases) -> None:
    assert await differences(databases, "case_management", Base.metadata) == []


async def test_every_table_is_guarded_by_row(databases: Databases) -> None:
    assert await unguarded_tables(databases, "case_management") == []


async def test_a_worker_repeated_by_every_change_is_said_once_and_nobody_is_lost(
    databases: Databases, tmp_path: Path
) -> None:
    async with a_world(databases, tmp_path) as world:
        case_id = await world.a_started_case()
        for phase, day, worker in (("light-touch", "20", "worker-1"), ("intensive", "25", None)):
            body = {"phase": phase, "changed_on": f"2019-09-{day}", "worker": worker}
            came_about(await world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, body))
        kept, told = await world.door.rows("select * from case_phase order by id"), await world.told(case_id)
        await world.door.meddle("update case_phase set worker = 'worker-1' where worker is null")
        owner = await connect(world.door.database.admin_dsn)
        await owner.execute("update alembic_version set version_num = '0013'")
        await owner.close()
        await asyncio.to_thread(upgrade_to, "0014", world.door.database.url("owner"))

        assert await world.door.rows("select * from case_phase order by id") == kept
        assert [row["worker"] for row in kept] == ["caseworker.horton", "worker-1", None]
        assert (await world.told(case_id))["phases"] == told["phases"]


def upgrade_to(revision: str, owner_url: str) -> None:
    told = Config(attributes={"url": owner_url, "schema": "public"})
    told.set_main_option("script_location", "case_management:migrations")
    command.upgrade(told, revision)
