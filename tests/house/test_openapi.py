"""The OpenAPI document of each service says of every operation who may call it, what it is called, and how it fails."""

import json
from collections import Counter
from typing import Any

import jsonschema
import pytest

from claims.main import create_app_for
from common.web.access import allowed_roles, api_routes, takes_a_person
from tests.house.towns import SERVICES, app_of, settings
from tests.parts.shared import ROOT


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method.upper()): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_names_the_roles_that_may_call_it(service: str) -> None:
    app = app_of(service)
    told = operations(app.openapi())
    guarded = {
        (route.path, method): sorted(roles)
        for route in api_routes(app)
        for method in route.methods or ()
        if (roles := allowed_roles(route)) is not None
    }

    people = {
        (route.path, method) for route in api_routes(app) for method in route.methods or () if takes_a_person(route)
    }
    for key, roles in guarded.items():
        systems = [] if key in people else [{"systems": ["openid"]}]
        assert told[key]["security"] == [{"token": roles}, {"people": ["openid"]}, *systems]
    assert app.openapi()["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.parametrize("service", SERVICES)
def test_operations_are_called_by_names_of_their_own(service: str) -> None:
    told = operations(app_of(service).openapi()).values()

    assert [name for name, times in Counter(one["operationId"] for one in told).items() if times > 1] == []
    assert [one["operationId"] for one in told if "v1" in one["operationId"]] == []
    assert [one["operationId"] for one in told if not one["summary"] or one["summary"].endswith(".")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_error_is_a_problem_and_nothing_else(service: str) -> None:
    document = app_of(service).openapi()
    shared = document["components"]["responses"]
    failing = {
        status: answer
        for operation in operations(document).values()
        for status, answer in operation["responses"].items()
        if status[0] not in "23"
    }
    whole = [shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer for answer in failing.values()]

    assert {"401", "403", "404", "409", "422", "429", "503"} <= set(failing)
    assert {kind for answer in whole for kind in answer["content"]} == {"application/problem+json"}
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_failing_answer_names_the_problems_of_its_status(service: str) -> None:
    document = app_of(service).openapi()
    problems = document["components"]["examples"]
    told = operations(document).values()
    answers = [answer for one in told for answer in one["responses"].items() if "$ref" not in answer[1]]
    named = [
        (status, problems[name]["value"]["status"])
        for status, answer in [*answers, *((key[7:], it) for key, it in document["components"]["responses"].items())]
        if status[0] not in "23"
        for name in answer["content"]["application/problem+json"]["examples"]
    ]

    assert named
    assert [pair for pair in named if pair[0] != str(pair[1])] == []
    for example in problems.values():
        jsonschema.validate(
            example["value"], document["components"]["schemas"]["Problem"] | {"components": document["components"]}
        )


def test_a_simulated_clock_is_offered_where_one_simulates() -> None:
    def takes_it(app: Any) -> bool:
        return any(
            parameter["name"] == "simulated-now"
            for operation in operations(app.openapi()).values()
            for parameter in operation.get("parameters", ())
        )

    assert takes_it(create_app_for(settings(simulation=True)))
    assert not takes_it(app_of("claims"))


def test_where_one_signs_in_is_this_installations_issuer_and_no_machines_in_what_is_committed() -> None:
    keycloak = {"authorization_url": "https://id.example/auth", "token_url": "https://id.example/token"}
    flows = [
        create_app_for(settings(**told)).openapi()["components"]["securitySchemes"]["people"]["flows"]
        for told in ({"issuer_url": "https://here.example/"}, keycloak)
    ]
    kept = json.loads((ROOT / "docs/openapi/claims.json").read_text())["components"]["securitySchemes"]

    assert [flow["authorizationCode"]["authorizationUrl"] for flow in flows] == [
        "https://here.example/authorize",
        "https://id.example/auth",
    ]
    assert [flow["authorizationCode"]["tokenUrl"] for flow in flows] == [
        "https://here.example/token",
        "https://id.example/token",
    ]
    assert kept["systems"]["flows"]["clientCredentials"]["tokenUrl"] == "https://issuer.example/token"
