"""What a cluster is told is what the compose file says, fits Kubernetes' own schemas, and lets nobody in by the way."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]
import pytest

from common.river import SERVICES, WITH_DATABASE
from common.settings import WorkerSettings
from portal.settings import PortalSettings
from tests.house.test_deployment import SERVICES as COMPOSED
from tests.parts.kustomize import FOLDERS, built, why_no_kustomize
from tests.parts.shared import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
VERSIONS = ("1.32", "1.37")
"""The oldest Kubernetes that we promise, and the newest whose schema there is."""
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def folders() -> dict[str, list[Resource]]:
    if reason := why_no_kustomize():
        pytest.skip(reason)
    return {name: built(FOLDER / name) for name in FOLDERS}


def of_kind(resources: list[Resource], kind: str) -> dict[str, Resource]:
    return {one["metadata"]["name"]: one for one in resources if one["kind"] == kind}


def pods(folders: dict[str, list[Resource]]) -> Iterator[tuple[str, Resource]]:
    for resources in (folders["base"], folders["migrate"]):
        for one in resources:
            if one["kind"] in ("Deployment", "Job"):
                yield one["metadata"]["name"], one["spec"]["template"]["spec"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_resource_fits_the_schema(folders: dict[str, list[Resource]], folder: str, version: str) -> None:
    for one in folders[folder]:
        kubernetes_validate.validate(one, version, strict=True)


def test_a_resource_that_does_not_fit_is_told(folders: dict[str, list[Resource]]) -> None:
    claims = of_kind(folders["base"], "Deployment")["claims"]
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(claims | {"spec": claims["spec"] | {"replica": 2}}, VERSIONS[-1], strict=True)


def test_every_service_of_the_river_has_its_processes_and_an_address(folders: dict[str, list[Resource]]) -> None:
    processes = {*SERVICES, *(f"{name}-worker" for name in WITH_DATABASE)}
    addresses = of_kind(folders["base"], "Service")

    for kind in ("Deployment", "PodDisruptionBudget"):
        assert of_kind(folders["base"], kind).keys() == processes
    assert addresses.keys() == set(SERVICES)
    assert of_kind(folders["migrate"], "Job").keys() == {"provision", *(f"{name}-migrate" for name in WITH_DATABASE)}
    for name, one in of_kind(folders["base"], "Deployment").items():
        [container] = one["spec"]["template"]["spec"]["containers"]
        assert container["command"] == COMPOSED[name]["command"]
        assert container["image"].startswith("outcomes:")


def test_an_address_of_a_service_leads_to_its_front_doors_and_to_where_others_look(
    folders: dict[str, list[Resource]],
) -> None:
    deployments = of_kind(folders["base"], "Deployment")
    addresses = of_kind(folders["base"], "Service")
    told = json.dumps([deployments[name] for name in deployments])

    for name, one in addresses.items():
        labels = deployments[name]["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"].items() <= labels.items()
        chosen = [
            other
            for other, process in deployments.items()
            if one["spec"]["selector"].items() <= process["spec"]["selector"]["matchLabels"].items()
        ]
        assert chosen == [name]
    looked_for = {(host, int(port)) for host, port in re.findall(r"http://([a-z-]+):(\d+)", told)}
    assert looked_for - {("localhost", 8000)} <= {
        (name, one["spec"]["ports"][0]["port"]) for name, one in addresses.items()
    }


def test_every_setting_passed_is_one_that_is_read_and_every_key_asked_for_is_there(
    folders: dict[str, list[Resource]],
) -> None:
    fields = {*WorkerSettings.model_fields, *PortalSettings.model_fields}
    read = {name.upper() for name in fields} | {"SECRETS_DIR", "PASSWORDS_DIR"}
    [settings] = of_kind(folders["base"], "ConfigMap").values()
    asked_for: set[str] = set()

    for name, pod in pods(folders):
        [container] = pod["containers"]
        for one in container.get("env", []):
            assert one["name"] in read, name
            if "valueFrom" in one:
                asked = one["valueFrom"]["configMapKeyRef"]
                assert asked["name"] == settings["metadata"]["name"]
                asked_for.add(asked["key"])
            else:
                assert "$" not in one["value"], (name, one)
    assert asked_for == settings["data"].keys()


def test_what_the_settings_say_is_enough_for_every_process_to_start_in_production(
    folders: dict[str, list[Resource]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "deploy/make-secrets.py", str(tmp_path)], cwd=ROOT, check=True)
    [settings] = of_kind(folders["base"], "ConfigMap").values()
    for name, one in of_kind(folders["base"], "Deployment").items():
        pod = one["spec"]["template"]["spec"]
        [container] = pod["containers"]
        secrets = tmp_path / "of" / name
        secrets.mkdir(parents=True)
        for volume in pod["volumes"]:
            for item in volume.get("secret", {}).get("items", []):
                (secrets / item["path"]).write_text((tmp_path / item["key"]).read_text())
        with monkeypatch.context() as told:
            for each in container["env"]:
                value = each.get("value")
                told.setenv(
                    each["name"],
                    settings["data"][each["valueFrom"]["configMapKeyRef"]["key"]] if value is None else value,
                )
            read: Any = PortalSettings if name == "portal" else WorkerSettings if name.endswith("-worker") else None
            if read is not None:
                ready = read(_secrets_dir=secrets)
                assert (ready.environment, ready.simulation) == ("production", False)


def test_secrets_are_files_of_those_that_are_made_and_each_process_has_its_own_alone(
    folders: dict[str, list[Resource]], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "deploy/make-secrets.py", str(tmp_path)], cwd=ROOT, check=True)
    made = {one.name for one in tmp_path.iterdir() if one.is_file()}

    for name, pod in pods(folders):
        secrets = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
        items = {item["path"]: item["key"] for secret in secrets for item in secret.get("items", [])}
        of_compose = [
            {"source": it, "target": it} if isinstance(it, str) else it for it in COMPOSED[name].get("secrets", [])
        ]
        assert items == {it["target"]: it["source"] for it in of_compose}
        assert set(items.values()) <= made
        assert {secret["secretName"] for secret in secrets} <= {"outcomes", "outcomes-passwords"}
        [container] = pod["containers"]
        assert "envFrom" not in container
        assert "secretKeyRef" not in json.dumps(container.get("env", []))


def test_what_breaks_into_one_process_stays_within_it(folders: dict[str, list[Resource]]) -> None:
    for name, pod in pods(folders):
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert f"\nUSER {pod['securityContext']['runAsUser']}\n" in (ROOT / "deploy/Dockerfile").read_text()
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert not [volume for volume in pod["volumes"] if "hostPath" in volume]
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}


def test_every_process_says_how_it_is(folders: dict[str, list[Resource]]) -> None:
    for name, one in of_kind(folders["base"], "Deployment").items():
        [container] = one["spec"]["template"]["spec"]["containers"]
        health = COMPOSED[name]["healthcheck"]
        assert container["startupProbe"]["failureThreshold"] == health["retries"]
        if name in SERVICES:
            assert container["readinessProbe"]["httpGet"]["path"] in " ".join(health["test"])
            assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        else:
            assert ["CMD", *container["livenessProbe"]["exec"]["command"]] == health["test"]


def test_nobody_is_reached_but_by_a_rule_and_every_process_has_its_own(folders: dict[str, list[Resource]]) -> None:
    policies = of_kind(folders["base"], "NetworkPolicy")
    deployments = of_kind(folders["base"], "Deployment")
    everyone = policies["nothing-else"]["spec"]

    assert policies.keys() == deployments.keys() | {"nothing-else", "jobs"}
    assert everyone.get("ingress", []) == []
    for one in [*deployments.values(), *of_kind(folders["migrate"], "Job").values()]:
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert everyone["podSelector"]["matchLabels"].items() <= labels.items()
    for name, one in policies.items():
        assert one["spec"]["policyTypes"] == ["Ingress", "Egress"]
        if name in deployments:
            assert one["spec"]["podSelector"]["matchLabels"] == deployments[name]["spec"]["selector"]["matchLabels"]
            outside = {port["port"] for rule in one["spec"]["egress"] if "to" not in rule for port in rule["ports"]}
            assert (5432 in outside) is (name != "portal")
            assert (9092 in outside) is name.endswith("-worker")


def test_the_sizes_change_how_many_there_are_and_nothing_else(folders: dict[str, list[Resource]]) -> None:
    for size in ("pilot", "national"):
        counts = {name: one["spec"]["replicas"] for name, one in of_kind(folders[size], "Deployment").items()}
        of_base = {name: one["spec"]["replicas"] for name, one in of_kind(folders["base"], "Deployment").items()}
        assert {name for name, count in counts.items() if count != of_base[name]} == counts.keys() - {"portal"}
        for one, other in zip(folders["base"], folders[size], strict=True):
            if one["kind"] == "Deployment":
                one = one | {"spec": one["spec"] | {"replicas": other["spec"]["replicas"]}}
            assert one == other
