"""Who may call what is stated on every route, and the page that lists it is made from there."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from common.web.access import allowed_roles, api_routes
from common.web.data_owners import MONEY, OF, TARGETS, by_viewpoint, events_with_money, fields_shown, whose
from common.web.roles import HELD_AT, ROLES, WITHOUT_MONEY
from tests.house.towns import OPEN, SERVICES, app_of


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_says_who_may_call_it(service: str) -> None:
    silent = [route.path for route in api_routes(app_of(service)) if allowed_roles(route) is None]

    assert set(silent) <= OPEN


@pytest.mark.parametrize("service", SERVICES)
def test_every_write_takes_an_idempotency_key(service: str) -> None:
    reads = {"GET"}
    stored_nothing = {"/v1/events/missing", "/v1/claims/pre-check", "/v1/rate-cards/replay"}
    keyless = [
        f"{route.methods} {route.path}"
        for route in api_routes(app_of(service))
        if set(route.methods or ()) - reads
        and route.path not in stored_nothing
        and not any(
            parameter.alias == "idempotency-key"
            for dependant in route.dependant.dependencies
            for parameter in dependant.header_params
        )
    ]

    assert keyless == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_is_versioned(service: str) -> None:
    paths = {route.path for route in api_routes(app_of(service))} - OPEN

    assert [path for path in paths if not path.startswith("/v1/")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_and_field_says_what_it_means(service: str) -> None:
    routes = [route for route in api_routes(app_of(service)) if route.path not in OPEN]
    wordless = [f"{route.path} {route.name}" for route in routes if not route.endpoint.__doc__]

    assert wordless == []


def test_every_role_is_let_in_somewhere() -> None:
    used = {
        role for service in SERVICES for route in api_routes(app_of(service)) for role in allowed_roles(route) or ()
    }
    of_later_pages = {"peer-mentor", "participant"}

    assert set(ROLES) - used <= of_later_pages


WHAT_THE_COUNCIL_PAYS = {
    *("price_pence", "value_pence", "payable_pence", "above_cap_pence", "pence", "grant_pence"),
    *("cap_pence", "payable_to_date_pence", "value_to_date_pence", "remaining_pence", "payable_before_pence"),
    *("value_before_pence", "value_after_pence", "payable_after_pence", "grant_pence"),
}
"""Of a claim as it is, or would be under a draft, a statement with each payer's share, and the programme.

Of the grants, which others pay, too: they are published (S-126). Any other money is the prime's own (§2.M).
"""


def guarded() -> Iterator[tuple[FastAPI, APIRoute, frozenset[str]]]:
    for service in SERVICES:
        app = app_of(service)
        for route in api_routes(app):
            roles = allowed_roles(route)
            if roles is not None:
                yield app, route, roles


def test_every_route_says_whose_data_it_shows_and_nothing_more_is_said() -> None:
    used = {str(tag) for app, route, _ in guarded() for tag in route.tags if whose(app, route)}

    assert sorted(tag for tags in OF.values() for tag in tags) == sorted(used)


def test_every_role_of_a_route_sees_so_far_and_no_further() -> None:
    for _, route, roles in guarded():
        told = [role for column in by_viewpoint(route).values() for role in column]
        assert sorted(told) == sorted(roles), route.path


def test_nothing_but_delivery_lets_the_services_in_who_see_every_programme() -> None:
    let_in = [(route.tags, roles & HELD_AT["service"]) for _, route, roles in guarded() if roles & HELD_AT["service"]]

    assert let_in == [(["events"], HELD_AT["service"])] * 4 * len(SERVICES)


def test_a_file_is_for_those_who_may_read_what_it_is() -> None:
    files = {route.path: roles for _, route, roles in guarded() if route.response_model is None}
    described = {route.path: roles for _, route, roles in guarded() if route.methods == {"GET"}}

    assert files
    assert files == {path: described[path.rpartition("/")[0]] for path in files}


def test_the_frontline_reaches_neither_money_nor_targets() -> None:
    reached = [
        f"{route.path}: {field} by {', '.join(sorted(roles & WITHOUT_MONEY))}"
        for app, route, roles in guarded()
        if roles & WITHOUT_MONEY
        for field in fields_shown(app, route)
        if MONEY.search(field) or TARGETS.search(field)
    ]

    assert reached == []


def test_the_feed_knows_which_events_tell_money() -> None:
    assert set(events_with_money()) >= {"ClaimVerified", "StatementIssued", "FundRequestDecided"}
    assert not set(events_with_money()) & {"ClaimRaised", "ClaimQueried", "ParticipantAllocated", "CaseStarted"}


def test_the_council_sees_what_it_pays_and_no_money_of_the_primes() -> None:
    reached = [
        f"{route.path}: {field} by {', '.join(sorted(roles & HELD_AT['council']))}"
        for app, route, roles in guarded()
        if roles & HELD_AT["council"]
        for field in fields_shown(app, route)
        if MONEY.search(field) and field not in WHAT_THE_COUNCIL_PAYS
    ]

    assert reached == []
