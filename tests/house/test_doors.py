"""What every route of every service does before it carries anything out: who asks, by what names, of which version."""

import re
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any, cast

import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.ids import new_id
from common.web.access import allowed_roles, api_routes
from common.web.http.parameters import dependants_of, parameters_of
from common.web.pages import LISTED, UnreadableCursor, cursor_of, key_of, list_of
from common.web.roles import HELD_AT
from tests.house.towns import SERVICES, app_of
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases
from tests.parts.tokens import token

FUZZ = settings(max_examples=60, deadline=None, derandomize=True, database=None)
FUZZ_HTTP = settings(FUZZ, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=SERVICES)
async def door(request: pytest.FixtureRequest, databases: Databases) -> AsyncGenerator[FrontDoor]:
    """Each service's front door; or of those named (`parametrize("door", ["claims"], indirect=True)`)."""
    name: str = request.param
    create_app_for = import_module(f"{name.replace('-', '_')}.main").create_app_for
    async with front_door(databases, name.replace("-", "_"), create_app_for) as door:
        yield door


def guarded(door: FrontDoor) -> list[APIRoute]:
    return [route for route in api_routes(door.app) if allowed_roles(route) is not None]


async def asked(door: FrontDoor, route: APIRoute, signed_in: bool = True, **more: Any) -> Any:
    """An answer to someone who may call the route, if only the rest were right."""
    role = min(allowed_roles(route) or ())
    kind = next(kind for kind, held in HELD_AT.items() if role in held)
    headers = {"Idempotency-Key": new_id().hex} | more.pop("headers", {})
    headers = {name: value for name, value in headers.items() if value is not None}
    if signed_in:
        headers["Authorization"] = f"Bearer {token(role, organisation='someone', kind=kind)}"
    path = more.pop("path", None) or path_of(route)
    return await door.client.request(more.pop("method", min(route.methods or ())), path, headers=headers, **more)


def path_of(route: APIRoute) -> str:
    return route.path.format(**{name: new_id() for name in route.param_convertors})


async def test_who_comes_first_and_then_what(door: FrontDoor) -> None:
    broken = {"content": b"{", "headers": {"Content-Type": "application/json"}}

    answers = {route.path: await asked(door, route, signed_in=False, **broken) for route in guarded(door)}

    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 401} == {}


async def test_no_route_takes_a_parameter_it_does_not_have(door: FrontDoor) -> None:
    for route in guarded(door):
        answer = await asked(door, route, params={"stat": "submitted"})
        told = answer.json()

        assert (answer.status_code, told["type"]) == (422, "/problems/unknown-parameter"), route.path
        assert told["errors"] == [{"field": "query.stat", "problem": "there is no such parameter"}]
        assert all(name in told["detail"] for name in parameters_of(route)), route.path


async def test_no_route_takes_the_last_of_two_where_it_takes_one(door: FrontDoor) -> None:
    for route in guarded(door):
        for name, many in parameters_of(route).items():
            answer = await asked(door, route, params=[(name, "1"), (name, "2")])

            refused = answer.json().get("errors") == [{"field": f"query.{name}", "problem": "send it once"}]
            assert refused is not many, f"{route.path}: {name}"


@pytest.mark.parametrize("said", ["²", "9" * 5000, "-1", "W/3", "", '"3', '"3" "4"', "*, 3", "٣", "1e3"])
async def test_no_version_that_is_none_is_taken_for_one(door: FrontDoor, said: str) -> None:
    for route in guarded(door):
        answer = await asked(door, route, headers={"If-Match": said.encode()})

        told = (answer.status_code, answer.json()["type"])
        assert told == (400, "/problems/unreadable-condition"), f"{route.path}: {answer.text}"


async def test_no_write_is_told_what_a_reader_has(door: FrontDoor) -> None:
    for route in guarded(door):
        if route.methods != {"GET"}:
            answer = await asked(door, route, headers={"If-None-Match": "*"})
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/condition-means-nothing"), route.path


OF_FILES = ("/v1/cases/{case_id}/documents", "/v1/bulk-jobs")


async def test_a_body_is_of_the_one_type_its_route_takes(door: FrontDoor) -> None:
    for route in [one for one in guarded(door) if one.body_field]:
        taken = "multipart/form-data" if route.path in OF_FILES else "application/json"
        for other in ({"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {}):
            answer = await asked(door, route, content=b"a=b", headers=other)
            told = (answer.status_code, answer.json()["type"], answer.headers["accept"])
            assert told == (415, "/problems/unsupported-media-type", taken), f"{route.path}: {answer.text}"
            assert f"`{taken}`" in answer.json()["detail"]


async def test_a_body_comes_as_it_is(door: FrontDoor) -> None:
    for route in guarded(door):
        answer = await asked(door, route, content=b"x", headers={"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity"), route.path


async def test_every_path_says_all_that_it_takes(door: FrontDoor) -> None:
    paths = {route.path for route in guarded(door)}
    for path in paths:
        there = {verb for one in guarded(door) if one.path_regex.match(path) for verb in one.methods or ()}
        [route, *_] = [one for one in guarded(door) if one.path == path]
        answer = await asked(door, route, method="DELETE")
        assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
        assert set(answer.headers["allow"].split(", ")) == there | ({"HEAD"} if "GET" in there else set()), path


async def test_every_write_names_itself(door: FrontDoor) -> None:
    looked_for_first = "/v1/documents/{document_id}/reading-copy"
    for route in [one for one in guarded(door) if one.path != looked_for_first]:
        if any(one.alias == "idempotency-key" for each in dependants_of(route) for one in each.header_params):
            for key, status, kind in ((None, 400, "idempotency-key-missing"), ('"short"', 422, "invalid")):
                answer = await asked(door, route, headers={"Idempotency-Key": key})
                assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), route.path


async def test_every_answer_says_under_what_it_is_logged_and_what_is_left(door: FrontDoor) -> None:
    trace, seen = "4bf92f3577b34da6a3ce929d0e0e4736", set[str]()
    for route in guarded(door):
        answer = await asked(door, route)
        seen.add(answer.headers["x-request-id"])
        assert re.fullmatch(r'"client";r=[0-9]+;t=[0-9]+', answer.headers["ratelimit"]), route.path
        assert re.fullmatch(r'"client";q=[0-9]+;w=[0-9]+', answer.headers["ratelimit-policy"])
        continued = await asked(door, route, headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        assert continued.headers["x-request-id"] == trace
    assert len(seen) == len(guarded(door))


TEXTS = st.sampled_from(["\ud800", "\0", "{}", ""]) | st.text(max_size=20)
COUNTS = st.sampled_from([2**31, 2**63, 10**100, -1]).map(str)
DAYS = st.sampled_from(["0001-01-01", "9999-12-31"]) | st.dates().map(str)
INSTANTS = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00"]) | st.datetimes().map(str)
UUIDS = st.uuids().map(str)
SHAPES = [(TEXTS,), (COUNTS,), (DAYS,), (DAYS, UUIDS), (INSTANTS, UUIDS), (TEXTS, DAYS, TEXTS), (UUIDS, UUIDS, COUNTS)]
CURSORS = st.one_of(*(st.tuples(*shape) for shape in SHAPES), st.text(max_size=60))


@FUZZ_HTTP
@given(CURSORS)
async def test_no_cursor_breaks_a_list(door: FrontDoor, said: tuple[str, ...] | str) -> None:
    """Not even one with the mark of this very list."""
    for route in [one for one in guarded(door) if "cursor" in parameters_of(one)]:
        path = path_of(route)
        caller = f"{min(allowed_roles(route) or ())}.someone"
        LISTED.set(list_of(path, needed(route).items(), "kbop", "someone", caller))
        cursor = cursor_of(*said) if isinstance(said, tuple) else said
        answer = await asked(door, route, path=path, params={"cursor": cursor, **needed(route)})
        assert answer.status_code < 500, f"{path} {cursor}: {answer.text}"
        assert "/problems/cursor-of-another-list" not in answer.text


async def test_a_cursor_is_good_for_the_list_it_was_made_of_alone(door: FrontDoor) -> None:
    LISTED.set(list_of("/v1/elsewhere", (), "kbop", "someone", "somebody"))
    lists, told = [one for one in guarded(door) if "cursor" in parameters_of(one)], list[str]()
    for route in lists:
        answer = await asked(door, route, params={"cursor": cursor_of("2019-10-07", new_id()), **needed(route)})
        told.append(answer.json()["type"])
        assert 400 <= answer.status_code < 500, f"{route.path}: {answer.text}"
    assert told.count("/problems/cursor-of-another-list") > len(lists) / 2, told


def needed(route: APIRoute) -> dict[str, str]:
    """A value for each parameter that a list cannot be asked without."""
    fields = [one for one in route.dependant.query_params if one.field_info.is_required()]
    return {one.alias: "cases" for one in fields}


@FUZZ
@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda sent: sent.decode("latin-1")))
def test_a_cursor_is_ours_or_it_is_unreadable(cursor: str) -> None:
    try:
        key = key_of(cursor, str)
    except UnreadableCursor:
        return
    assert key is not None
    assert key_of(cursor_of(*key), str) == key


UPLOAD = b"""--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nletter\r\n\
--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n"""
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


def upload_route(door: FrontDoor) -> APIRoute:
    [route] = [
        route
        for route in guarded(door)
        if route.path == "/v1/cases/{case_id}/documents" and "POST" in (route.methods or ())
    ]
    return route


@pytest.mark.parametrize("door", ["case-management"], indirect=True)
@pytest.mark.parametrize("name", ["a\nb.txt", "a\r\n b.txt", "a%0d%0ab.txt", "a\0b.txt", "a\u202etxt.exe"])
async def test_no_file_is_named_with_what_is_not_seen(door: FrontDoor, name: str) -> None:
    route = upload_route(door)

    answer = await asked(door, route, content=UPLOAD % (b"file", name.encode()), headers=MULTIPART)

    assert answer.status_code in (400, 422), answer.text
    assert answer.status_code == 400 or answer.json()["detail"] == "Send it under another file name."


@pytest.mark.parametrize("door", ["case-management"], indirect=True)
async def test_no_form_has_a_part_that_is_not_taken(door: FrontDoor) -> None:
    route = upload_route(door)

    answer = await asked(door, route, content=UPLOAD % (b"provider_id", b"a.txt"), headers=MULTIPART)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-parameter")
    assert answer.json()["errors"] == [{"field": "body.provider_id", "problem": "there is no such parameter"}]


@pytest.mark.parametrize("door", ["case-management"], indirect=True)
async def test_a_form_of_another_kind_is_refused(door: FrontDoor) -> None:
    route = upload_route(door)

    answer = await asked(door, route, data={"kind": "letter", "file": "hello"})

    assert answer.status_code == 415


@pytest.mark.parametrize("door", ["case-management"], indirect=True)
async def test_a_form_is_a_form_in_whatever_case_it_says_so(door: FrontDoor) -> None:
    route = upload_route(door)
    shouted = {"Content-Type": "MULTIPART/Form-Data; boundary=b"}

    answer = await asked(door, route, content=UPLOAD % (b"file", b"a.txt"), headers=shouted)

    assert answer.status_code == 404


@pytest.mark.parametrize("service", SERVICES)
def test_no_body_may_name_a_column_that_is_ours(service: str) -> None:
    """Mass assignment: whatever a body names that its route does not take is refused, at every depth."""
    api = app_of(service).openapi()
    sent = [
        content["schema"]
        for verbs in api["paths"].values()
        for asked in verbs.values()
        for kind, content in asked.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]

    assert set(open_ended(sent, api["components"]["schemas"])) == set()


def open_ended(schema: Any, named: dict[str, Any], under: str = "", seen: frozenset[str] = frozenset()) -> list[str]:
    """Objects, by name, that take members they do not say."""
    match schema:
        case {"$ref": str(where)}:
            name = where.rpartition("/")[2]
            return [] if name in seen else open_ended(named[name], named, name, seen | {name})
        case dict():
            loose = "properties" in schema and cast(dict[str, Any], schema).get("additionalProperties") is not False
            deeper = [found for part in schema.values() for found in open_ended(part, named, under, seen)]  # pyright: ignore[reportUnknownVariableType] - JSON
            return [under, *deeper] if loose else deeper
        case list():
            return [found for part in schema for found in open_ended(part, named, under, seen)]  # pyright: ignore[reportUnknownVariableType] - JSON
        case _:
            return []
