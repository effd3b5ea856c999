"""How the routes every service has are asked: the feed, and what reconciling and parked streams need."""

from collections.abc import Awaitable, Callable, Mapping

from common.audit.sealing import seal_once
from common.contracts import EVERY_EVENT
from common.ids import new_id
from tests.isolation.matrix import Asking, Example, Expected, Relation
from tests.isolation.sandbox import SANDBOX
from tests.isolation.webhooks import WEBHOOKS
from tests.isolation.worlds import OWN, PROGRAMME, World, bearer
from tests.parts.api import NEVER_THERE

PARK = """
insert into inbox (topic, subject, programme_id, last_sequence, state, attempts)
values ($1, $2, $3, 1, 'parked', 5)
"""
GONE = """
insert into audit (programme_id, actor, organisation, action, subjects, cause, business_at, effect)
values ($1, 'worker', 'worker', $2, array[$3], $4, clock_timestamp(), array[$5])
"""
ANNOUNCE = """
insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers, body,
                    occurred_at, hash)
values ($1, $2, $3, 1, 'CaseClosed', 1, $4, $5, '{}', '{"reason": "moved-away"}', '2019-10-07T09:00:00Z', '\\x00')
"""
SHORTLY_BEFORE = """
select greatest(0, coalesce((select min(seq) from log join outbox using (position) where subject = $1), numbered) - 200)
from relay
"""
"""From where a page reaches a stream's first event, however much was announced before by other tests."""


def feed_examples(announced: str | None, heard: str) -> Mapping[str, Example]:
    """Examples for a service that announces on one topic, or none, and hears another.

    `world.kept["subject"]` is a stream of `OWN`'s on the announced topic.
    """

    async def events(world: World, role: str) -> Asking:
        after = await world.admin.fetchval(SHORTLY_BEFORE, world.kept.get("subject")) if announced else 0
        return Asking(query={"limit": 1000, "after": after}, shows=shown(world, role))

    async def missing(world: World, role: str) -> Asking:
        topic = f"public.{announced}" if role == "council-system" else announced
        streams = [{"topic": topic, "subject": world.kept["subject"], "from": 1}] if announced else []
        return Asking(body={"streams": streams}, shows=shown(world, role))

    async def streams(world: World, role: str) -> Asking:
        return Asking(query={"topic": announced or heard}, shows=shown(world, role))

    async def inbox(world: World, _: str) -> Asking:
        subject = await parked(world, heard)
        return Asking(query={"topic": heard, "limit": 200, "state": "parked"}, shows=(subject,), hides=(subject,))

    async def retry(world: World, _: str) -> Asking:
        return Asking(body={"topic": heard, "subject": await parked(world, heard)})

    async def skip(world: World, _: str) -> Asking:
        body = {"topic": heard, "subject": await parked(world, heard), "sequence": 2, "event_id": str(new_id())}
        return Asking(body=body | {"reason": "unreadable"})

    async def redact(world: World, _: str) -> Asking:
        event_id = await announced_once(world, announced or heard)
        return Asking(body={"event_id": event_id, "reason": "said-too-much"}, shows=(event_id,))

    async def redactions(world: World, role: str) -> Asking:
        asked = await redact(world, role)
        who = bearer("operator", programme=PROGRAMME)
        await world.post("/v1/events/redact", who, asked.body)
        return Asking(shows=asked.shows, hides=asked.shows)

    def shown(world: World, role: str) -> tuple[str, ...]:
        return (world.kept["subject"],) if announced and role != "council-system" else ()

    return {
        "GET /v1/events": carried_on(events),
        "POST /v1/events/missing": carried_on(missing),
        "POST /v1/events/redact": Example(redact),
        "GET /v1/events/redactions": filtered(redactions),
        "GET /v1/streams": carried_on(streams),
        "GET /v1/streams/faults": filtered(about_streams),
        "GET /v1/inbox": carried_on(inbox),
        "POST /v1/inbox/retry": Example(retry),
        "POST /v1/inbox/skip": Example(skip),
        **heard_again(heard),
        **({**WEBHOOKS, **SANDBOX} if announced else {}),
        "GET /v1/audit": filtered(audited),
        "GET /v1/audit/standing": filtered(audited),
        "GET /v1/audit/checkpoints": filtered(audited),
        "GET /v1/participants/{participant_id}/audit": filtered(about_one),
    }


def heard_again(topic: str) -> Mapping[str, Example]:
    async def one(world: World, _: str) -> Asking:
        return Asking(body={"topic": topic, "subject": await parked(world, topic), "to": 1})

    async def whatever_is_missing(_: World, __: str) -> Asking:
        return Asking(body={"topic": topic})

    async def gone_effects(world: World, _: str) -> Asking:
        subject = await gone(world, topic)
        return Asking(shows=(subject,), hides=(subject,))

    return {
        "GET /v1/inbox/effects": filtered(gone_effects),
        "POST /v1/inbox/hear-again": Example(one),
        "POST /v1/inbox/hear-missing": Example(whatever_is_missing, programme=Expected.APART),
    }


def filtered(make: Callable[[World, str], Awaitable[Asking]], joint: int | Expected = Expected.FILTERED) -> Example:
    """A list: everybody with the role is answered, with what is theirs."""
    return Example(make, joint, Expected.FILTERED, Expected.FILTERED)


def carried_on(make: Callable[[World, str], Awaitable[Asking]]) -> Example:
    """A list by which services carry events on, of every programme whatever their own token says."""
    of_every_programme = {("service", Relation.PROGRAMME): Expected.SAME}
    return Example(make, Expected.FILTERED, Expected.FILTERED, Expected.FILTERED, of_every_programme)


async def parked(world: World, topic: str, programme: str = PROGRAMME) -> str:
    """A stream that stopped, as the worker leaves it."""
    subject = f"participant/{new_id()}"
    await world.admin.execute(PARK, topic, subject, programme)
    return subject


async def gone(world: World, topic: str) -> str:
    """A stream of which an event left a row that is there no more."""
    subject = f"participant/{new_id()}"
    event = next(one for one in EVERY_EVENT.values() if one.topic == topic)
    await world.admin.execute(GONE, PROGRAMME, f"heard {event.__name__}", subject, str(new_id()), NEVER_THERE)
    return subject


async def audited(world: World, _: str) -> Asking:
    """What was recorded until now, bound to its chains, as the worker does."""
    while await seal_once(world.door.worker):
        pass
    return Asking()


async def about_streams(_: World, __: str) -> Asking:
    return Asking()


async def about_one(_: World, __: str) -> Asking:
    return Asking({"participant_id": str(new_id())})


async def announced_once(world: World, topic: str) -> str:
    """An event of `OWN`'s in the outbox, as an operation leaves it."""
    event_id = new_id()
    await world.admin.execute(ANNOUNCE, event_id, topic, f"participant/{new_id()}", PROGRAMME, OWN)
    return str(event_id)
