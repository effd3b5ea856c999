"""Every list is read from an index: in each of its orders, alone and with each of its filters, by whoever asks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Viewpoint, create_engine, create_sessions, look_from
from common.ids import new_id
from common.lists import CHANGED, Listing, Month, Wanted
from common.web.access import allowed_roles, api_routes
from common.web.fields import BusinessDay
from common.web.http.lists import LISTS
from common.web.http.parameters import dependants_of
from common.web.roles import HELD_AT, LOOKS_FROM
from tests.house.towns import SERVICES, app_of
from tests.parts.postgres import Databases

PLACES = {UUID: new_id(), date: date(2019, 10, 1), datetime: datetime(2019, 10, 1, tzinfo=UTC), int: 1, str: "kbop"}


def lists_of(service: str) -> Iterator[tuple[str, Listing, set[Viewpoint]]]:
    """Each list of a service, with from where those who may ask for it look at the rows."""
    for route in api_routes(app_of(service)):
        for dependant in dependants_of(route):
            if dependant.call is not None and dependant.call in LISTS:
                kinds = {kind for kind, held in HELD_AT.items() if held & (allowed_roles(route) or set())}
                yield route.path, LISTS[dependant.call], {LOOKS_FROM[kind] for kind in kinds}


def in_an_index(listing: Listing) -> Iterator[tuple[str, str | None]]:
    """Every order, alone and with each filter that must be found by an index in it."""
    if listing.changed:
        yield CHANGED, None
    for order, each in listing.orders.items():
        yield order, None
        for name, one in listing.filters.items():
            if one.of in (None, order) and (each.filters is None or name in each.filters or one.few):
                yield order, name


def said_of(kind: Any) -> Any:
    """Something that a filter may be asked for."""
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    said = {bool: True, UUID: new_id(), date: date(2019, 10, 1), BusinessDay: date(2019, 10, 1), Month: "2019-10"}
    return said.get(kind, "KBOP-000001")


async def plan_of(session: AsyncSession, listing: Listing, order: str, narrowed: str | None) -> list[dict[str, Any]]:
    """The steps by which PostgreSQL finds a page far into the list, whatever values are asked for."""
    said = {} if narrowed is None else {narrowed: said_of(listing.filters[narrowed].kind)}
    by = listing.ordered(order).by
    after = tuple(PLACES[column.type.python_type] for column in by)
    query = listing.query(Wanted(order, said, after), listing.row.programme_id == "kbop")
    compiled = query.compile(dialect=dialect())  # pyright: ignore[reportUnknownMemberType] - untyped
    asked = str(compiled).replace(":", r"\:")
    nothing = ", ".join("null" for _ in compiled.positiontup or ())
    await session.execute(text("set local plan_cache_mode = force_generic_plan"))
    await session.execute(text(f"prepare asked as {asked}"))
    plans: list[dict[str, Any]] = await session.scalar(text(f"explain (format json) execute asked({nothing})")) or []
    await session.execute(text("deallocate asked"))
    return list(steps_of(plans[0]["Plan"]))


def steps_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        if each.get("Parent Relationship") not in ("SubPlan", "InitPlan"):
            yield from steps_of(each)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_order_and_filter_of_a_list_has_its_index(service: str, databases: Databases) -> None:
    faults: list[str] = []
    package = service.replace("-", "_")
    with databases.clone(service) as database:
        engine = create_engine(database.url("main"))
        for path, listing, viewpoints in lists_of(service):
            for viewpoint in sorted(viewpoints):
                async with create_sessions(engine).begin() as session:
                    indexes = await indexes_of(session, listing)
                    await look_from(session, package, viewpoint, "kbop", "horton")
                    for order, narrowed in in_an_index(listing):
                        if why := await fault_in(session, indexes, listing, order, narrowed):
                            faults.append(f"{path} order={order} {narrowed or ''} from {viewpoint}: {why}")
        await engine.dispose()

    assert not faults, "\n".join(faults)


async def indexes_of(session: AsyncSession, listing: Listing) -> set[tuple[str, ...]]:
    """The columns of every index of a list's table."""
    columns = (
        "select array_agg(a.attname order by k.place)::text[] from pg_index i"
        " cross join unnest(i.indkey) with ordinality as k (attnum, place)"
        " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
        " where i.indrelid = cast(:table as regclass) and i.indisvalid group by i.indexrelid"
    )
    return {tuple(each) for each in await session.scalars(text(columns), {"table": listing.row.__tablename__})}


async def fault_in(
    session: AsyncSession, indexes: set[tuple[str, ...]], listing: Listing, order: str, narrowed: str | None
) -> str | None:
    """Why a page would cost more, the more rows there are."""
    each = listing.filters[narrowed] if narrowed else None
    by = tuple(column.key for column in listing.ordered(order).by)
    few = listing.of or (each.columns if each is not None and each.few else ())
    if few:
        found = {name for index in indexes for name in (index[0], *index[1:2])}
        return None if found.issuperset(few) else f"no index finds the few by {few}"
    beside = ("programme_id", *(each.columns if each is not None else ()), *by)
    if all(index[: len(beside)] != beside for index in indexes):
        return f"there is no index of {', '.join(beside)}"
    for way in ("seqscan", "sort", "incremental_sort"):
        await session.execute(text(f"set local enable_{way} = off"))
    kinds = {step["Node Type"] for step in await plan_of(session, listing, order, narrowed)}
    if "Seq Scan" in kinds:
        return "a whole table is read"
    return "rows are put in order after they are read" if kinds & {"Sort", "Incremental Sort"} else None


MACHINERY = ("/v1/audit", "/v1/bulk-", "/v1/events", "/v1/inbox", "/v1/sandbox/clocks", "/v1/streams", "/v1/webhooks")
"""Lists of the machinery, which come in the order of their places and by its own filters."""
NO_LISTS = {
    "referral-hub": {"/v1/participants": "the names behind ids that are given, at most 200"},
    "reporting": {"/v1/monthly-reports": "counted from the calendar: a report that nobody has submitted has no row"},
}
"""What is answered in pages and is no list of rows."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_list_is_declared_or_says_why_it_is_none(service: str) -> None:
    pages = {
        route.path
        for route in api_routes(app_of(service))
        if "Page[" in str(route.response_model) and route.methods == {"GET"}
    }
    declared = {path for path, _, _ in lists_of(service)}
    machinery = {path for path in pages if path.startswith(MACHINERY) or path.endswith("/audit")}

    assert pages - declared - machinery == NO_LISTS.get(service, {}).keys()
