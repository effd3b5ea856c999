"""Who may use which topic is what the services hear and announce, and nothing more."""

import os
import re
import subprocess
from importlib import import_module
from pathlib import Path

from common.contracts import ANNOUNCERS, EVERY_EVENT, every_topic
from common.messaging.reactions import heard_by
from tests.house.towns import SERVICES

Right = tuple[str, str, str]
"""Principal, operation, topic."""
PUBLIC = [topic for topic in every_topic() if topic.startswith("public.")]


def allowed(tmp_path: Path, **environment: str) -> set[Right]:
    """What the script asks Kafka's own tool to allow."""
    tool = tmp_path / "kafka-acls.sh"
    tool.write_text('#!/bin/sh\necho "$@"\n')
    tool.chmod(0o755)
    told = os.environ | {"KAFKA_BIN": str(tmp_path), "KAFKA_BOOTSTRAP": "kafka:9092"} | environment
    said = subprocess.run(["deploy/kafka/create-acls.sh"], env=told, capture_output=True, text=True, check=True)
    return {
        (principal, operation, topic)
        for principal, rights, topic in re.findall(r"User:(\S+) (.+) --topic (\S+)", said.stdout)
        for operation in re.findall(r"--operation (\S+)", rights)
        if operation != "Describe"
    }


def as_the_code_says() -> set[Right]:
    public = {
        (ANNOUNCERS[event.topic], "Write", f"public.{event.topic}") for event in EVERY_EVENT.values() if event.public
    }
    announced = {(service, "Write", topic) for topic, service in ANNOUNCERS.items()}
    heard = {
        (service, "Read", contract.topic)
        for service in SERVICES
        for contract in heard_by(import_module(f"{service.replace('-', '_')}.events.heard").REACTIONS)
    }
    return public | announced | heard


def test_services_may_do_what_they_do_and_a_council_reads_public_topics_only(tmp_path: Path) -> None:
    assert allowed(tmp_path) == as_the_code_says() | {("kirklees-council", "Read", topic) for topic in PUBLIC}


def test_every_council_named_reads_the_public_topics(tmp_path: Path) -> None:
    rights = allowed(tmp_path, COUNCILS="one two")

    told = {(who, topic) for who, _, topic in rights if who not in SERVICES}
    assert told == {(who, topic) for who in ("one", "two") for topic in PUBLIC}
