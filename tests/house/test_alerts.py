"""Alerts and pages ask for metrics that services tell; each alert is raised, and names a page that says what to do."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.river import SERVICES, WITH_DATABASE
from tests.house.test_deployment import SERVICES as COMPOSED
from tests.house.test_health import asked
from tests.parts.postgres import Databases
from tests.parts.prometheus import promtool, why_no_promtool
from tests.parts.shared import ROOT

WATCH = ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((WATCH / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
CONFIGURATION: dict[str, Any] = yaml.safe_load((WATCH / "prometheus.yml").read_text())
GRAFANA = ROOT / "deploy" / "grafana"
BOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
METRIC = re.compile(r"\boutcomes_\w+|\bup\b")
ABOVE = re.compile(r"(\w+) > (\d+)")
"""An alert on one figure that is above a bound."""
Series = Mapping[str, str]
"""What is told every minute, in promtool's words: `0x10` stays 0, `0+9x10` grows by 9."""
RAISED_BY: Mapping[str, tuple[Series, Series]] = {
    "ServiceAway": ({'up{job="claims"}': "0x90"}, {'up{job="claims"}': "1x90"}),
    "RequestsBreak": (
        {'outcomes_requests_total{job="claims",status="200"}': "0+97x90",
         'outcomes_requests_total{job="claims",status="500"}': "0+3x90"},
        {'outcomes_requests_total{job="claims",status="200"}': "0+997x90",
         'outcomes_requests_total{job="claims",status="500"}': "0+3x90",
         'outcomes_requests_total{job="claims",status="422"}': "0+90x90"},
    ),
    "RequestsSlow": (
        {'outcomes_request_seconds_bucket{job="claims",le="1"}': "0+90x90",
         'outcomes_request_seconds_bucket{job="claims",le="2.5"}': "0+100x90",
         'outcomes_request_seconds_bucket{job="claims",le="+Inf"}': "0+100x90"},
        {'outcomes_request_seconds_bucket{job="claims",le="1"}': "0+96x90",
         'outcomes_request_seconds_bucket{job="claims",le="2.5"}': "0+100x90",
         'outcomes_request_seconds_bucket{job="claims",le="+Inf"}': "0+100x90"},
    ),
    "RefusalsMany": (
        {'outcomes_refused_total{client="horton/a",status="404"}': "0+12x90"},
        {'outcomes_refused_total{client="horton/a",status="404"}': "0+3x90",
         'outcomes_refused_total{client="horton/a",status="422"}': "0+50x90"},
    ),
    "DocumentsAltered": (
        {"outcomes_documents_altered_total": "0x60 1x30"},
        {"outcomes_documents_altered_total": "1x90"},
    ),
    "DocumentsUnscanned": (
        {"outcomes_documents_unscanned_total": "0x85 1x5"},
        {"outcomes_documents_unscanned_total": "0 1x90"},
    ),
    "DocumentsUnread": (
        {"outcomes_documents_unread_total": "0x60 9x30"},
        {"outcomes_documents_unread_total": "0x60 3x30"},
    ),
}  # fmt: skip
"""With which figures an alert is raised, and with which it is not; those on one figure need no word here."""
AFTER_MINUTES = 90


def series_for(rule: Mapping[str, Any]) -> tuple[Series, Series]:
    if rule["alert"] in RAISED_BY:
        return RAISED_BY[rule["alert"]]
    plain = ABOVE.fullmatch(rule["expr"])
    assert plain is not None, f"{rule['alert']}: say in RAISED_BY with which figures it is raised"
    figure, bound = plain[1], int(plain[2])
    return {figure: f"{bound + 1}x{AFTER_MINUTES}"}, {figure: f"{bound}x{AFTER_MINUTES}"}


@pytest.fixture(autouse=True)
def _with_promtool() -> None:
    if reason := why_no_promtool():
        pytest.skip(reason)


async def test_every_alert_and_every_page_ask_for_metrics_there_are(databases: Databases) -> None:
    import_module("case_management.routes.documents")  # counts documents in the same way, in a service of its own
    with databases.clone("claims") as database:
        told = (await asked("/metrics", database.url("main"))).text
    metrics = set(re.findall(r"^# TYPE (\w+)", told, re.M)) | {"up"}
    metrics |= {f"{name}_bucket" for name in re.findall(r"^# TYPE (\w+) histogram", told, re.M)}

    for query in (*(rule["expr"] for rule in RULES), *(query for board in BOARDS for query in queries_in(board))):
        assert METRIC.findall(query), query
        assert set(METRIC.findall(query)) <= metrics, query


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_names_a_page_that_tells_of_its_metric(rule: dict[str, Any]) -> None:
    page = (ROOT / rule["annotations"]["runbook"]).read_text()
    names = [name.removesuffix("_bucket") for name in METRIC.findall(rule["expr"])]

    assert all(re.search(rf"\b{name}\b", page) for name in names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_is_raised_by_what_it_is_for_and_by_nothing_less(rule: dict[str, Any], tmp_path: Path) -> None:
    raised_by, not_by = series_for(rule)
    kept_labels = dict(re.findall(r'(job|client)="([^"]+)"', min(raised_by)))
    raised = {"exp_labels": kept_labels, "exp_annotations": rule["annotations"]}
    tests = [
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "alert_rule_test": [{"alertname": rule["alert"], "eval_time": f"{AFTER_MINUTES}m", "exp_alerts": expected}],
        }
        for series, expected in ((raised_by, [raised]), (not_by, []))
    ]
    file = tmp_path / "alerts.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(WATCH / "alerts.yml")], "tests": tests}))
    code, said = promtool("test", "rules", str(file))

    assert code == 0, said


def queries_in(board: Path) -> Iterator[str]:
    """What the panels of a page ask, for all services."""
    for panel in json.loads(board.read_text())["panels"]:
        yield from (target["expr"].replace("$service", ".*") for target in panel["targets"])


def test_prometheus_reads_its_files_and_the_queries_of_every_page(tmp_path: Path) -> None:
    code, said = promtool("check", "config", str(WATCH / "prometheus.yml"))
    assert code == 0, said

    queries = [query for board in BOARDS for query in queries_in(board)]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "pages", "rules": rules}]}))
    code, said = promtool("check", "rules", str(file))

    assert code == 0, said
    assert f"{len(queries)} rules found" in said


def test_every_service_is_watched_where_compose_runs_it_and_alerts_go_to_who_is_there() -> None:
    targets = {
        job["job_name"]: [target for one in job["static_configs"] for target in one["targets"]]
        for job in CONFIGURATION["scrape_configs"]
    }
    receivers = yaml.safe_load((WATCH / "alertmanager.yml").read_text())

    assert targets == {name: [f"{name}:8000"] for name in SERVICES} | {
        f"{name}-worker": [f"{name}-worker:{COMPOSED[f'{name}-worker']['environment']['METRICS_PORT']}"]
        for name in WITH_DATABASE
    }
    [[told]] = [one["targets"] for it in CONFIGURATION["alerting"]["alertmanagers"] for one in it["static_configs"]]
    assert told.partition(":")[0] in COMPOSED
    [receiver] = receivers["receivers"]
    assert receivers["route"]["receiver"] == receiver["name"]
    [hook] = receiver["webhook_configs"]
    assert hook["url_file"] == f"/run/secrets/{COMPOSED['alertmanager']['secrets'][0]}"


def test_the_pages_of_figures_have_a_place_to_ask() -> None:
    [source] = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    boards = [json.loads(board.read_text()) for board in BOARDS]

    assert len(boards) >= 2
    assert {panel["datasource"]["uid"] for board in boards for panel in board["panels"]} == {source["uid"]}
    assert re.fullmatch(r"http://(\w+):9090", source["url"])[1] in COMPOSED  # type: ignore[index]
