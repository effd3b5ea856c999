"""Everything that the page has Prometheus ask is answered at the service's door."""

import yaml

from tests.console.api.towns import Town
from tests.parts.runbooks import PAGES, Walk
from tests.parts.shared import ROOT

ASKED = ROOT / "deploy" / "prometheus" / "prometheus.yml"


def test_what_is_watched_answers_and_what_the_page_names_is_there(town: Town, walk: Walk) -> None:
    jobs = {job["job_name"] for job in yaml.safe_load(ASKED.read_text())["scrape_configs"]}
    doors = {job for job in jobs - {"portal"} if not job.endswith("-worker")}
    assert {service for service in town.urls if "outcomes_unpublished" in town.metrics(service)} == doors

    for named in ("deploy/prometheus/alerts.yml", "deploy/grafana/dashboards", "deploy/make-secrets.py"):
        assert named in PAGES[walk.page].read_text()
        assert (ROOT / named).exists()
