"""How webhooks are asked for: a provider's are its own, a council's its own, and an operator sees the programme's."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from common.ids import new_id
from tests.isolation.matrix import Asking, Example, Expected
from tests.isolation.worlds import AGENCY, OTHER_AGENCY, OWN, PARTNER, PROGRAMME, STRANGER, UNPLACED, World, bearer

MOST = 10
BODY = {"url": "https://localhost:8443/hooks/outcomes", "event_types": [], "subjects": ["participant/"]}
END_OLDER = """
update webhook set state = 'ended' where id in (
    select id from webhook where organisation = $1 and state <> 'ended' order by id desc offset 5)
"""
FILL = """
insert into webhook (id, programme_id, organisation, organisation_kind, roles, created_by, url, event_types, subjects,
                     told_up_to)
select gen_random_uuid(), $1, $2, $4, '{}', 'another', 'https://localhost/', '{}', '{}', 0
from generate_series(1, $3 - (select count(*) from webhook where organisation = $2 and state <> 'ended'))
"""
QUEUE = """
insert into webhook_delivery (webhook_id, id, programme_id, organisation, seq, type, subject, announced_at)
select id, $2, programme_id, organisation, 1, 'CaseClosed', $3, clock_timestamp() from webhook where id = $1
"""
TRIED = """
insert into webhook_attempt (webhook_id, delivery_id, at, programme_id, organisation, duration_ms, status, failure)
select id, $2, clock_timestamp(), programme_id, organisation, 37, 503, 'failed' from webhook where id = $1
"""
PATH = "/v1/webhooks/{webhook_id}"
OWNER = {"provider-system": OWN, "referrer": UNPLACED}
"""Whose a subscription is, by who asks; a council's is nobody's in particular."""


async def a_webhook(world: World, role: str) -> str:
    """One of whoever has the role; of `OWN`'s, where that is an operator, who has none."""
    subscriber = "provider-system" if role == "operator" else role
    await end_older(world)
    webhook_id = (await world.post("/v1/webhooks", bearer(subscriber), BODY))["id"]
    if subscriber in OWNER:
        world.belongs(OWNER[subscriber], webhook_id)
    return webhook_id


async def end_older(world: World) -> None:
    for organisation in (OWN, AGENCY, "kirklees-council"):
        await world.admin.execute(END_OLDER, organisation)


async def to_subscribe(world: World, _: str) -> Asking:
    await end_older(world)
    for organisation, kind in ((PARTNER, "provider"), (STRANGER, "provider"), (OTHER_AGENCY, "agency")):
        await world.admin.execute(FILL, PROGRAMME, organisation, MOST, kind)
    return Asking(body=BODY, shows=("whsec_",))


def on(body: Any = None) -> Callable[[World, str], Awaitable[Asking]]:
    async def make(world: World, role: str) -> Asking:
        webhook_id = await a_webhook(world, role)
        return Asking({"webhook_id": webhook_id}, body=body, shows=(webhook_id,))

    return make


async def listed(world: World, role: str) -> Asking:
    webhook_id = await a_webhook(world, role)
    return Asking(query={"limit": 200}, shows=(webhook_id,), hides=(webhook_id,))


async def deliveries(world: World, role: str) -> Asking:
    webhook_id, delivery_id = await a_delivery(world, role)
    return Asking({"webhook_id": webhook_id}, shows=(delivery_id, "503"))


async def one_delivery(world: World, role: str) -> Asking:
    webhook_id, delivery_id = await a_delivery(world, role)
    return Asking({"webhook_id": webhook_id, "delivery_id": delivery_id}, shows=(delivery_id,))


async def a_delivery(world: World, role: str) -> tuple[str, str]:
    """A message to one of the role's about somebody of `OWN`'s."""
    webhook_id, delivery_id = await a_webhook(world, role), str(new_id())
    await world.admin.execute(QUEUE, webhook_id, delivery_id, world.kept["subject"])
    await world.admin.execute(TRIED, webhook_id, delivery_id)
    return webhook_id, delivery_id


WEBHOOKS: Mapping[str, Example] = {
    "POST /v1/webhooks": Example(to_subscribe, joint=409, organisation=409, programme=Expected.APART),
    "GET /v1/webhooks": Example(listed, Expected.FILTERED, Expected.FILTERED, Expected.FILTERED),
    f"GET {PATH}": Example(on()),
    f"PUT {PATH}": Example(on(BODY)),
    f"POST {PATH}/ending": Example(on()),
    f"POST {PATH}/secret": Example(on({"overlap_hours": 48})),
    f"POST {PATH}/test": Example(on()),
    f"POST {PATH}/redelivery": Example(on({"since": "2019-10-01T00:00:00Z", "until": "2019-10-02T00:00:00Z"})),
    f"GET {PATH}/deliveries": Example(deliveries),
    f"GET {PATH}/deliveries/{{delivery_id}}": Example(one_delivery),
    f"POST {PATH}/deliveries/{{delivery_id}}/redelivery": Example(one_delivery),
}
"""How the routes of a service that announces are asked."""
