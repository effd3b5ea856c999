"""Apache Kafka, real, in a folder: one process in KRaft mode that tests start, stop, kill, freeze and thaw."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM, Signals
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from filelock import FileLock

from embedded.bound import start
from tests.parts.shared import ROOT, run_folder, shared
from tests.parts.started import until_it_answers

POM = ROOT / "deploy" / "kafka-for-tests" / "pom.xml"
JARS = ROOT / ".tools" / "kafka"
JAVA = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN"]
CLUSTER = "b3V0Y29tZXMtZm9yLXRlcw"
READY_WITHIN_SECONDS = 60
SETTINGS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
num.partitions=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
group.min.session.timeout.ms=1000
log.segment.delete.delay.ms=0
"""


@dataclass(slots=True)
class Kafka:
    """A broker with a folder and ports of its own, kept over stops and kills."""

    folder: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended or did not answer; the sentence shows its log.
        """
        log = self.folder / "kafka.log"
        with log.open("ab") as output:
            self.process = start([*java(), "kafka.Kafka", str(self._settings)], output=output.fileno())
        until_it_answers("Kafka", self.process, log, lambda: _answers(self.bootstrap), READY_WITHIN_SECONDS)

    def stop(self) -> None:
        """End it in good order."""
        self._end(SIGTERM)

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._end(SIGKILL)

    def wipe(self) -> None:
        """Kill it, forget every topic, record and offset, and start it again."""
        self.kill()
        shutil.rmtree(self.folder / "log")
        self.format()
        self.start()

    def recreate(self, topic: str) -> None:
        """Delete a topic with all it holds, and make it again, empty."""
        admin: Any = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.delete_topics([topic])[topic].result()
        while topic in admin.list_topics(timeout=5).topics:
            time.sleep(0.1)
        with suppress(KafkaException):  # a client that asked for it in between has made it
            admin.create_topics([NewTopic(topic, num_partitions=4, replication_factor=1)])[topic].result()

    def move(self) -> None:
        """Stop it and start it on other ports, with what it holds."""
        self.stop()
        self.settle()
        self.start()

    def settle(self) -> None:
        """Take free ports, and write them into its settings."""
        self.port, controller_port = _free_ports()
        told = SETTINGS.format(port=self.port, controller_port=controller_port, logs=self.folder / "log")
        self._settings.write_text(told)

    def format(self) -> None:
        """Make an empty log."""
        command = [*java(), "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self._settings)]
        subprocess.run(command, check=True, capture_output=True)

    def freeze(self) -> None:
        """Stop its clock: connections stay, answers do not come."""
        self._running.send_signal(SIGSTOP)

    def thaw(self) -> None:
        self._running.send_signal(SIGCONT)

    def _end(self, how: Signals) -> None:
        if self.process is not None:
            self.process.send_signal(SIGCONT)
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    @property
    def _settings(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None:
            raise RuntimeError("Kafka is not running.")
        return self.process


@contextmanager
def kafka_in(folder: Path) -> Generator[Kafka]:
    """A new broker, running, in a folder; ended on leaving."""
    folder.mkdir(parents=True, exist_ok=True)
    broker = Kafka(folder)
    broker.settle()
    broker.format()
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


@contextmanager
def kept_kafka(folder: Path) -> Generator[str]:
    with kafka_in(folder / "kafka") as broker:
        yield broker.bootstrap


@cache
def why_no_kafka() -> str | None:
    """What this machine lacks to run Kafka, in a sentence, or nothing."""
    if shutil.which("java") is None or java_version() < 17:
        return "Apache Kafka needs Java 17: make test-tools, or apt-get install openjdk-17-jre-headless"
    with FileLock(_made(JARS.parent) / "kafka.lock"):
        return None if _jars_are_here() else _fetch_jars()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The bootstrap address of the run's Kafka; use topics with the test's own `topic_prefix`."""
    if reason := why_no_kafka():
        pytest.skip(reason)
    return shared(kept_kafka, run_folder(tmp_path_factory) / "kafka")


@pytest.fixture
def own_kafka(tmp_path: Path) -> Generator[Kafka]:
    """A Kafka of the test's own, to be stopped, killed and frozen."""
    if reason := why_no_kafka():
        pytest.skip(reason)
    with kafka_in(tmp_path / "kafka") as broker:
        yield broker


def java() -> list[str]:
    return [*JAVA, "-cp", f"{JARS}/*"]


def java_version() -> int:
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def _jars_are_here() -> bool:
    """The stamp holds the pom they were copied for."""
    stamp = JARS / "pom.xml"
    return stamp.exists() and stamp.read_bytes() == POM.read_bytes()


def _fetch_jars() -> str | None:
    if shutil.which("mvn") is None:
        return "Apache Kafka's jars are fetched by Maven: make test-tools, or apt-get install maven"
    shutil.rmtree(JARS, ignore_errors=True)
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM), "dependency:copy-dependencies"]
    fetched = subprocess.run([*command, f"-DoutputDirectory={JARS}"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        return f"Maven could not fetch Apache Kafka: {fetched.stdout.strip()[-300:]}"
    shutil.copy(POM, JARS / "pom.xml")
    return None


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _answers(bootstrap: str) -> bool:
    try:
        return bool(AdminClient({"bootstrap.servers": bootstrap, "log_level": 0}).list_topics(timeout=0.5).brokers)
    except KafkaException:
        return False
