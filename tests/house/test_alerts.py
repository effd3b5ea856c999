"""Alerts ask for metrics that services tell, and name a page that says what to do."""

import re
from typing import Any

import pytest
import yaml

from tests.house.test_health import asked
from tests.parts.postgres import Databases
from tests.parts.shared import ROOT

TOLD: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
RULES: list[dict[str, Any]] = [rule for group in TOLD["groups"] for rule in group["rules"]]


async def test_every_alert_asks_for_a_metric_there_is(databases: Databases) -> None:
    with databases.clone("claims") as database:
        metrics = (await asked("/metrics", database.url("main"))).text

    assert [rule["alert"] for rule in RULES if f"\n{rule['expr'].split()[0]} " not in metrics] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_names_a_page_that_tells_of_its_metric(rule: dict[str, Any]) -> None:
    page = (ROOT / rule["annotations"]["runbook"]).read_text()

    assert re.search(rf"\b{rule['expr'].split()[0]}\b", page)
