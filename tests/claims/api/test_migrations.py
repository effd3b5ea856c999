"""The tables as migrated are the tables as mapped, and rows from before a migration mean what they meant."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from claims.main import create_app_for
from claims.storage.tables.base import Base
from common.database import create_engine
from tests.claims.parts import (
    AT,
    FINANCE,
    PRIME,
    REFUSAL,
    VERIFIER,
    asking,
    claims_door,
    evidenced,
    hear,
    merged,
    raised,
    shown,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor, front_door_of
from tests.parts.postgres import Database, Databases, connect, migrate


def differences(connection: Connection) -> list[Any]:
    ours = frozenset(Base.metadata.tables)

    def concerns_us(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return kind != "table" or name in ours

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": concerns_us})
    return compare_metadata(context, Base.metadata)


async def test_the_migrations_make_what_is_mapped(databases: Databases) -> None:
    with databases.clone("claims") as database:
        engine = create_engine(database.url("owner"))
        async with engine.connect() as connection:
            found = await connection.run_sync(differences)
        await engine.dispose()

    assert found == []


async def test_every_table_forces_row_level_security(databases: Databases) -> None:
    with databases.clone("claims") as database:
        engine = create_engine(database.url("owner"))
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                " and not (relrowsecurity and relforcerowsecurity) and relname <> 'alembic_version'"
            )
            open_tables = [row.relname for row in found]
        await engine.dispose()

    assert open_tables == []


TABLES = (
    *("contract", "rate_card", "provider_card", "participant_alias", "participant_access", "claim", "heard_outcome"),
    *("assessment", "item_request", "act", "agreement", "valuation", "adjustment", "statement", "statement_line"),
)
COUNTED = {
    "'claim_number'": "(select count(*) + 9 from claim)",
    "pg_get_serial_sequence('act', 'position')": "(select max(position) from act)",
    "pg_get_serial_sequence('participant_access', 'position')": "(select max(position) from participant_access)",
}
"""What a running installation's sequences have come to."""
NOVEMBER = datetime(2022, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("revision", ["0004", "0007", "0008", "0016", "0031"])
async def test_rows_from_before_a_migration_survive_and_mean_the_same(databases: Databases, revision: str) -> None:
    """A statement, a query, a refusal and a double taken back, kept as that revision kept them."""
    async with claims_door(databases) as door:
        await lived(door)
        answers = await told(door)
        rows = {table: await door.rows(f"select to_jsonb(t) as row from {table} t") for table in TABLES}  # noqa: S608
    with databases.as_it_was("claims", revision) as database:
        await fill(database, {table: [each["row"] for each in found] for table, found in rows.items()})
        migrate(database)
        async with front_door_of(database, create_app_for) as migrated:
            assert await told(migrated) == answers
            await goes_on(migrated)


async def lived(door: FrontDoor) -> None:
    first, second, queried, refused = evidenced(), evidenced(), evidenced("ACC_3M"), evidenced("ACC_6M")
    await verified(door, first, second)
    asked, no = await submitted(door, queried, refused)
    await step(door, asked, "query", VERIFIER, asking(due_on=date(2022, 10, 17)))
    await step(door, no, "refusal", VERIFIER, REFUSAL)
    await verified(door, evidenced("EMP_26W"))
    await hear(door, merged(first.participant_id, second.participant_id))
    answer = await door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=NOVEMBER)
    assert (answer.status_code, answer.json()["lines"]) == (201, 4)


async def told(door: FrontDoor) -> dict[str, Any]:
    """All that people are told of it: claims whole, their worth and explanations, statements, the cap."""
    found: dict[str, Any] = {}
    for path, who in (("/v1/claims", PRIME), ("/v1/statements", FINANCE), ("/v1/programme/position", FINANCE)):
        found[path] = (await door.get(path, who, limit=50 if path != "/v1/programme/position" else None)).json()
    for claim in found["/v1/claims"]["items"]:
        for part in ("", "/value", "/explain"):
            path = f"/v1/claims/{claim['id']}{part}"
            found[path] = (await door.get(path, PRIME)).json()
    for statement in found["/v1/statements"]["items"]:
        path = f"/v1/statements/{statement['id']}/lines"
        found[path] = (await door.get(path, FINANCE)).json()
    return found


async def fill(database: Database, rows: dict[str, list[Any]]) -> None:
    """Put rows into the columns there were; nobody's triggers look on."""
    connection = await connect(database.admin_dsn)
    try:
        await connection.execute("set session_replication_role = replica")
        for table, found in rows.items():
            named = "select string_agg(quote_ident(attname), ', ') from pg_attribute"
            columns = await connection.fetchval(f"{named} where attrelid = '{table}'::regclass and attnum > 0")
            await connection.execute(
                f"insert into {table} ({columns}) overriding system value"  # noqa: S608 - our own tables
                f" select {columns} from jsonb_populate_recordset(null::{table}, $1)",
                json.dumps(found),
            )
        for sequence, place in COUNTED.items():
            await connection.execute(f"select setval({sequence}, {place})")
    finally:
        await connection.close()


async def goes_on(door: FrontDoor) -> None:
    """What was open can be decided, and what was used up still is: by the claim that was not taken back."""
    [asked] = await door.rows("select claim_id from claim where state = 'queried'")
    await step(door, str(asked["claim_id"]), "verification", VERIFIER, at=NOVEMBER)
    keys = "select claim_id, subject_id, taken_back_on from claim where outcome = 'ACC_PREV' order by taken_back_on"
    [back, kept] = sorted(await door.rows(keys), key=lambda row: row["taken_back_on"] is None)
    assert back["taken_back_on"] == AT.date()
    again = evidenced(participant_id=back["subject_id"], at=NOVEMBER)
    [claim_id] = await raised(door, again)
    assert (await shown(door, claim_id))["state"] == "refused"
    assert kept["subject_id"] != back["subject_id"]
