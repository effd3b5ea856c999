"""The floor under every query: row-level security shows each viewpoint its own, whatever is asked."""

import pytest

from tests.isolation.backstop import (
    REQUESTS,
    above_the_law,
    boundless,
    carried_on,
    carried_over,
    deletable,
    foreign_changes,
    foreign_rows,
    tenants,
    unguarded,
)
from tests.isolation.kept import say
from tests.isolation.services import SERVICES
from tests.isolation.worlds import World, marks_in

EVERY_SERVICE = [pytest.param(name, marks=pytest.mark.xdist_group(f"isolation-{name}"), id=name) for name in SERVICES]
of_every_service = pytest.mark.parametrize("world", EVERY_SERVICE, indirect=True)

SHOWN = 20
CARRIED_ON = ("inbox", "log", "outbox", "redaction", "relay", "stream")


@of_every_service
async def test_every_table_forces_row_level_security_by_a_policy(world: World) -> None:
    assert await unguarded(world) == []
    assert await boundless(world) == []
    assert await above_the_law(world) == []


@of_every_service
async def test_services_read_what_was_announced_and_heard_in_every_programme_and_nothing_else(world: World) -> None:
    assert await carried_on(world) == [f"{table} select" for table in CARRIED_ON]


@of_every_service
async def test_a_new_table_without_a_policy_is_noticed(world: World) -> None:
    await world.admin.execute("create table planted (programme_id text)")
    try:
        assert await unguarded(world) == ["planted"]
        await world.admin.execute("alter table planted enable row level security")
        await world.admin.execute("alter table planted force row level security")
        assert await unguarded(world) == ["planted"]
        await world.admin.execute(f"create policy mine on planted to {world.service}_provider using (true)")
        assert await boundless(world) == [f"planted to {world.service}_provider"]
    finally:
        await world.admin.execute("drop table planted")


@of_every_service
async def test_no_viewpoint_sees_a_row_of_somebody_else(world: World) -> None:
    marks = await marks_in(world)

    for tenant in tenants():
        faults, counted = await foreign_rows(world, marks, tenant)
        say(f"{tenant.viewpoint} {tenant.programme or '-'} {tenant.organisation or '-'}: {counted}")
        assert not faults, "\n".join(faults[:SHOWN])


@of_every_service
async def test_no_request_finds_the_tenant_of_the_one_before(world: World) -> None:
    faults = await carried_over(world)

    say(f"{REQUESTS} requests, {len(faults)} carried over")
    assert not faults, "\n".join(faults[:SHOWN])


@of_every_service
async def test_no_viewpoint_changes_or_writes_a_row_of_somebody_else(world: World) -> None:
    marks = await marks_in(world)

    assert await deletable(world) == []
    for tenant in tenants():
        faults = await foreign_changes(world, marks, tenant)
        assert not faults, "\n".join(faults[:SHOWN])
