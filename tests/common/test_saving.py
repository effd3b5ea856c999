"""What a request changed and the record of it are written by one statement, or not at all."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, bindparam, column, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.support import PlanRow
from common.database import Sessions, Viewpoint, create_engine, create_sessions, look_from
from common.database.lookup import Lookup, every, first
from common.ids import new_id
from common.river import WITH_DATABASE
from common.saving import keep_function
from common.transaction import Actor, Transaction, save
from rulebook.outcome import PlanKind
from tests.parts.eventually import eventually
from tests.parts.postgres import Database, Databases
from tests.parts.statements import statements

ORGANISATION = "horton"
ANY_DAY = date(2020, 2, 29)
OF_CASE = PlanRow.case_id == bindparam("case_id")


@pytest.fixture
def database(databases: Databases) -> Any:
    with databases.clone("case_management") as clone:
        yield clone


@pytest.fixture
async def main(database: Database) -> AsyncGenerator[Sessions]:
    engine = create_engine(database.url("main"))
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
async def worker(database: Database) -> AsyncGenerator[Sessions]:
    engine = create_engine(database.url("worker"))
    yield create_sessions(engine)
    await engine.dispose()


def a_case(**but: Any) -> CaseRow:
    usual: dict[str, Any] = dict.fromkeys(("restricted", "complex", "priority", "returning"), False)
    usual |= dict.fromkeys(("housed_at_referral", "stable_employment_at_referral"), False)
    usual |= {name: new_id() for name in ("id", "participant_id", "referral_id", "allocation_id")}
    usual |= {"programme_id": "kbop", "provider_id": ORGANISATION, "state": "allocated", "phase": "intensive"}
    usual |= {"referred_on": ANY_DAY, "allocated_on": ANY_DAY, "funding_stream": "lcf", "specialism": "generic"}
    return CaseRow(**usual | {"intensity": "standard"} | but)


def a_plan(case_id: UUID, version: int, **but: Any) -> PlanRow:
    goals = [{"goal": "home", "own_words": 'A "home"\\, mine ☂', "outcome_id": None}]
    usual: dict[str, Any] = {"id": new_id(), "programme_id": "kbop", "case_id": case_id, "kind": "support"}
    return PlanRow(**usual | {"version": version, "agreed_on": ANY_DAY, "goals": goals, "recorded_by": "someone"} | but)


def transaction(session: AsyncSession) -> Transaction:
    actor = Actor("someone", ORGANISATION, "provider")
    return Transaction(session, actor, "kbop", datetime(2020, 2, 29, 23, 30, tzinfo=UTC), "test")


async def partnership(session: AsyncSession, programme: str = "kbop") -> Transaction:
    await look_from(session, "case_management", Viewpoint.PARTNERSHIP, programme, ORGANISATION)
    return transaction(session)


class Plans(Lookup):
    plans: list[PlanRow] = every(
        select(PlanRow).where(PlanRow.case_id == bindparam("case_id")).order_by(PlanRow.version)
    )
    case: CaseRow | None = first(select(CaseRow).where(CaseRow.id == bindparam("case_id")))
    days: list[date] = every(select(PlanRow.agreed_on).where(OF_CASE))
    kinds: list[tuple[PlanKind, int]] = every(
        select(PlanRow.kind, PlanRow.version).where(OF_CASE).order_by(PlanRow.version)
    )


@pytest.mark.parametrize("service", sorted(one.package for one in WITH_DATABASE.values()))
async def test_the_function_of_each_database_does_what_the_statement_does(databases: Databases, service: str) -> None:
    """A new version of the statement is a new migration."""
    with databases.clone(service) as clone:
        engine = create_engine(clone.url("worker"))
        async with engine.connect() as connection:
            sources = (await connection.execute(text("select prosrc from pg_proc where proname = 'keep'"))).scalars()
            assert [f"$keep${source}$keep$" in keep_function() for source in sources] == [True]
        await engine.dispose()


async def test_rows_are_as_they_were_said_in_one_statement(main: Sessions) -> None:
    case = a_case(worker="o'neill", last_contact_on=None)
    async with main.begin() as session:
        tx = await partnership(session)
        session.add_all([a_plan(case.id, 2), case, a_plan(case.id, 1, withdrawn_on=ANY_DAY)])
        tx.touched(f"case/{case.id}")
        with statements() as sent:
            await save(tx)
    assert len(sent) == 1

    async with main.begin() as session:
        await partnership(session)
        reading = await Plans.read(session, case_id=case.id)
        assert reading.case is not None
        assert {name: getattr(reading.case, name) for name in ("id", "worker", "referred_on", "version", "phase")} == {
            "id": case.id,
            "worker": "o'neill",
            "referred_on": ANY_DAY,
            "version": 1,
            "phase": "intensive",
        }
        assert [(plan.version, plan.withdrawn_on, plan.goals) for plan in reading.plans] == [
            (1, ANY_DAY, a_plan(case.id, 1).goals),
            (2, None, a_plan(case.id, 2).goals),
        ]
        assert reading.days == [ANY_DAY, ANY_DAY]
        assert reading.kinds == [("support", 1), ("support", 2)]


async def test_what_was_read_so_and_changed_is_saved(main: Sessions) -> None:
    case = a_case()
    async with main.begin() as session:
        tx = await partnership(session)
        session.add(case)
        await save(tx)
    async with main.begin() as session:
        tx = await partnership(session)
        reading = await Plans.read(session, case_id=case.id)
        assert reading.case is not None
        reading.case.worker, reading.case.version = "somebody", 2
        await save(tx)
    async with main.begin() as session:
        await partnership(session)
        kept = await session.get_one(CaseRow, case.id)
        assert (kept.worker, kept.version, kept.state) == ("somebody", 2, "allocated")


async def test_a_query_reads_what_waits_of_its_own_table_alone(main: Sessions) -> None:
    case = a_case()
    async with main.begin() as session:
        await partnership(session)
        session.add(case)
        with statements() as sent:
            assert (await session.scalars(select(PlanRow.id))).all() == []
        assert len(sent) == 1
        assert await session.scalar(select(CaseRow.id).where(CaseRow.id == case.id)) == case.id


async def test_a_row_that_is_gone_meanwhile_leaves_nothing_saved(main: Sessions, worker: Sessions) -> None:
    case = a_case()
    async with main.begin() as session:
        tx = await partnership(session)
        session.add(case)
        await save(tx)

    async def change_what_is_gone() -> None:
        async with main.begin() as session:
            tx = await partnership(session)
            row = await session.get_one(CaseRow, case.id)
            await look_from(session, "case_management", Viewpoint.PARTNERSHIP, "another", ORGANISATION)
            row.worker = "nobody"
            tx.touched(f"case/{case.id}")
            await save(tx)

    with pytest.raises(StaleDataError):
        await change_what_is_gone()
    async with worker.begin() as session:
        assert await session.scalar(select(CaseRow.worker).where(CaseRow.id == case.id)) is None
        assert await session.scalar(text("select count(*) from audit")) == 0


@pytest.mark.parametrize(
    ("viewpoint", "programme", "reason"),
    [
        (Viewpoint.PARTNERSHIP, "another", "row-level security"),
        (Viewpoint.PROVIDER, "another", "row-level security"),
        (Viewpoint.INSTALLATION, "kbop", "permission denied for function keep"),
    ],
)
async def test_who_asks_keeps_the_record_of_their_programme_alone(
    main: Sessions, viewpoint: Viewpoint, programme: str, reason: str
) -> None:
    """The services' own viewpoint keeps none."""

    async def keep() -> None:
        async with main.begin() as session:
            await look_from(session, "case_management", viewpoint, programme, ORGANISATION)
            tx = transaction(session)
            tx.touched("case/1")
            await save(tx)

    with pytest.raises(DBAPIError, match=reason):
        await keep()


async def test_what_is_read_after_a_lock_is_as_new_as_the_lock(main: Sessions) -> None:
    """The snapshot trap: beside the lock, in its statement, the plan of who held it before would not be there."""
    case = a_case()
    async with main.begin() as session:
        tx = await partnership(session)
        session.add(case)
        await save(tx)

    async def second() -> int:
        async with main.begin() as session:
            await partnership(session)
            await session.get_one(CaseRow, case.id, with_for_update=True)
            return len((await Plans.read(session, case_id=case.id)).plans)

    async with main.begin() as session:
        tx = await partnership(session)
        await session.get_one(CaseRow, case.id, with_for_update=True)
        waiting = asyncio.create_task(second())
        async with main.begin() as other:
            await eventually(lambda: other.scalar(text("select 1 from pg_locks where not granted limit 1")))
        session.add(a_plan(case.id, 1))
        await save(tx)
    assert await waiting == 1


def test_what_json_does_not_carry_is_no_part_of_a_reading() -> None:
    with pytest.raises(TypeError, match="a query of its own"):
        every(text("select content from file").columns(column("content", LargeBinary)))
