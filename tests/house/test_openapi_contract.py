"""What was released of the API stays: clients built from `docs/openapi/released` go on with what runs today."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.towns import SERVICES
from tests.parts.oasdiff import breaking, why_no_oasdiff
from tests.parts.shared import ROOT

NOW = ROOT / "docs" / "openapi"


@pytest.fixture(scope="module", autouse=True)
def oasdiff() -> None:
    if reason := why_no_oasdiff():
        pytest.skip(reason)


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_that_was_released_is_taken_from_a_client(service: str) -> None:
    assert breaking(NOW / "released" / f"{service}.json", NOW / f"{service}.json") == []


def without_a_field(document: dict[str, Any]) -> None:
    claim = document["components"]["schemas"]["ClaimOut"]
    del claim["properties"]["state"]
    claim["required"].remove("state")


def with_more_demanded(document: dict[str, Any]) -> None:
    reason = document["components"]["schemas"]["WithdrawalIn"]
    reason["properties"]["more"] = {"type": "string"}
    reason["required"] = [*reason.get("required", []), "more"]


def without_an_operation(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/claims/{claim_id}/explain"]


def without_a_kind_of_rule(document: dict[str, Any]) -> None:
    rules = document["components"]["schemas"]["Rate"]["properties"]["rules"]["items"]
    gone = rules["discriminator"]["mapping"].pop("support_lasted")
    rules["oneOf"] = [choice for choice in rules["oneOf"] if choice["$ref"] != gone]


def with_a_rule_that_demands_more(document: dict[str, Any]) -> None:
    rules = document["components"]["schemas"]["Rate"]["properties"]["rules"]["items"]
    name = rules["discriminator"]["mapping"]["support_lasted"].rpartition("/")[2]
    rule = document["components"]["schemas"][name]
    rule["properties"]["more"] = {"type": "string"}
    rule["required"].append("more")


@pytest.mark.parametrize(
    "harm",
    [
        without_a_field,
        with_more_demanded,
        without_an_operation,
        without_a_kind_of_rule,
        with_a_rule_that_demands_more,
    ],
)
def test_what_would_break_a_client_is_seen(harm: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    document = json.loads((NOW / "claims.json").read_text())
    harm(document)
    (tmp_path / "harmed.json").write_text(json.dumps(document))

    assert breaking(NOW / "claims.json", tmp_path / "harmed.json") != []
