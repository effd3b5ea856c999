"""Tags and conditions as RFC 9110 has them, on every route, asked as its owner asks it (`EXAMPLES`)."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from common.web.access import allowed_roles, takes_a_version
from common.web.data_owners import tells_a_secret
from common.web.http.parameters import dependants_of
from common.web.http.representations import LEAST_BYTES
from tests.house.towns import app_of
from tests.isolation.matrix import Asking, Relation, asker, routes_of
from tests.isolation.services import SERVICES
from tests.isolation.worlds import World

ROUTES = {service: routes_of(app_of(service)) for service in SERVICES}
OTHERWISE_EACH_TIME = {
    "GET /v1/claims/{claim_id}/evidence-grant",  # it is good until a minute that is told
    "GET /v1/participants/{participant_id}/audit",  # this read is among them
}


def every(*, reads: bool) -> list[Any]:
    return [
        pytest.param(name, route, marks=pytest.mark.xdist_group(f"isolation-{name}"), id=f"{name} {route}")
        for name, routes in ROUTES.items()
        for route in sorted(routes)
        if route.startswith("GET ") is reads
    ]


class Owner:
    """Somebody who may ask a route for a thing of theirs."""

    def __init__(self, world: World, name: str, role: str, asking: Asking) -> None:
        self.world = world
        self.route: APIRoute = ROUTES[world.name][name]
        self.role = role
        self.asking = asking

    async def ask(self, method: str | None = None, path: str | None = None, **headers: str) -> httpx.Response:
        asking, said = self.asking, {name.replace("_", "-"): value for name, value in headers.items()}
        usual = {
            "Authorization": f"Bearer {asker(self.role, Relation.OWN)}",
            "Simulated-Now": (asking.at or self.world.at).isoformat(),
            "Accept-Encoding": "identity",
        }
        return await self.world.door.client.request(
            method or min(self.route.methods or ()),
            path or self.route.path.format(**asking.params),
            params=None if path else dict(asking.query),
            headers=usual | said,
            json=None if path else asking.body,
            data=None if path else asking.form,
            files=None if path else asking.files,
        )

    async def write(self, key: str, **headers: str) -> httpx.Response:
        return await self.ask(Idempotency_Key=key, **headers)

    async def version(self) -> int | None:
        if self.asking.version is not None:
            return self.asking.version
        return await self.world.version_of(*self.asking.params.values())


async def owner_of(world: World, name: str) -> Owner:
    role = min(allowed_roles(ROUTES[world.name][name]) or ())
    return Owner(world, name, role, await SERVICES[world.name].examples[name].make(world, role))


def told(answer: httpx.Response) -> Mapping[str, str]:
    """What is said of the body, sent or not."""
    return {name: answer.headers[name] for name in ("etag", "content-length", "vary") if name in answer.headers}


@pytest.mark.parametrize(("world", "name"), every(reads=False), indirect=["world"])
async def test_a_write_is_held_against_the_version_it_names_or_refuses_to_be_told_one(world: World, name: str) -> None:
    owner = await owner_of(world, name)
    version = await owner.version()
    if takes_a_version(owner.route):
        for stale in ('"999999"', f'W/"{version}", "of-another-kind"', f'"{"9" * 5000}"'):
            refused = await owner.write("held-against-it", If_Match=stale)
            assert (refused.status_code, refused.json()["type"]) == (412, "/problems/stale-version"), stale
        named = {"If_Match": "*" if version is None else f'"another", "{version}-abc0"'}
    else:
        refused = await owner.write("held-against-it", If_Match='"1"')
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/condition-means-nothing")
        named = {}
    done = await owner.write("held-against-it", **named)

    assert done.is_success, done.text
    if done.status_code == 201:
        made = next((it for name in ("version", "revision") if isinstance(it := done.json().get(name), int)), None)
        assert done.headers.get("etag") == (None if made is None else f'"{made}"')
        shown = await owner.ask("GET", done.headers["location"])
        assert shown.status_code in (200, 403), f"{done.headers['location']}: {shown.text}"
    elif named and owner.route.methods != {"PUT"}:
        now = await owner.version() if owner.asking.version is None else owner.asking.version + 1
        assert now is None or done.headers["etag"] == f'"{now}"'
    if "idempotency-key" in taken(owner.route):
        again = await owner.write("held-against-it", **named)
        assert again.headers["idempotency-replayed"] == "true"
        assert (again.headers.get("location"), "etag" in again.headers) == (done.headers.get("location"), False)


def taken(route: APIRoute) -> set[str]:
    return {one.alias for each in dependants_of(route) for one in each.header_params}


@pytest.mark.parametrize(("world", "name"), every(reads=True), indirect=["world"])
async def test_what_is_read_is_tagged_smaller_for_who_wants_it_and_not_sent_to_who_has_it(
    world: World, name: str
) -> None:
    owner = await owner_of(world, name)
    read, head, packed = await owner.ask(), await owner.ask("HEAD"), await owner.ask(Accept_Encoding="gzip;q=0.5, br")
    assert (read.status_code, head.status_code, head.content) == (200, 200, b""), read.text
    tag = read.headers["etag"]

    if "content-encoding" in packed.headers:
        assert packed.headers["vary"] == read.headers["vary"]
        assert "Accept-Encoding" in packed.headers["vary"].split(", ")
        assert int(packed.headers["content-length"]) < len(read.content)
        assert packed.headers["etag"] != tag
    else:
        assert len(read.content) < LEAST_BYTES or tells_a_secret(world.door.app, owner.route.path) or is_file(read)
    if name in OTHERWISE_EACH_TIME:
        return
    assert told(head) == told(read)
    assert packed.content == read.content
    assert (await owner.ask(If_None_Match=packed.headers["etag"], Accept_Encoding="gzip")).status_code == 304
    for had in (f'"another", W/{tag}', "*"):
        saved = await owner.ask(If_None_Match=had)
        assert (saved.status_code, saved.content, saved.headers["etag"]) == (304, b"", tag), had
    assert (await owner.ask(If_None_Match='"another"', If_Match=tag)).content == read.content
    assert (await owner.ask(If_Match=f'"another", W/{tag}')).status_code == 412


def is_file(answer: httpx.Response) -> bool:
    return "content-disposition" in answer.headers
