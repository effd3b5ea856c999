"""A list by what changed skips nothing, though a change is committed long after one that began later."""

from typing import Any

from sqlalchemy import text

from common.ids import new_id
from tests.claims.parts import FOREIGN_MANAGER, MANAGER, PRIME, evidenced, raised, step
from tests.parts.api import FrontDoor
from tests.parts.eventually import eventually

TOUCH = text("update claim set version = version + 1 where claim_id = :claim")


async def changes(door: FrontDoor, since: str, who: str = PRIME, **asked: Any) -> tuple[list[str], str]:
    """What changed since a mark, and the next mark."""
    answer = await door.get("/v1/claims", who, updated_since=since, **asked)
    assert answer.status_code == 200, answer.text
    return [claim["id"] for claim in answer.json()["items"]], answer.json()["mark"]


async def told(door: FrontDoor, since: str, *wanted: str, who: str = PRIME) -> str:
    """The mark after exactly these changes; whoever else writes on this server may hold them back for a while."""
    seen: list[str] = []
    mark = since

    async def all_of_them() -> bool:
        nonlocal mark
        found, mark = await changes(door, mark, who)
        seen.extend(found)
        return len(seen) >= len(wanted)

    await eventually(all_of_them)
    assert seen == list(wanted)
    return mark


async def test_what_is_committed_late_is_told_late_and_never_skipped(door: FrontDoor) -> None:
    first, second = await raised(door, evidenced(participant_id=new_id()), evidenced(participant_id=new_id()))
    start = await told(door, "0", first, second)
    door.meddled.append(str(TOUCH))

    async with door.worker.begin() as slow:
        await slow.execute(TOUCH, {"claim": first})
        async with door.worker.begin() as quick:
            await quick.execute(TOUCH, {"claim": second})
        meanwhile = await changes(door, start)

    assert meanwhile == ([], start)
    mark = await told(door, start, first, second)
    assert await changes(door, mark) == ([], mark)


async def test_changes_come_page_by_page_each_once_and_as_they_are(door: FrontDoor) -> None:
    ids = await raised(door, *(evidenced(participant_id=new_id()) for _ in range(3)))
    await told(door, "0", *ids)

    first = (await door.get("/v1/claims", PRIME, updated_since="0", limit=2)).json()
    rest = (await door.get("/v1/claims", PRIME, updated_since="0", limit=2, cursor=first["next"])).json()
    assert [claim["id"] for claim in first["items"] + rest["items"]] == ids
    assert (rest["next"], first["mark"]) == (None, first["next"])
    await step(door, ids[0], "approval", PRIME, {})
    await told(door, rest["mark"], ids[0])


async def test_changes_stand_alone_and_a_mark_is_its_holders(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    mark = await told(door, "0", claim_id)

    besides: list[dict[str, Any]] = [{"state": "raised"}, {"order": "waiting"}]
    for beside in besides:
        answer = await door.get("/v1/claims", PRIME, updated_since=mark, **beside)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/filter-of-another-order")
        assert "no filter and no `order`" in answer.json()["detail"]
    foreign = await door.get("/v1/claims", MANAGER, updated_since=mark)
    assert (foreign.status_code, foreign.json()["type"]) == (400, "/problems/cursor-of-another-list")
    broken = await door.get("/v1/claims", PRIME, updated_since="yesterday")
    assert (broken.status_code, broken.json()["type"]) == (400, "/problems/unreadable-cursor")
    assert "`mark` of an earlier page" in broken.json()["detail"]
    assert await changes(door, "0", FOREIGN_MANAGER) == ([], "0")


async def test_after_a_restore_everything_is_told_anew(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    mark = await told(door, "0", claim_id)

    await door.meddle("update relay set epoch = uuidv7()")

    answer = await door.get("/v1/claims", PRIME, updated_since=mark)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/another-epoch")
    await told(door, "0", claim_id)
