"""What is deployed is what is tested: the compose file and the image are held to their schemas and to the code."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.contracts import every_topic
from common.river import ANNOUNCERS, WITH_DATABASE
from common.river import SERVICES as RIVER
from common.settings import ServiceSettings, WorkerSettings
from embedded.issuer import IssuerSettings
from portal.settings import PortalSettings
from simulation.sandbox.settings import PlayerSettings
from tests.parts.clamav import CLAMAV, why_no_clamd
from tests.parts.kafka import POM as KAFKA
from tests.parts.keycloak import POM as KEYCLOAK
from tests.parts.store import MODULE as STORE

BIN = Path(sys.executable).parent
COMPOSE = Path("docker-compose.yml")
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
WRITES_WITHIN_ITSELF = {"kafka", "topics", "keycloak"}
"""Images that write their settings, or themselves, when they start."""
USERS_OF_THEIR_OWN = ("apache/kafka:", "quay.io/keycloak/keycloak:")
"""Images that name a user who is not root, as ours does."""
FOR_PEOPLE = {f"127.0.0.1:{8100 + port}" for port in (0, 10, *(service.port for service in RIVER.values()))}
"""The issuer, what is watched, and each service."""
GIVEN = {"alerts_url"}
"""Secrets that nobody can make up: who runs the partnership writes them."""


def said_by(tool: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run([str(BIN / tool), *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_compose_file_fits_the_specification() -> None:
    code, said = said_by("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))

    assert code == 0, said


def test_the_image_follows_good_practice() -> None:
    code, said = said_by("hadolint", "deploy/Dockerfile")

    assert (code, said) == (0, "")


def test_the_image_installs_from_the_lock_with_hashes() -> None:
    recipe = Path("deploy/Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in recipe
    assert "--no-deps --no-build-isolation" in recipe


def test_every_service_runs_both_its_processes() -> None:
    composed = COMPOSE.read_text()

    for service in RIVER.values():
        for process in ("main", "worker") if service.database else ("main",):
            assert json.dumps(["python", "-m", f"{service.package}.{process}"]) in composed
    assert {path.parent.name for path in Path("services").glob("*/pyproject.toml")} == set(RIVER)


@pytest.mark.parametrize("name", RIVER)
def test_the_compose_file_runs_every_service_of_the_river(name: str) -> None:
    service = RIVER[name]
    main = SERVICES[name]
    feeds = {topic: f"http://{announcer}:8000" for topic, announcer in ANNOUNCERS.items()} if service.database else {}

    assert main["ports"] == [f"127.0.0.1:{8100 + service.port}:8000"]
    assert json.loads(main["environment"].get("FEEDS", "{}")) == feeds
    assert ("DOCUMENTS_URL" in main["environment"]) is service.documents
    assert {f"{name}-worker", f"{name}-migrate"} & SERVICES.keys() == (
        {f"{name}-worker", f"{name}-migrate"} if service.database else set()
    )


def test_who_plays_a_sandbox_is_told_where_it_plays_and_proves_itself_by_files() -> None:
    player = SERVICES["sandbox"]
    places = {name: f"http://{name}:8000" for name in ANNOUNCERS.values()}
    secrets = {name for name in PlayerSettings.model_fields if name.endswith("_secret")}

    assert (player["profiles"], player["command"]) == (["sandbox"], ["python", "-m", "simulation.sandbox"])
    assert json.loads(player["environment"]["SERVICES"]) == places
    assert set(player["secrets"]) == secrets


def test_the_locks_are_hashed_and_name_no_index_and_no_path() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = Path(lock).read_text().splitlines()
        pins = [line for line in lines if re.match(r"^[a-z0-9]", line)]

        assert [line for line in lines if re.search(r"https?://|file:|^-|@ ", line)] == []
        assert len(pins) > 30
        assert all(line.endswith("\\") for line in pins)


def test_every_topic_is_declared_with_its_partitions() -> None:
    declared = re.search(r"for topic in (.+); do", Path("deploy/kafka/create-topics.sh").read_text())

    assert declared is not None
    assert declared[1].split() == every_topic()


@pytest.mark.parametrize("name", SERVICES)
def test_what_breaks_into_one_process_stays_within_it(name: str) -> None:
    one = SERVICES[name]

    assert one["cap_drop"] == ["ALL"]
    assert "cap_add" not in one
    assert "no-new-privileges:true" in one["security_opt"]
    assert one["read_only"] is (name not in WRITES_WITHIN_ITSELF)
    assert one["mem_limit"]
    assert one["cpus"]
    assert one["pids_limit"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & one.keys()
    assert "build" in one or one.get("user") or one["image"].startswith(USERS_OF_THEIR_OWN)


def test_our_image_runs_as_nobody_in_particular() -> None:
    assert "\nUSER 10001\n" in Path("deploy/Dockerfile").read_text().rpartition("\nFROM ")[2]


def test_nothing_is_published_but_what_people_need_and_only_to_this_machine() -> None:
    published = {port.rpartition(":")[0] for one in SERVICES.values() for port in one.get("ports", [])}

    assert published == FOR_PEOPLE | {"${DOOR_ADDRESS:-127.0.0.1}:443", "${DOOR_ADDRESS:-127.0.0.1}:80"}
    for name in ("postgres", "kafka", "store", "clamav"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_every_image_is_pinned_to_the_release_that_is_tested() -> None:
    tags = dict(one["image"].rsplit(":", 1) for one in SERVICES.values() if "build" not in one)
    versitygw = re.search(r"versity/versitygw (v\S+)", (STORE / "go.mod").read_text())

    assert versitygw is not None
    assert tags == {
        "clamav/clamav": "1.4.6",
        "apache/kafka": version_in(KAFKA, "kafka_2.13"),
        "postgres": "18.4-bookworm",
        "quay.io/keycloak/keycloak": version_in(KEYCLOAK, "keycloak-quarkus-dist"),
        "versity/versitygw": versitygw[1],
        "caddy": "2.10.2",
        "prom/prometheus": "v3.5.0",
        "prom/alertmanager": "v0.28.1",
        "grafana/grafana": "12.1.0",
    }


def test_the_scanner_takes_every_upload_and_answers_before_it_is_given_up() -> None:
    said = dict(re.findall(r"^(\w+) (\d+)", (CLAMAV / "clamd.conf").read_text(), re.M))
    told = {name: field.default for name, field in ServiceSettings.model_fields.items()}

    assert int(said["StreamMaxLength"]) * 1024 * 1024 > told["max_body_bytes"]
    assert int(said["MaxScanTime"]) / 1000 < told["scan_seconds"]


def test_clamav_reads_what_it_is_told() -> None:
    if reason := why_no_clamd():
        pytest.skip(reason)
    done = subprocess.run(["clamconf", f"--config-dir={CLAMAV}"], capture_output=True, text=True, check=False)

    assert "Config file: clamd.conf" in done.stdout
    assert "Config file: freshclam.conf" in done.stdout
    assert done.stderr == ""


def version_in(pom: Path, artifact: str) -> str:
    found = re.search(rf"<artifactId>{re.escape(artifact)}</artifactId>\s*<version>([^<]+)<", pom.read_text())
    assert found is not None
    return found[1]


def test_no_environment_declares_a_secret() -> None:
    """Where a name sounds like one, its value is a file's, or the name of an account."""
    for name, one in SERVICES.items():
        for variable in one.get("environment", {}):
            if re.search(r"PASSWORD|SECRET|KEY|TOKEN|CREDENTIAL", variable):
                is_a_place = variable.endswith(("_FILE", "_DIR", "_ACCESS_KEY")) or variable == "TOKEN_URL"
                assert is_a_place, f"{name}: {variable}"


def test_every_setting_the_file_passes_is_one_that_is_read() -> None:
    """A name nobody reads is a setting an operator believes in."""
    settings = (WorkerSettings, IssuerSettings, PortalSettings, PlayerSettings)
    fields = {name for each in settings for name in each.model_fields}
    read = {name.upper() for name in fields} | {"SECRETS_DIR", "PASSWORDS_DIR"}

    for name, one in SERVICES.items():
        if "build" in one:
            assert set(one.get("environment", {})) <= read, name


RUNBOOK = Path("docs/runbooks/compose.md").read_text()


def test_the_runbook_names_only_what_is_there(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "deploy/make-secrets.py", str(tmp_path)], check=True)
    file = yaml.safe_load(COMPOSE.read_text())
    volumes = {"outcomes_documents", "outcomes_checkpoints"} | {f"outcomes_{one}" for one in file["volumes"]}
    commands = re.findall(r"docker compose (?:up|start|stop|create|exec|ps|logs|run)[^`|#\n]*", RUNBOOK)
    named = {word for command in commands for word in re.findall(r"(?<= )[a-z][a-z-]+(?= |$)", command)}
    services = {word for word in named if word in SERVICES}
    removed = {word for line in re.findall(r"^rm (.+)$", RUNBOOK, re.M) for word in line.split()}

    assert services >= {"postgres", "store-folder", "buckets", "store", *(f"{one}-worker" for one in WITH_DATABASE)}
    assert set(re.findall(r"outcomes_[a-z]+(?=:)", RUNBOOK)) <= volumes
    assert all((tmp_path / Path(one).relative_to("deploy/secrets")).exists() for one in removed)
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", RUNBOOK)) <= said_in_the_file() | {"COMPOSE_PROFILES", "NAME"}


def said_in_the_file() -> set[str]:
    return set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))


def test_every_secret_mounted_is_one_that_is_made_and_no_other_is(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "deploy/make-secrets.py", str(tmp_path)], check=True)
    made = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()}
    files = {
        str(Path(one["file"]).relative_to("deploy/secrets"))
        for one in yaml.safe_load(COMPOSE.read_text())["secrets"].values()
    }

    assert made - {name for name in made if name.startswith("passwords/")} == files - GIVEN - {
        "passwords/keycloak_owner"
    }
    assert {"passwords/keycloak_owner"} <= made
    assert tmp_path.stat().st_mode & 0o077 == 0
    secrets = [(tmp_path / name).read_text() for name in made]
    assert not [one for one in secrets if one.endswith("-secret")]
