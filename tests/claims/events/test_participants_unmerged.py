"""Two records were two people after all: each claims again under keys of its own."""

from tests.claims.parts import PRIME, evidenced, hear, merged, parted, raised, shown, submitted, verified
from tests.claims.parts import VERIFIER as COUNCIL
from tests.parts.api import FrontDoor


async def test_a_claim_refused_for_the_others_is_taken_up_again_and_the_key_is_its_own(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    kept, lost = await submitted(door, first, second)

    ids = first.participant_id, second.participant_id
    await hear(door, merged(*ids), parted(*ids))

    assert [(await shown(door, each))["state"] for each in (kept, lost)] == ["submitted", "raised"]
    [reopened] = await door.announced("ClaimReopened")
    assert reopened["subject"] == f"participant/{second.participant_id}"


async def test_what_comes_after_the_parting_uses_up_its_own_key(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    await raised(door, first)
    ids = first.participant_id, second.participant_id
    await hear(door, merged(*ids), parted(*ids))

    [claim_id] = await raised(door, second)

    assert (await shown(door, claim_id))["state"] == "raised"


async def test_a_payment_taken_back_for_the_others_is_for_the_council_to_look_at(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    kept, doubled = await verified(door, first, second)

    ids = first.participant_id, second.participant_id
    await hear(door, merged(*ids), parted(*ids))

    [changed] = await door.announced("ClaimBasisChanged")
    assert (changed["claim_id"], changed["changed"]) == (doubled, ["participants_unmerged"])
    listed = (await door.get("/v1/claims", COUNCIL, basis_changed="true")).json()["items"]
    assert [one["id"] for one in listed] == [doubled]
    assert (await shown(door, kept, PRIME))["state"] == "verified"


async def test_records_that_pointed_to_the_alias_go_with_it(door: FrontDoor) -> None:
    survivor, alias, third = evidenced(), evidenced(), evidenced("ACC_3M")
    ids = [each.participant_id for each in (survivor, alias, third)]
    await hear(door, merged(ids[1], ids[2]))
    await raised(door, third)
    await hear(door, merged(ids[0], ids[1]), parted(ids[0], ids[1], ids[2]))

    aliases = await door.rows("select alias_id, survivor_id from participant_alias")
    assert [(row["alias_id"], row["survivor_id"]) for row in aliases] == [(ids[2], ids[1])]
    [claim] = await door.rows("select subject_id from claim")
    assert claim["subject_id"] == ids[1]
