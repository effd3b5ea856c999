"""The hub: a referral is its agency's, a participant their provider's too, the waiting list the partnership's."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from common.contracts.cases import CaseClosed, CaseStarted, JointWorkAgreed
from common.ids import new_id
from referral_hub.events.heard import REACTIONS
from referral_hub.main import create_app_for
from referral_hub.routes.bulk import KINDS
from tests.isolation.bulk import bulk_examples
from tests.isolation.feeds import feed_examples, filtered
from tests.isolation.matrix import Asking, Example, Expected
from tests.isolation.sandbox import TERM, of_their_own
from tests.isolation.worlds import (
    AGENCY,
    ELSEWHERE,
    JOINT,
    OTHER_AGENCY,
    OWN,
    PARTNER,
    PROGRAMME,
    STRANGER,
    UNPLACED,
    World,
    bearer,
    opened,
)
from tests.parts.api import records_of
from tests.parts.postgres import Databases
from tests.referral_hub.town import a_person, a_referral, an_assessment, kbop

HUB = bearer("hub")
Making = Callable[[World], Awaitable[dict[str, Any]]]
Made = Callable[[World, str], Awaitable[Asking]]
SOURCE_OF = {AGENCY: "custody", OTHER_AGENCY: "council"}
PLACES = 10_000
"""Room for everyone these tests place."""


def a_roomy_part(programme: str) -> dict[str, Any]:
    """The reference programme with room for all; the other one's providers have other names."""
    here = programme == PROGRAMME
    providers = [
        one | {"capacity": PLACES, "name": one["name"] if here else f"Calder {one['provider_id']}"}
        for one in kbop()["providers"]
    ]
    return kbop() | {"programme_id": programme, "providers": providers, "sandbox": TERM}


@asynccontextmanager
async def hub_world(databases: Databases) -> AsyncGenerator[World]:
    async with opened(databases, "referral-hub", create_app_for) as world:
        for programme in (PROGRAMME, ELSEWHERE):
            who = bearer("operator", None, programme)
            await world.send("PUT", f"/v1/programmes/{programme}", who, a_roomy_part(programme))
        for owner in (OWN, PARTNER, STRANGER, JOINT, ELSEWHERE):
            await a_placed(world, owner)
            await a_handed_back(world, await a_placed(world, owner), owner)
            await a_drop_in(world, owner)
        for owner in (UNPLACED, ELSEWHERE):
            await an_asked(world, owner)
        yield world


def hub_of(owner: str) -> str:
    return bearer("hub", None, ELSEWHERE if owner == ELSEWHERE else PROGRAMME)


def provider_of(owner: str) -> str:
    return owner if owner in (PARTNER, STRANGER) else OWN


async def a_received(world: World, owner: str = UNPLACED, **but: Any) -> dict[str, Any]:
    """A referral by the agency whose referrals are this owner's."""
    agency = OTHER_AGENCY if owner in (PARTNER, STRANGER) else AGENCY
    body = a_referral(source=SOURCE_OF[agency], agency_id=agency, notes=f"Known to {owner}.", **but)
    referral = await world.post("/v1/referrals", hub_of(owner), body)
    world.belongs(owner, referral["id"], referral["participant_id"])
    return referral


async def a_triaged(world: World, owner: str = UNPLACED, **but: Any) -> dict[str, Any]:
    referral = await a_received(world, owner, **but)
    return await world.post(f"/v1/referrals/{referral['id']}/triage", hub_of(owner), an_assessment())


async def a_placed(world: World, owner: str = JOINT, **but: Any) -> dict[str, Any]:
    """A participant placed with the owner's provider; a joint one is also known to `PARTNER`."""
    referral = await a_triaged(world, owner, **but)
    choice = {"provider_id": provider_of(owner), "override_reason": "They know the family."}
    placed = await world.post(f"/v1/referrals/{referral['id']}/allocation", hub_of(owner), choice)
    if owner == JOINT:
        await share(world, placed)
        world.kept |= {"subject": f"participant/{placed['participant_id']}"}
    return placed


async def a_completed(world: World, owner: str = JOINT) -> dict[str, Any]:
    """A participant whose support has ended."""
    placed = await a_placed(world, owner)
    about: dict[str, Any] = {
        "programme_id": ELSEWHERE if owner == ELSEWHERE else PROGRAMME,
        "occurred_at": world.at,
        "participant_id": placed["participant_id"],
        "provider_id": placed["provider_id"],
        "case_id": new_id(),
    }
    day = {"started_on": date(2019, 10, 7), "referred_on": date(2019, 10, 7)}
    started = CaseStarted(event_id=new_id(), referral_id=placed["referral_id"], **day, **about)
    closed = CaseClosed(event_id=new_id(), reason="outcomes-achieved", closed_on=date(2019, 10, 7), **about)
    after = 1 if owner == JOINT else 0
    heard = [replace(one, sequence=one.sequence + after) for one in records_of([started, closed])]
    await world.door.hear(REACTIONS, heard)
    return placed


async def a_drop_in(world: World, owner: str = JOINT) -> dict[str, Any]:
    """A drop-in at the owner's provider."""
    completed = await a_completed(world, owner)
    programme = ELSEWHERE if owner == ELSEWHERE else PROGRAMME
    who = bearer("caseworker", provider_of(owner), programme)
    drop_in = await world.post("/v1/drop-ins", who, {"participant_id": completed["participant_id"]})
    world.belongs(owner, drop_in["id"])
    return drop_in


async def share(world: World, placed: dict[str, Any]) -> None:
    agreed = JointWorkAgreed(
        event_id=new_id(),
        programme_id=PROGRAMME,
        occurred_at=world.at,
        participant_id=placed["participant_id"],
        case_id=new_id(),
        provider_id=OWN,
        joint_provider_id=PARTNER,
        agreed_on=date(2019, 10, 7),
        shareable_only=False,
    )
    await world.door.hear(REACTIONS, records_of([agreed]))


async def a_handed_back(world: World, placed: dict[str, Any], owner: str) -> None:
    programme = ELSEWHERE if owner == ELSEWHERE else PROGRAMME
    manager = bearer("provider-manager", provider_of(owner), programme)
    await world.post(f"/v1/allocations/{placed['id']}/decline", manager, {"reason": "no-capacity"})


async def an_asked(world: World, owner: str = UNPLACED) -> dict[str, Any]:
    referral = await a_received(world, owner)
    body = {"question_code": "proof-of-residence", "note": "Where did they sleep?"}
    return await world.post(f"/v1/referrals/{referral['id']}/information-requests", hub_of(owner), body)


def on(made: Making, body: Any = None) -> Made:
    """Of an agency's own referral it is told no version."""

    async def make(world: World, role: str) -> Asking:
        params = {"referral_id": (await made(world))["id"]}
        return Asking(params, body=body, shows=(params["referral_id"],), told_no_version=role == "referrer")

    return make


async def allocated(world: World, _: str) -> Asking:
    referral = await a_triaged(world)
    return Asking({"referral_id": referral["id"]}, shows=(referral["participant_id"],))


async def a_triaged_read(world: World, _: str) -> Asking:
    world.kept["triaged"] = world.kept.get("triaged") or await a_triaged(world)
    return Asking({"referral_id": world.kept["triaged"]["id"]})


async def the_programme(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, shows=("homelessness",))


async def one_placed(world: World) -> dict[str, Any]:
    """One placement that is only read."""
    world.kept["placed"] = world.kept.get("placed") or await a_placed(world)
    return world.kept["placed"]


async def a_referral_read(world: World, _: str) -> Asking:
    placed = await one_placed(world)
    return Asking({"referral_id": placed["referral_id"]}, shows=(placed["referral_id"],))


async def an_allocation(world: World, _: str) -> Asking:
    placed = await one_placed(world)
    return Asking({"allocation_id": placed["id"]}, shows=(placed["participant_id"],))


async def handed_back(world: World, _: str) -> Asking:
    return Asking({"allocation_id": (await a_placed(world))["id"]}, body={"reason": "no-capacity"})


async def a_participant(world: World, _: str) -> Asking:
    placed = await one_placed(world)
    return Asking({"participant_id": placed["participant_id"]}, shows=(placed["participant_id"], "family_name"))


def a_name() -> dict[str, str]:
    return {"external_id": f"A-{new_id()}"}


async def referral_named(world: World, _: str) -> Asking:
    params = {"referral_id": (await a_received(world))["id"], "system": "prison-records"}
    return Asking(params, body=a_name(), shows=(params["referral_id"],))


async def participant_named(world: World, _: str) -> Asking:
    params = {"participant_id": (await one_placed(world))["participant_id"], "system": "horton-crm"}
    return Asking(params, body=a_name(), shows=(params["participant_id"],))


async def names_listed(world: World, role: str) -> Asking:
    """Of whoever asks: the hub's and an agency's of a referral, a provider's of a participant."""
    name, who = a_name(), {"hub": hub_of(OWN), "referrer": bearer("referrer", AGENCY)}.get(role)
    path = f"/v1/referrals/{(await a_received(world))['id']}" if who else None
    path = path or f"/v1/participants/{(await one_placed(world))['participant_id']}"
    answer = await world.door.put(f"{path}/external-ids/records-{new_id().hex}", who or bearer(role, OWN), name)
    answer.raise_for_status()
    return Asking(query={"limit": 200}, shows=(name["external_id"],), hides=(name["external_id"],))


async def named(world: World, _: str) -> Asking:
    family = f"Ackroyd {new_id()}"
    placed = await a_placed(world, OWN, person=a_person(family_name=family))
    return Asking(query={"id": placed["participant_id"]}, shows=(family,), hides=(family,))


async def merged(world: World, _: str) -> Asking:
    survivor, alias = await a_placed(world), await a_placed(world)
    manager = bearer("provider-manager")
    await world.post(f"/v1/allocations/{alias['id']}/decline", manager, {"reason": "no-capacity"})
    await world.post(f"/v1/referrals/{alias['referral_id']}/decline", HUB, {"reason": "out-of-area"})
    body = {"alias_id": alias["participant_id"], "reason": "One person."}
    return Asking({"participant_id": survivor["participant_id"]}, body=body, shows=(survivor["participant_id"],))


async def unmerged(world: World, role: str) -> Asking:
    asked = await merged(world, role)
    await world.post(f"/v1/participants/{asked.params['participant_id']}/merge", HUB, asked.body)
    return asked


async def told_apart(world: World, _: str) -> Asking:
    one, other = await a_received(world), await a_received(world)
    body = {"other_id": other["participant_id"], "reason": "Two cousins."}
    return Asking({"participant_id": one["participant_id"]}, body=body, shows=(one["participant_id"],))


async def put_right(world: World, _: str) -> Asking:
    body = {"given_name": f"Amina {new_id()}", "reason": "As the papers say."}
    participant_id = (await a_placed(world))["participant_id"]
    return Asking({"participant_id": participant_id}, body=body, shows=(participant_id,))


async def a_history(world: World, role: str) -> Asking:
    asked = await put_right(world, role)
    await world.post(f"/v1/participants/{asked.params['participant_id']}/corrections", HUB, asked.body)
    return Asking(asked.params, shows=(asked.body["given_name"],))


async def dropped_in(world: World, _: str) -> Asking:
    return Asking(body={"participant_id": (await a_completed(world))["participant_id"]})


async def drop_ins(world: World, _: str) -> Asking:
    drop_in = await a_drop_in(world)
    return Asking(query={"limit": 200}, shows=(drop_in["id"],))


def on_drop_in(body: dict[str, Any]) -> Made:
    async def make(world: World, _: str) -> Asking:
        drop_in = await a_drop_in(world)
        params = {"drop_in_id": drop_in["id"]}
        return Asking(params, body=body, shows=(drop_in["id"],), at=world.at + timedelta(days=1))

    return make


async def a_triaged_one(world: World) -> dict[str, Any]:
    return await a_triaged(world)


async def a_declined(world: World) -> dict[str, Any]:
    referral = await a_received(world)
    await world.post(f"/v1/referrals/{referral['id']}/decline", HUB, {"reason": "out-of-area"})
    return referral


async def question_taken_back(world: World, _: str) -> Asking:
    referral = await an_asked(world)
    read = await world.door.get(f"/v1/referrals/{referral['id']}", HUB)
    [question] = read.json()["information_requests"]
    params = {"referral_id": referral["id"], "question_id": question["id"]}
    return Asking(params, body={"reason": "It was said already."}, shows=(referral["id"],))


async def taken_back(world: World, _: str) -> Asking:
    return Asking({"allocation_id": (await a_placed(world))["id"]}, body={"reason": "The wrong provider."})


async def decline_put_right(world: World, _: str) -> Asking:
    placed = await a_placed(world)
    await a_handed_back(world, placed, JOINT)
    [row] = await world.door.rows("select id from decline where allocation_id = :id", id=placed["id"])
    body = {"reason": "The wrong line of the list.", "decline_reason": "out-of-area"}
    return Asking({"decline_id": str(row["id"])}, body=body, shows=(str(row["id"]),))


async def referrals(world: World, role: str) -> Asking:
    referral = await a_received(world)
    return Asking(query={"limit": 200}, shows=(referral["id"],))


async def waiting(world: World, _: str) -> Asking:
    return Asking(query={"limit": 200}, shows=((await a_received(world))["id"],))


async def declines(world: World, _: str) -> Asking:
    placed = await a_placed(world)
    await a_handed_back(world, placed, JOINT)
    return Asking(query={"limit": 200}, shows=(placed["participant_id"],))


async def a_new_one(_: World, __: str) -> Asking:
    return Asking(body=a_referral(source=SOURCE_OF[AGENCY], agency_id=AGENCY), shows=("received",))


async def providers(world: World, _: str) -> Asking:
    [row] = await world.door.rows(
        "select name from provider where programme_id = :programme and provider_id = :own", programme=PROGRAMME, own=OWN
    )
    return Asking(shows=(row["name"],), hides=(row["name"],))


async def loaded(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, body=a_roomy_part(PROGRAMME))


# --- made-up participants

A_GROUP = {"participants": 2, "answer": "query"}


async def a_group(world: World) -> str:
    group_id = (await world.post("/v1/sandbox/groups", bearer("provider-system"), A_GROUP))["id"]
    rows = await world.admin.fetch("select id from sandbox_member where group_id = $1", group_id)
    world.belongs(OWN, group_id, *(row[0] for row in rows))
    return group_id


async def asked_for(_: World, __: str) -> Asking:
    return Asking(body=A_GROUP)


async def groups(world: World, _: str) -> Asking:
    group_id = await a_group(world)
    return Asking(query={"limit": 200}, shows=(group_id,), hides=(group_id,))


async def one_group(world: World, _: str) -> Asking:
    group_id = await a_group(world)
    return Asking({"group_id": group_id}, shows=(group_id, "waiting"))


async def to_place(world: World, _: str) -> Asking:
    """A member, and a referral that is placed with whoever asked."""
    group_id = await a_group(world)
    [member, _] = await world.admin.fetch("select id from sandbox_member where group_id = $1 order by id", group_id)
    placed = await a_placed(world, OWN)
    return Asking({"member_id": str(member[0])}, body={"referral_id": placed["referral_id"]}, shows=("placed",))


async def members(world: World, role: str) -> Asking:
    asking = await to_place(world, role)
    path = f"/v1/sandbox/members/{asking.params['member_id']}/placement"
    await world.post(path, HUB, asking.body)
    return Asking(query={"state": "placed", "limit": 200}, shows=(asking.params["member_id"],))


REFERRAL = "/v1/referrals/{referral_id}"
FACTS = {"reason": "Misheard.", "facts": {"release_on": "2019-11-01"}}
QUESTION = {"question_code": "proof-of-residence", "note": "Where did they sleep?"}


async def a_referral_as_a_row(_: World, __: str) -> dict[str, Any]:
    return a_referral(source=SOURCE_OF[AGENCY], agency_id=AGENCY)


EXAMPLES: dict[str, Example] = {
    **feed_examples("referrals", "cases"),
    **bulk_examples(KINDS, KINDS["referrals"], a_referral_as_a_row),
    "GET /v1/allocations/{allocation_id}": Example(an_allocation),
    "POST /v1/allocations/{allocation_id}/decline": Example(handed_back),
    "POST /v1/allocations/{allocation_id}/withdrawal": Example(taken_back),
    "GET /v1/declines": filtered(declines),
    "POST /v1/declines/{decline_id}/corrections": Example(decline_put_right),
    "GET /v1/drop-ins": filtered(drop_ins),
    "POST /v1/drop-ins": Example(dropped_in, joint=422),
    "POST /v1/drop-ins/{drop_in_id}/corrections": Example(
        on_drop_in({"reason": "Misread.", "dropped_in_on": "2019-10-08"})
    ),
    "POST /v1/drop-ins/{drop_in_id}/withdrawal": Example(on_drop_in({"reason": "It was somebody else."})),
    "GET /v1/participants": filtered(named),
    "GET /v1/external-ids": filtered(names_listed),
    f"PUT {REFERRAL}/external-ids/{{system}}": Example(referral_named),
    "PUT /v1/participants/{participant_id}/external-ids/{system}": Example(participant_named, joint=Expected.SAME),
    "GET /v1/participants/{participant_id}": Example(a_participant, joint=Expected.SAME),
    "POST /v1/participants/{participant_id}/corrections": Example(put_right),
    "POST /v1/participants/{participant_id}/different": Example(told_apart),
    "GET /v1/participants/{participant_id}/history": Example(a_history),
    "POST /v1/participants/{participant_id}/merge": Example(merged),
    "POST /v1/participants/{participant_id}/unmerge": Example(unmerged),
    "GET /v1/programmes/{programme_id}": Example(the_programme, joint=Expected.SAME, organisation=Expected.SAME),
    "PUT /v1/programmes/{programme_id}": Example(loaded, programme=403),
    "GET /v1/providers": filtered(providers),
    "GET /v1/referrals": filtered(referrals),
    "POST /v1/referrals": Example(a_new_one, joint=403, organisation=403, programme=Expected.APART),
    f"GET {REFERRAL}": Example(a_referral_read),
    f"GET {REFERRAL}/candidates": Example(a_triaged_read),
    f"POST {REFERRAL}/allocation": Example(allocated),
    f"POST {REFERRAL}/corrections": Example(
        on(a_received, {"reason": "Misheard.", "facts": {"release_on": "2019-11-01"}})
    ),
    f"POST {REFERRAL}/decline": Example(on(a_received, {"reason": "out-of-area"})),
    f"POST {REFERRAL}/information": Example(on(an_asked, {"answer": "At a friend's."})),
    f"POST {REFERRAL}/information-requests": Example(on(a_received, QUESTION)),
    f"POST {REFERRAL}/information-requests/{{question_id}}/withdrawal": Example(question_taken_back),
    f"POST {REFERRAL}/reopening": Example(on(a_declined, {"reason": "The wrong person."})),
    f"POST {REFERRAL}/triage/corrections": Example(
        on(a_triaged_one, {"reason": "Misheard.", "triage": an_assessment(intensity="high")})
    ),
    f"POST {REFERRAL}/triage": Example(on(a_received, an_assessment())),
    f"POST {REFERRAL}/triage-support": Example(on(a_received)),
    "POST /v1/sandbox/groups": of_their_own(asked_for),
    "GET /v1/sandbox/groups": filtered(groups),
    "GET /v1/sandbox/groups/{group_id}": Example(one_group),
    "GET /v1/sandbox/members": filtered(members),
    "POST /v1/sandbox/members/{member_id}/placement": Example(to_place),
    "GET /v1/waiting-list": filtered(waiting),
}
