from uuid import UUID

import pytest

from common.contracts import referrals
from common.ids import new_id
from reporting.events.heard import REACTIONS
from tests.parts.api import FrontDoor, records_of, someone
from tests.reporting.api.programme import COUNCIL, HORTON, PRIME, STRANGER
from tests.reporting.story import a_whole_story, an

VERIFIER = someone("council-verifier", organisation="kirklees-council", kind="council")


async def a_heard_story(door: FrontDoor) -> UUID:
    person = new_id()
    await door.hear(REACTIONS, records_of(a_whole_story(person)))
    return person


async def test_a_timeline_tells_everything_heard_in_order_page_by_page(door: FrontDoor) -> None:
    person = new_id()
    story = a_whole_story(person)
    await door.hear(REACTIONS, records_of(story))

    told: list[str] = []
    cursor: str | None = None
    while page := (await door.get(f"/v1/participants/{person}/timeline", VERIFIER, limit=5, cursor=cursor)).json():
        told += [item["type"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert told == [event.type for event in story]


async def test_reading_a_timeline_is_audited(door: FrontDoor) -> None:
    person = await a_heard_story(door)
    await door.get(f"/v1/participants/{person}/timeline", PRIME)

    [audited] = await door.rows("select action, subjects from audit")
    assert audited == {"action": "get_timeline", "subjects": [f"participant/{person}"]}


@pytest.mark.parametrize("asked_by", ["alias", "survivor"])
async def test_merged_records_tell_one_timeline_by_either_id(door: FrontDoor, asked_by: str) -> None:
    alias, survivor = new_id(), new_id()
    story = [
        an(referrals.ReferralReceived, alias),
        an(referrals.ReferralReceived, survivor),
        an(referrals.ParticipantsMerged, survivor, alias_id=alias),
    ]
    await door.hear(REACTIONS, records_of(story))
    asked = {"alias": alias, "survivor": survivor}[asked_by]

    answer = await door.get(f"/v1/participants/{asked}/timeline", COUNCIL)
    assert [item["event_id"] for item in answer.json()["items"]] == [str(event.event_id) for event in story]
    [audited] = await door.rows("select subjects from audit")
    assert set(audited["subjects"]) == {f"participant/{alias}", f"participant/{survivor}"}


async def test_records_merged_in_a_circle_still_answer(door: FrontDoor) -> None:
    one, other = new_id(), new_id()
    merges = [an(referrals.ParticipantsMerged, a, alias_id=b) for a, b in [(one, other), (other, one)]]
    await door.hear(REACTIONS, records_of(merges))

    answer = await door.get(f"/v1/participants/{one}/timeline", COUNCIL)
    assert len(answer.json()["items"]) == 2


@pytest.mark.parametrize("who", [PRIME, STRANGER])
async def test_a_participant_nobody_told_of_is_not_found(door: FrontDoor, who: str) -> None:
    person = await a_heard_story(door) if who is STRANGER else new_id()
    answer = await door.get(f"/v1/participants/{person}/timeline", who)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-participant")


async def test_a_provider_reads_no_timeline_here(door: FrontDoor) -> None:
    person = await a_heard_story(door)
    answer = await door.get(f"/v1/participants/{person}/timeline", HORTON)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "cursor", ["nonsense", "W10", "WyIyMDE5LTExLTIwIiwgIngiXQ", "WyIyMDE5LTExLTIwVDA5OjAwIiwgIjAiXQ"]
)
async def test_a_cursor_that_is_not_ours_is_refused(door: FrontDoor, cursor: str) -> None:
    answer = await door.get(f"/v1/participants/{new_id()}/timeline", PRIME, cursor=cursor)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable-cursor")


async def test_a_timeline_is_narrowed_by_type_and_topic_and_read_from_its_end(door: FrontDoor) -> None:
    person = await a_heard_story(door)
    path = f"/v1/participants/{person}/timeline"
    every = (await door.get(path, PRIME)).json()["items"]

    assert (await door.get(path, PRIME, order="-occurred")).json()["items"] == every[::-1]
    for name in ("type", "topic"):
        value = every[0][name]
        told = (await door.get(path, PRIME, **{name: value})).json()["items"]
        assert told == [item for item in every if item[name] == value], name
    nothing = await door.get(path, PRIME, type="NeverAnnounced")
    assert (nothing.status_code, nothing.json()["items"]) == (200, [])
