"""A sandbox at the hub: refused where anything is real, each provider's own, played by whoever plays the hub."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import asyncpg
import pytest

from referral_hub.main import create_app_for
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases, connect
from tests.parts.sandbox import FIRST_MORNING, SANDBOX, part_of
from tests.parts.tokens import token
from tests.referral_hub.town import OPERATOR, PRIME, Hub, an_assessment, kbop

GROUP = {"participants": 3, "answer": "query"}


def of_vendor(provider: str, programme: str = SANDBOX) -> str:
    """A provider's own system, which may not simulate."""
    return token("provider-system", organisation=provider, kind="provider", programme=programme)


HORTON, FUSION = of_vendor("horton"), of_vendor("fusion-housing")
HUB = someone("hub", programme=SANDBOX)
OPENER = someone("operator", organisation="operations", kind="operator", programme=SANDBOX)


class Vendor:
    """Asks as a vendor's system does: without any time of its own."""

    def __init__(self, door: FrontDoor) -> None:
        self.door = door

    async def ask(self, method: str, path: str, who: str = HORTON, body: Any = None, **headers: str) -> Any:
        key = str(uuid5(NAMESPACE_URL, f"{path} {body} {who}"))
        told = {"Authorization": f"Bearer {who}"} | ({} if method == "GET" else {"Idempotency-Key": key}) | headers
        return await self.door.client.request(method, path, json=body, headers=told)


@pytest.fixture
async def vendor(databases: Databases) -> AsyncGenerator[Vendor]:
    async with front_door(databases, "referral-hub", create_app_for, sandbox_is_loaded) as door:
        yield Vendor(door)


async def sandbox_is_loaded(door: FrontDoor) -> None:
    Hub.done(await door.put(f"/v1/programmes/{SANDBOX}", OPENER, part_of("hub")))


ASKED = (
    ("GET", "/v1/sandbox", None),
    ("PUT", "/v1/sandbox/clock", {"now": FIRST_MORNING}),
    ("POST", "/v1/sandbox/reset", None),
    ("POST", "/v1/sandbox/groups", GROUP),
    ("GET", "/v1/sandbox/groups", None),
    ("GET", "/v1/sandbox/members", None),
)


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
async def test_a_real_programme_refuses_whatever_is_asked_of_a_sandbox(
    hub: Hub, method: str, path: str, body: Any
) -> None:
    answer = await Vendor(hub.door).ask(method, path, of_vendor("horton", "kbop"), body)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/no-sandbox")
    assert (
        await hub.door.rows("select * from sandbox_clock") == await hub.door.rows("select * from sandbox_group") == []
    )


async def test_a_real_programme_never_becomes_a_sandbox_and_no_sandbox_becomes_real(hub: Hub, vendor: Vendor) -> None:
    term = {"starts_on": "2019-09-01", "ends_on": "2024-09-30"}
    turned = await hub.door.put("/v1/programmes/kbop", OPERATOR, kbop() | {"sandbox": term})
    back = await vendor.door.put(f"/v1/programmes/{SANDBOX}", OPENER, part_of("hub", sandbox=None))

    assert [one.json()["type"] for one in (turned, back)] == ["/problems/kind-of-programme-stays"] * 2
    assert await hub.door.rows("select * from sandbox") == []


async def test_the_database_itself_keeps_a_real_programme_real(hub: Hub) -> None:
    admin = await connect(hub.door.database.admin_dsn)
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="is real"):
            await admin.execute("insert into sandbox values ('kbop', '2019-09-01', '2024-09-30')")
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await admin.execute("insert into sandbox_clock values ('kbop', 'horton', now())")
    finally:
        await admin.close()


async def test_a_clock_goes_forward_within_the_programme_and_is_the_time_of_every_request(vendor: Vendor) -> None:
    before = (await vendor.ask("GET", "/v1/sandbox")).json()
    late = await vendor.ask("PUT", "/v1/sandbox/clock", body={"now": "2020-01-06T09:00:00Z"})
    back = await vendor.ask("PUT", "/v1/sandbox/clock", body={"now": "2019-12-31T09:00:00Z"})
    outside = await vendor.ask("PUT", "/v1/sandbox/clock", body={"now": "2024-10-01T09:00:00Z"})
    group = await vendor.ask("POST", "/v1/sandbox/groups", body=GROUP)
    others = (await vendor.ask("GET", "/v1/sandbox", FUSION)).json()

    assert before["now"] == others["now"] == FIRST_MORNING
    assert late.status_code == 200
    assert [one.json()["refusals"][0]["code"] for one in (back, outside)] == [
        "clock_goes_back",
        "clock_outside_the_programme",
    ]
    [asked] = (await vendor.ask("GET", "/v1/sandbox/groups")).json()["items"]
    assert (asked["id"], asked["asked_on"]) == (group.json()["id"], "2020-01-06")
    clocks = (await vendor.ask("GET", "/v1/sandbox/clocks", HUB)).json()["items"]
    assert clocks == [{"organisation_id": "horton", "now": "2020-01-06T09:00:00Z"}]


async def test_an_integrator_sends_no_time_of_its_own(vendor: Vendor) -> None:
    refused = await vendor.ask("GET", "/v1/sandbox", **{"Simulated-Now": "2020-01-06T09:00:00Z"})

    assert refused.status_code == 403


async def test_a_group_asked_for_twice_with_one_key_is_one_group_and_nobody_elses(vendor: Vendor) -> None:
    once = await vendor.ask("POST", "/v1/sandbox/groups", body=GROUP)
    again = await vendor.ask("POST", "/v1/sandbox/groups", body=GROUP)
    path = f"/v1/sandbox/groups/{once.json()['id']}"

    assert again.json() == once.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await vendor.ask("GET", path)).json()["waiting"] == 3
    assert (await vendor.ask("GET", path, FUSION)).status_code == 404
    for listed in ("/v1/sandbox/groups", "/v1/sandbox/members"):
        assert (await vendor.ask("GET", listed, FUSION)).json()["items"] == []


async def test_who_is_no_provider_on_its_day_or_has_enough_people_is_told_so(vendor: Vendor) -> None:
    stranger = await vendor.ask("POST", "/v1/sandbox/groups", of_vendor("nobody"), GROUP)
    for number in range(5):
        body = {"participants": 100, "id": f"0199a4a3-7c1f-7b60-8d9e-00000000000{number}"}
        Hub.done(await vendor.ask("POST", "/v1/sandbox/groups", body=body))
    enough = await vendor.ask("POST", "/v1/sandbox/groups", body=GROUP)

    assert [one["code"] for one in stranger.json()["refusals"]] == ["not_in_partnership"]
    assert (enough.status_code, [one["code"] for one in enough.json()["refusals"]]) == (409, ["too_many_people"])


async def test_a_member_is_placed_by_the_ordinary_steps_and_seen_by_its_provider_alone(vendor: Vendor) -> None:
    group = (await vendor.ask("POST", "/v1/sandbox/groups", body={"participants": 1})).json()
    [member] = (await vendor.ask("GET", "/v1/sandbox/members?state=waiting", HUB)).json()["items"]
    person = {"given_name": "Robin", "family_name": "Made-Up", "date_of_birth": "1990-01-31"}
    new = {"source": member["source"], "needs": [member["need"]], "consent_to_share": True, "person": person}
    referral = Hub.done(await vendor.ask("POST", "/v1/referrals", HUB, new))
    path = f"/v1/sandbox/members/{member['id']}/placement"
    early = await vendor.ask("POST", path, HUB, {"referral_id": referral["id"]}, **{"Idempotency-Key": "too-early"})
    Hub.done(await vendor.ask("POST", f"/v1/referrals/{referral['id']}/triage", HUB, an_assessment()))
    choice = {"provider_id": "horton", "override_reason": "Asked for in the sandbox."}
    Hub.done(await vendor.ask("POST", f"/v1/referrals/{referral['id']}/allocation", HUB, choice))
    placed = await vendor.ask("POST", path, HUB, {"referral_id": referral["id"]})

    assert [one["code"] for one in early.json()["refusals"]] == ["not_placed_with_the_asker"]
    assert placed.json()["state"] == "placed"
    told = (await vendor.ask("GET", f"/v1/sandbox/groups/{group['id']}")).json()
    assert (told["waiting"], told["placed"]) == (0, 1)
    [shown] = (await vendor.ask("GET", f"/v1/sandbox/members?group_id={group['id']}")).json()["items"]
    assert shown["participant_id"] == referral["participant_id"]
    [announced] = await vendor.door.announced("ParticipantAllocated")
    assert (announced["provider_id"], announced["allocated_on"]) == ("horton", "2019-09-01")


async def test_a_reset_ends_a_providers_own_people_and_begins_its_time_again(vendor: Vendor) -> None:
    for who in (HORTON, FUSION):
        Hub.done(await vendor.ask("PUT", "/v1/sandbox/clock", who, {"now": "2020-01-06T09:00:00Z"}))
        Hub.done(await vendor.ask("POST", "/v1/sandbox/groups", who, GROUP))
    reset = Hub.done(await vendor.ask("POST", "/v1/sandbox/reset"))

    assert reset == {"now": FIRST_MORNING, "ending": 3}
    assert {one["state"] for one in (await vendor.ask("GET", "/v1/sandbox/members")).json()["items"]} == {"ended"}
    theirs = (await vendor.ask("GET", "/v1/sandbox/members", FUSION)).json()["items"]
    assert [one["state"] for one in theirs] == ["waiting"] * 3
    assert (await vendor.ask("GET", "/v1/sandbox", FUSION)).json()["now"] == "2020-01-06T09:00:00Z"


async def test_other_roles_ask_nothing_of_it(vendor: Vendor) -> None:
    caseworker = token("caseworker", organisation="horton", kind="provider", programme=SANDBOX)

    assert (await vendor.ask("POST", "/v1/sandbox/groups", caseworker, GROUP)).status_code == 403
    assert (await vendor.ask("POST", "/v1/sandbox/reset", PRIME)).status_code == 403
