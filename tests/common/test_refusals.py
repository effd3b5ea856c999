"""What somebody was refused is counted by who they are, and in the audit where it is about a person."""

from collections.abc import AsyncGenerator

import pytest
from prometheus_client import REGISTRY

from case_management.main import create_app_for
from common.ids import new_id
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases

STRANGER = someone("caseworker", organisation="horton", kind="provider")
HUB = someone("hub")
KEPT = "select actor, organisation, action, subjects from audit order by position"


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "case_management", create_app_for) as door:
        yield door


async def test_who_asks_for_somebody_in_vain_is_kept_with_whom_they_asked_for(door: FrontDoor) -> None:
    case = str(new_id())

    answer = await door.get(f"/v1/cases/{case}", STRANGER)

    assert answer.status_code == 404
    assert await door.rows(KEPT) == [
        {
            "actor": "caseworker.horton",
            "organisation": "horton",
            "action": "refused read_case",
            "subjects": [f"case/{case}", "status/404"],
        }
    ]


@pytest.mark.parametrize(("who", "body", "status"), [(HUB, {"text": "a"}, 403), (STRANGER, {"words": "a"}, 422)])
async def test_so_is_a_write_by_the_wrong_role_or_of_the_wrong_body(
    door: FrontDoor, who: str, body: dict[str, str], status: int
) -> None:
    case = str(new_id())

    answer = await door.post(f"/v1/cases/{case}/notes", who, body)

    assert answer.status_code == status
    [kept] = await door.rows(KEPT)
    assert (kept["action"], kept["subjects"]) == ("refused write_note", [f"case/{case}", f"status/{status}"])


@pytest.mark.parametrize("path", ["/v1/cases/not-an-id", "/v1/programmes/kbop", "/v1/nowhere"])
async def test_what_is_about_nobody_is_only_counted(door: FrontDoor, path: str) -> None:
    before = counted("horton/caseworker.horton")

    answer = await door.get(path, STRANGER)

    assert answer.status_code >= 400
    assert counted("horton/caseworker.horton") == before + 1
    assert await door.rows(KEPT) == []


async def test_whoever_is_not_signed_in_is_counted_as_nobody(door: FrontDoor) -> None:
    before = counted("nobody", 401)

    await door.get(f"/v1/cases/{new_id()}", "not-a-token")

    assert counted("nobody", 401) == before + 1
    assert await door.rows(KEPT) == []


def counted(client: str, *statuses: int) -> float:
    """How often a client was refused, with these statuses or any."""
    told = {"client": client}
    return sum(
        REGISTRY.get_sample_value("outcomes_refused_total", {**told, "status": str(status)}) or 0
        for status in statuses or range(400, 600)
    )
