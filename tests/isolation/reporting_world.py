"""Reporting: a tracker is its provider's and the partnership's; timelines and counts are the partnership's alone."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any

from common.contracts import Event
from common.ids import new_id
from reporting.domain.month import month_after
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for
from tests.isolation.feeds import feed_examples, filtered
from tests.isolation.matrix import Asking, Example, Expected, Relation
from tests.isolation.worlds import ELSEWHERE, OWN, PARTNER, PROGRAMME, STRANGER, World, bearer, opened
from tests.parts.api import records_of
from tests.parts.postgres import Databases
from tests.reporting.api.programme import a_part, a_row, an_activity, some_targets
from tests.reporting.story import a_whole_story

STORIES = {OWN: 3, STRANGER: 2, PARTNER: 2, ELSEWHERE: 1}
IN_KBOP = 7
"""How many people each owner's figures count, and all of the programme's."""


def a_small_part(programme: str) -> dict[str, Any]:
    providers = [
        {"provider_id": each, "name": f"{programme} {each}", "rate_card": "generic", "joined_on": "2019-09-01"}
        for each in (OWN, STRANGER, PARTNER)
    ]
    rows = [
        an_activity("referrals"),
        an_activity("new-starts"),
        a_row("three-months", "ACC_3M") | {"title": f"Three months in {programme}"},
        a_row("added-value", kind="added-value"),
        a_row("total-outcomes", kind="total"),
    ]
    targets = [some_targets(each, three_months=10) for each in (OWN, STRANGER, PARTNER)]
    providers = [one | {"left_on": None} for one in providers]
    return a_part(programme_id=programme, providers=providers, rows=rows, targets=targets, support_plan_days=15)


@asynccontextmanager
async def reporting_world(databases: Databases) -> AsyncGenerator[World]:
    async with opened(databases, "reporting", create_app_for) as world:
        for programme in (PROGRAMME, ELSEWHERE):
            who = bearer("operator", None, programme)
            await world.send("PUT", f"/v1/programmes/{programme}", who, a_small_part(programme))
        for owner, people in STORIES.items():
            for _ in range(people):
                await a_story(world, owner)
        yield world


async def a_story(world: World, owner: str) -> None:
    """Someone's way from referral to closure, as heard from the other services."""
    person = new_id()
    provider = owner if owner in (PARTNER, STRANGER) else OWN
    programme = ELSEWHERE if owner == ELSEWHERE else PROGRAMME
    story = [placed(event, provider, programme) for event in a_whole_story(person)]
    await world.door.hear(REACTIONS, records_of(story))
    world.belongs(owner, person)
    if owner == OWN:
        world.kept |= {"person": str(person), "subject": f"participant/{person}"}


def placed(event: Event, provider: str, programme: str) -> Event:
    where = {"programme_id": programme, "event_id": new_id()}
    if "provider_id" in type(event).model_fields:
        where["provider_id"] = provider
    return event.model_copy(update=where)


async def tracker(_: World, role: str) -> Asking:
    whose = {} if role in ("investor", "lcf-officer") else {"provider": OWN}
    mine = ("Three months in kbop",)
    return Asking(query={"month": "2019-11"} | whose, shows=mine, hides=mine)


async def timeline(world: World, _: str) -> Asking:
    return Asking({"participant_id": world.kept["person"]}, shows=("ClaimVerified",))


async def summary(_: World, __: str) -> Asking:
    mine = (f'"claims_verified":{IN_KBOP}', '"programme_id":"kbop"')
    return Asking(shows=mine, hides=mine)


async def figures(_: World, __: str) -> Asking:
    mine = (f'"referrals":{IN_KBOP}', '"programme_id":"kbop"')
    return Asking(shows=mine, hides=mine)


async def people(_: World, __: str) -> Asking:
    mine = (f'"people":{IN_KBOP}',)
    return Asking(shows=mine, hides=mine)


async def sustainment(_: World, __: str) -> Asking:
    mine = (f'"entered":{IN_KBOP}',)
    asked = {"entered": "ACC_3M", "sustained": "ACC_6M"}
    return Asking(query=asked, shows=mine, hides=mine, at=datetime(2019, 12, 2, 9, tzinfo=UTC))


async def waits(_: World, __: str) -> Asking:
    mine = (f'"people":{IN_KBOP}',)
    return Asking(shows=mine, hides=mine)


async def loaded(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, body=a_small_part(PROGRAMME))


async def reported(world: World, role: str) -> Asking:
    """A month that nobody has submitted yet."""
    world.kept["months"] = str(int(world.kept.get("months", "0")) + 1)
    month = month_after(date(2019, 10, 1), int(world.kept["months"]))
    at = datetime.combine(month_after(month), time(9), UTC)
    whose = {"provider": OWN} if role == "provider-manager" else {}
    return Asking(body={"month": f"{month:%Y-%m}"} | whose, at=at, shows=(f"{month:%Y-%m}",))


async def a_report(world: World, writer: str) -> str:
    """A month submitted by whoever may, a provider's or the partnership's."""
    asking = await reported(world, writer)
    await world.post("/v1/monthly-reports", bearer(writer), asking.body, at=asking.at)
    return asking.body["month"]


async def corrected(world: World, role: str) -> Asking:
    month = await a_report(world, role)
    return Asking({"month": month}, body={"reason": "Two posts were counted twice."}, shows=(month,))


async def accepted(world: World, role: str) -> Asking:
    writer = "provider-manager" if role == "prime-manager" else "prime-manager"
    month = await a_report(world, writer)
    whose = {"provider": OWN} if role == "prime-manager" else {}
    return Asking({"month": month}, body={"version": 1} | whose, shows=(month,))


async def report(world: World, _: str) -> Asking:
    month = await a_report(world, "provider-manager")
    mine = ("Three months in kbop",)
    return Asking({"month": month}, query={"provider": OWN}, shows=mine, hides=mine)


async def reports_due(world: World, _: str) -> Asking:
    return Asking(query={"provider": OWN}, shows=(OWN,))


OF_THE_WHOLE = {
    (role, Relation.PROGRAMME): Expected.FILTERED
    for role in ("provider-manager", "prime-manager", "council-oversight", "investor", "lcf-officer")
}
AS_A_SHEET = dict.fromkeys(OF_THE_WHOLE, Expected.APART)
"""One page, and no cursor in it: another programme gets its own sheet."""
EXAMPLES: dict[str, Example] = {
    **feed_examples(None, "claims"),
    "GET /v1/kpi-tracker": Example(tracker, by_role=OF_THE_WHOLE),
    "GET /v1/kpi-tracker/csv": Example(tracker, by_role=AS_A_SHEET),
    "GET /v1/kpi-tracker/xlsx": Example(tracker, by_role=AS_A_SHEET),
    "POST /v1/monthly-reports": Example(reported, programme=Expected.APART),
    "GET /v1/monthly-reports": Example(reports_due, by_role=OF_THE_WHOLE),
    "GET /v1/monthly-reports/{month}": Example(report),
    "POST /v1/monthly-reports/{month}/corrections": Example(corrected),
    "POST /v1/monthly-reports/{month}/acceptance": Example(accepted),
    "GET /v1/participants/{participant_id}/timeline": Example(timeline),
    "GET /v1/programme/summary": filtered(summary),
    "GET /v1/programme/figures": filtered(figures),
    "GET /v1/programme/people-with-outcomes": filtered(people),
    "GET /v1/programme/sustainment": filtered(sustainment),
    "PUT /v1/programmes/{programme_id}": Example(loaded, programme=403),
    "GET /v1/waiting-times": filtered(waits),
}
