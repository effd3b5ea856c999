"""Whoever's programme is not set up in a service yet is told so alike by each: to read or to write."""

from importlib import import_module
from typing import Any

import pytest

from tests.house.towns import SERVICES
from tests.parts.api import front_door, someone
from tests.parts.postgres import Databases

CONNECT = {"organisation": "connect", "kind": "provider"}
ASKED: dict[str, tuple[str, str, str, Any]] = {
    "referral-hub": ("GET", "/v1/waiting-list", someone("hub"), None),
    "case-management": (
        "POST",
        "/v1/innovations",
        someone("provider-manager", **CONNECT),
        {"outcome": "ACC_ENTRY", "amount_pence": 100, "purpose": "A van."},
    ),
    "claims": ("GET", "/v1/programme/position", someone("prime-finance"), None),
    "reporting": ("GET", "/v1/programme/figures", someone("prime-manager"), None),
}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_says_alike_that_a_programme_is_not_set_up_yet(databases: Databases, service: str) -> None:
    method, path, who, body = ASKED[service]
    create_app_for = import_module(f"{service.replace('-', '_')}.main").create_app_for
    async with front_door(databases, service, create_app_for) as door:
        answer = await door.send(method, path, who, body)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/programme-not-loaded")
    assert "Ask an operator to load it" in answer.json()["detail"]
