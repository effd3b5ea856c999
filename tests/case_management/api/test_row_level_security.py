"""The floor under every query: what a forgotten condition would still not show."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from case_management.storage.tables.base import Base
from common.database import Viewpoint, look_from
from tests.case_management.api.test_fund import FUND, ask
from tests.case_management.api.test_innovations import propose
from tests.case_management.api.world import CASEWORKER, World, came_about
from tests.parts.papers import HEIC

OF_TWO_CASES = {"same_file_decision", "misplaced_document"}
"""The first is the prime's alone, and there are rows only where the same file is in two cases: `test_same_files`."""
OF_A_CASE = sorted(set(Base.metadata.tables) - {"programme", "participant_alias", "fund"} - OF_TWO_CASES)
HIDDEN_WHEN_SHARED = {
    "plan", "assessment", "correction", "outcome", "outcome_revision", "citation",
    "closure_request", "external_id", "fund_request", "innovation"
}  # fmt: skip


async def a_full_case(world: World, *, restricted: bool) -> UUID:
    """A case with a row, none of it shareable, in every table of a case."""
    await world.load_programme(fund=FUND)
    case_id = await world.a_started_case(restricted=restricted)
    came_about(await ask(world, case_id))
    came_about(await propose(world))
    plan = {"kind": "safety" if restricted else "support", "goals": [{"goal": "A home."}]}
    came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, plan))
    score = {"instrument": "homelessness-star", "score": 30}
    made = came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, score))
    body = {"score": 31, "reason": "The form says so."}
    came_about(await world.door.post(f"/v1/assessments/{made['id']}/corrections", CASEWORKER, body))
    photo = await world.a_document(case_id, content=HEIC, name="IMG_0412.HEIC", media_type="image/heic")
    await world.an_outcome(case_id, await world.a_note(case_id), photo)
    name = {"external_id": "A-123"}
    came_about(await world.door.put(f"/v1/cases/{case_id}/external-ids/horton-crm", CASEWORKER, name))
    wish = {"reason": "disengaged", "by_participant": True}
    came_about(await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, wish))
    return case_id


async def seen_tables(world: World, organisation: str, viewpoint: Viewpoint | None = Viewpoint.PROVIDER) -> set[str]:
    """Tables of a case of which the organisation sees a row when nothing is asked but the table."""
    seen: set[str] = set()
    async with world.door.app.state.sessions.begin() as session:
        await look_from(session, "case_management", viewpoint, "kbop", organisation)
        for table in OF_A_CASE:
            if await session.scalar(text(f"select count(*) from {table}")):  # noqa: S608 - our own names
                seen.add(table)
    return seen


async def test_a_provider_sees_rows_of_its_own_cases_only(world: World) -> None:
    await a_full_case(world, restricted=False)

    assert await seen_tables(world, "horton") == set(OF_A_CASE)
    assert await seen_tables(world, "connect") == set()
    assert await seen_tables(world, "") == set()


async def test_a_joint_provider_of_a_restricted_case_sees_only_what_is_shareable(world: World) -> None:
    case_id = await a_full_case(world, restricted=True)
    await world.joint_work(case_id)

    assert await seen_tables(world, "connect") == set(OF_A_CASE) - HIDDEN_WHEN_SHARED - {
        "note",
        "document",
        "reading_copy",
    }
    await world.a_note(case_id, shareable=True)
    assert "note" in await seen_tables(world, "connect")


@pytest.mark.parametrize("change", [
    "plan set version = 7", "plan set recorded_by = 'x'", "assessment set instrument = 'x'",
    "assessment set recorded_by = 'x'", "case_phase set case_id = id", "correction set reason = 'x'",
    "note set words = 'x'",
    "document set sha256 = 'x'",
])  # fmt: skip
@pytest.mark.parametrize("viewpoint", [Viewpoint.PROVIDER, Viewpoint.PARTNERSHIP])
async def test_what_no_correction_changes_nobody_can(common_world: World, viewpoint: Viewpoint, change: str) -> None:
    async with common_world.door.app.state.sessions.begin() as session:
        await look_from(session, "case_management", viewpoint, "kbop", "horton")
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(f"update {change}"))


@pytest.mark.parametrize("viewpoint", [None, Viewpoint.AGENCY])
async def test_without_a_viewpoint_that_may_nothing_is_seen(common_world: World, viewpoint: Viewpoint | None) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await seen_tables(common_world, "horton", viewpoint)


async def test_what_was_put_right_of_the_fund_is_hidden_from_a_joint_provider_below_every_query(world: World) -> None:
    await world.load_programme(fund=FUND)
    case_id = await world.a_started_case()
    asked = came_about(await ask(world, case_id))
    body = {"amount_pence": 1, "reason": "A sale."}
    came_about(await world.door.post(f"/v1/fund-requests/{asked['id']}/corrections", CASEWORKER, body))
    await world.joint_work(case_id)

    assert "correction" in await seen_tables(world, "horton")
    assert "correction" not in await seen_tables(world, "connect")
