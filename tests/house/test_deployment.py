"""What is deployed is what is tested: the compose file and the image are held to their schemas and to the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

from common.contracts import every_topic

BIN = Path(sys.executable).parent
COMPOSE = Path("docker-compose.yml")


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
    services = {path.parent.name.replace("-", "_") for path in Path("services").glob("*/pyproject.toml")}

    for service in services:
        for process in ("main", "worker"):
            assert json.dumps(["python", "-m", f"{service}.{process}"]) in composed


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
