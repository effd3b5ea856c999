"""The compose file run without Docker: every service of ours as a plain process, as the file declares it.

Command, environment, secrets, health and order are read from the file and the image's recipe. Mapped is only what a
machine without containers lacks: services' names and ports become ports of loopback, paths of the image become folders.
"""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from os import environ
from pathlib import Path
from typing import Any, Self

import yaml

from embedded import postgres
from embedded.bound import start
from tests.parts.clamav import PROGRAMS, settled, sign
from tests.parts.kafka import Kafka, java
from tests.parts.keycloak import JAVA, KEYCLOAK
from tests.parts.ports import free_port
from tests.parts.postgres import connect, outside_the_loop
from tests.parts.shared import ROOT
from tests.parts.store import VERSITYGW

COMPOSE = ROOT / "docker-compose.yml"
SECRETS = Path("deploy/secrets")
RECIPE = ROOT / "deploy" / "Dockerfile"
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<other>[^}]*))?\})")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}
POLL_SECONDS = 0.25
HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
PLACES_OF_KAFKA = ("LISTENERS", "ADVERTISED_LISTENERS", "CONTROLLER_QUORUM_VOTERS", "LOG_DIRS", "NODE_ID")
PORTS_OF_KEYCLOAK = {"KC_HTTP_PORT": 8080, "KC_HTTP_MANAGEMENT_PORT": 9000}
KAFKA_TOOLS = {"kafka-topics.sh": "org.apache.kafka.tools.TopicCommand"}

DOCKER = """#!/bin/bash
# What a runbook asks of Docker, done to folders and a server of this machine.
set -euo pipefail
case "$1 $2" in
  "compose exec") shift 4; PATH=$PROGRAMS:$PATH PGHOST=$SOCKETS exec "$@" ;;
  "compose create") mkdir -p "$VOLUMES/store" ;;
  "run --rm")
    shift 2
    declare -A places=()
    while [[ $1 == --volume ]]; do
      IFS=: read -r source target _ <<<"$2"
      [[ $source == /* ]] || source=$VOLUMES/${source#outcomes_}
      places[$target]=$source
      shift 2
    done
    shift
    said=()
    for word in "$@"; do
      for target in "${!places[@]}"; do
        [[ $word == "$target" || $word == "$target"/* ]] && word=${places[$target]}${word#"$target"} && break
      done
      said+=("$word")
    done
    exec "${said[@]}" ;;
  *) echo "no such docker: $*" >&2; exit 2 ;;
esac
"""


class ComposeFailed(Exception):
    """What the file declares does not come up; the sentence says which service, and shows what it said."""


@dataclass(frozen=True, slots=True)
class Health:
    """How often a service is asked whether it is well before it is given up."""

    test: Sequence[str]
    interval: float
    timeout: float
    retries: int
    start_period: float

    @classmethod
    def declared(cls, said: Mapping[str, Any]) -> Self:
        how, *command = said["test"]
        test = ["/bin/sh", "-c", *command] if how == "CMD-SHELL" else command
        interval, timeout = _seconds(said.get("interval", "30s")), _seconds(said.get("timeout", "30s"))
        return cls(test, interval, timeout, int(said.get("retries", 3)), _seconds(said.get("start_period", "0s")))

    @property
    def patience(self) -> float:
        """Seconds until a service that is never well is unhealthy."""
        return self.start_period + self.interval * self.retries


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the file, its variables filled in."""

    name: str
    image: str
    ours: bool
    """Built here, rather than somebody's image."""
    once: bool
    """It runs to its end before others start."""
    command: Sequence[str]
    environment: Mapping[str, str]
    secrets: Mapping[str, Path]
    mounts: Mapping[str, str]
    """Path in the container → named volume, or a path of this project that begins with a dot."""
    published: Mapping[int, int]
    """Port of the host → port of the container."""
    health: Health | None
    waits_for: Mapping[str, str]
    profiles: Sequence[str]


def declared(told: Mapping[str, str], secrets: Path, compose: Path = COMPOSE) -> dict[str, Service]:
    """The services that `docker compose up` would start, told these variables, with secrets from a folder.

    Raises:
        ComposeFailed: a variable the file insists on is missing.
    """
    said: Any = _filled(yaml.safe_load(compose.read_text()), told)
    kept = {name: Path(one["file"]).relative_to(SECRETS) for name, one in said.get("secrets", {}).items()}
    files = {name: secrets / file for name, file in kept.items()}
    active = set(told.get("COMPOSE_PROFILES", "").split(","))
    every = [_service(name, one, files, secrets) for name, one in said["services"].items()]
    here = {one.name: one for one in every if not one.profiles or active & set(one.profiles)}
    for one in here.values():
        optional = {name for name, how in said["services"][one.name].get("depends_on", {}).items() if _optional(how)}
        if lacking := set(one.waits_for) - set(here) - optional:
            raise ComposeFailed(f"{one.name} waits for {', '.join(lacking)}, which the profiles leave out.")
    return here


def _optional(how: Mapping[str, Any]) -> bool:
    return how.get("required") is False


def _service(name: str, said: Mapping[str, Any], files: Mapping[str, Path], folder: Path) -> Service:
    secrets: list[dict[str, str]] = [
        {"source": one} if isinstance(one, str) else one for one in said.get("secrets", [])
    ]
    mounts = [one.replace(f"./{SECRETS}", str(folder)).split(":") for one in said.get("volumes", [])]
    ports = [one.split(":") for one in said.get("ports", [])]
    return Service(
        name=name,
        image=said["image"],
        ours="build" in said,
        once=said.get("restart") == "no",
        command=[*said.get("entrypoint", []), *said.get("command", [])],
        environment=said.get("environment", {}),
        secrets={f"/run/secrets/{one.get('target', one['source'])}": files[one["source"]] for one in secrets},
        mounts={target: source for source, target, *_ in mounts},
        published={int(outside): int(inside) for *_, outside, inside in ports},
        health=Health.declared(said["healthcheck"]) if "healthcheck" in said else None,
        waits_for={one: how["condition"] for one, how in said.get("depends_on", {}).items()},
        profiles=said.get("profiles", []),
    )


def variables(file: Path) -> dict[str, str]:
    """What an environment file tells Compose."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _filled(said: Any, told: Mapping[str, str]) -> Any:
    if isinstance(said, dict):
        return {key: _filled(value, told) for key, value in said.items()}  # pyright: ignore
    if isinstance(said, list):
        return [_filled(one, told) for one in said]  # pyright: ignore
    return VARIABLE.sub(lambda found: _value(found, told), said) if isinstance(said, str) else said


def _value(found: re.Match[str], told: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    value = told.get(found["name"], "")
    if not value and found["kind"] == ":?":
        raise ComposeFailed(f"{found['name']} is missing: {found['other']}")
    return value or (found["other"] or "")


def _seconds(said: str) -> float:
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(r"([\d.]+)(ms|s|m)", said))


@dataclass(slots=True)
class Composed:
    """The file's services as processes in a folder."""

    services: Mapping[str, Service]
    folder: Path
    stack: ExitStack
    ports: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict[str, "subprocess.Popen[bytes]"])
    clusters: dict[str, postgres.Postgres] = field(default_factory=dict[str, postgres.Postgres])

    def up(self) -> None:
        """Start everything in the order declared, and wait until all of ours that say how they are, are well.

        What is running already is left as it is.

        Raises:
            ComposeFailed: one ended that should not, failed, or was not well in the time it declares.
        """
        order = TopologicalSorter(
            {name: set(one.waits_for) & set(self.services) for name, one in self.services.items()}
        )
        for name in order.static_order():
            service = self.services[name]
            for other, condition in service.waits_for.items():
                if other in self.services:
                    self._wait(self.services[other], condition)
            if name not in self.clusters:
                self._start(service)
        for service in self.services.values():
            self._wait(service, "service_completed_successfully" if service.once else "service_healthy")

    def start(self, *names: str) -> None:
        """`docker compose start`, or `up` of what waits for nobody."""
        for name in names:
            self._start(self.services[name])
        for name in names:
            self._wait(self.services[name], "service_healthy")

    def stop(self, *names: str) -> None:
        for name in names:
            _end(self.running[name])

    def shell(self, script: str, there: Path) -> None:
        """Run a runbook's lines in a folder as a shell does, with a `docker` that knows what they ask of it here.

        Raises:
            ComposeFailed: a line failed; the sentence shows what it said.
        """
        tools = self.folder / "docker"
        tools.mkdir(exist_ok=True)
        [server] = self.clusters.values()
        programs = Path(postgres.binary("psql")).parent
        told = {"PROGRAMS": str(programs), "SOCKETS": str(server.sockets), "VOLUMES": str(self.folder / "volumes")}
        told |= {"PGPORT": str(self._port("postgres", 5432)), "PATH": f"{tools}:{environ['PATH']}"}
        (tools / "docker").write_text(DOCKER)
        (tools / "docker").chmod(0o755)
        command = ["bash", "-euo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=there, env=told, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ComposeFailed(f"{script}\n{done.stdout}{done.stderr}")

    def url(self, name: str) -> str:
        """Where a service is reached from outside, at the one port it publishes."""
        [inside] = self.services[name].published.values()
        return f"http://127.0.0.1:{self._port(name, inside)}"

    def bootstrap(self, name: str, inside: int) -> str:
        return f"127.0.0.1:{self._port(name, inside)}"

    def secret(self, name: str, path: str) -> str:
        """What a service reads at a path, as it is true on this machine."""
        service = self.services[name]
        return self._as_here(service, service.secrets[path].read_text())

    def log(self, name: str) -> str:
        file = self.folder / name / "log"
        return file.read_text() if file.is_file() else ""

    def _start(self, service: Service) -> None:
        (self.folder / service.name / "tmp").mkdir(parents=True, exist_ok=True)
        for source in service.mounts.values():
            if not source.startswith("."):
                (self.folder / "volumes" / source).mkdir(parents=True, exist_ok=True)
        for target, file in service.secrets.items():
            kept = Path(self._as_here(service, target))
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(self._as_here(service, file.read_text()))
        if service.image.startswith("postgres:"):
            self._start_postgres(service)
        elif service.image.startswith("apache/kafka:") and not service.command:
            self._start_kafka(service)
        elif service.image.startswith("quay.io/keycloak/"):
            self._unpack_keycloak(service)
            self._start_process(service)
        elif service.image.startswith("clamav/"):
            self._start_clamav(service)
        else:
            self._start_process(service)

    def _start_process(self, service: Service) -> None:
        command = [self._as_here(service, word) for word in service.command]
        with (self.folder / service.name / "log").open("ab") as output:
            environment = self._environment(service)
            process = start(_found(command, environment), output=output.fileno(), environment=environment)
        self.running[service.name] = process
        self.stack.callback(_end, process)

    def _start_postgres(self, service: Service) -> None:
        """A cluster as the image makes it: one superuser, whose password is in the file its environment names."""
        folder = self.folder / service.name
        (folder / "hba.conf").write_text(HBA)
        port = self._port(service.name, 5432)
        told = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(folder / "hba.conf")}
        server = self.stack.enter_context(postgres.running(folder / "cluster", told, folder / "log"))
        self.clusters[service.name] = server
        password = Path(self._as_here(service, service.environment["POSTGRES_PASSWORD_FILE"])).read_text()
        outside_the_loop(_set_password(f"{server.dsn()}&port={port}", password))

    def _start_kafka(self, service: Service) -> None:
        """A broker with the settings declared, but for where it listens and keeps its log."""
        broker = Kafka(self.folder / service.name)
        broker.settle()
        self.ports[service.name, 9092] = broker.port
        names = {name: name.removeprefix("KAFKA_") for name in service.environment if name.startswith("KAFKA_")}
        with (broker.folder / "server.properties").open("a") as settings:
            for name, bare in names.items():
                if bare not in PLACES_OF_KAFKA:
                    settings.write(f"{bare.lower().replace('_', '.')}={service.environment[name]}\n")
        broker.format()
        self.stack.callback(broker.kill)
        broker.start()

    def _start_clamav(self, service: Service) -> None:
        """clamd with the settings declared, but for where they lead; the signatures fetched are those of tests."""
        signatures = self._places(service)["/var/lib/clamav"]
        if "freshclam" in service.command:
            sign(signatures)
            return
        own = self.folder / service.name
        settled(own / "clamd.conf", self._port(service.name, 3310), signatures, own / "tmp")
        self._start_process(service)

    def _unpack_keycloak(self, service: Service) -> None:
        """Keycloak as its image holds it: what it writes to, when it builds itself, is a copy."""
        home = self.folder / service.name / "keycloak"
        shutil.copytree(KEYCLOAK, home, ignore=shutil.ignore_patterns("data"))
        for target, source in service.mounts.items():
            within = home / Path(target).relative_to("/opt/keycloak")
            within.parent.mkdir(parents=True, exist_ok=True)
            within.symlink_to(ROOT / source)

    def _environment(self, service: Service) -> dict[str, str]:
        """What the image and the file tell a process, and nothing of ours but where programs are."""
        told = self._of_image(service) | {
            name: self._as_here(service, value) for name, value in service.environment.items()
        }
        for name in {"PORT", "METRICS_PORT"} & told.keys():
            told[name] = str(self._port(service.name, int(told[name])))
        return told

    def _of_image(self, service: Service) -> dict[str, str]:
        if service.image.startswith("apache/kafka:"):
            return {"PATH": environ["PATH"], "KAFKA_BIN": str(self._kafka_tools())}
        if service.image.startswith("postgres:"):
            programs = Path(postgres.binary("pg_isready")).parent
            return {"PATH": f"{programs}:{environ['PATH']}", "PGPORT": str(self._port(service.name, 5432))}
        if service.image.startswith("clamav/"):
            return {"PATH": PROGRAMS}
        if service.image.startswith("versity/"):
            return {"PATH": f"{VERSITYGW}:{environ['PATH']}"}
        if service.image.startswith("quay.io/keycloak/"):
            ports = {name: str(self._port(service.name, inside)) for name, inside in PORTS_OF_KEYCLOAK.items()}
            return {"PATH": environ["PATH"], "KC_HTTP_HOST": "127.0.0.1"} | ports | JAVA
        recipe = RECIPE.read_text().rpartition("\nFROM ")[2]
        said = dict(
            word.split("=", 1) for line in re.findall(r"^ENV (.+)$", recipe, re.M) for word in shlex.split(line)
        )
        told = {name: self._as_here(service, value.replace("$PATH", environ["PATH"])) for name, value in said.items()}
        return told | {"HOST": told["HOST"].replace("0.0.0.0", "127.0.0.1")}  # noqa: S104 - and never that

    def _kafka_tools(self) -> Path:
        """The image's scripts, on the jars that tests have."""
        tools = self.folder / "kafka-tools"
        tools.mkdir(exist_ok=True)
        for name, main in KAFKA_TOOLS.items():
            (tools / name).write_text(f'#!/bin/sh\nexec {shlex.join(java())} {main} "$@"\n')
            (tools / name).chmod(0o755)
        return tools

    def _wait(self, service: Service, condition: str) -> None:
        match condition:
            case "service_completed_successfully":
                self._until_completed(service)
            case "service_healthy" if service.health is not None:
                self._until_healthy(service, service.health)
            case "service_healthy":
                raise ComposeFailed(f"{service.name} does not say how it is: declare a healthcheck.")
            case _:
                raise ComposeFailed(f"{service.name}: the condition {condition} waits for nothing.")

    def _until_completed(self, service: Service) -> None:
        if code := self.running[service.name].wait(120):
            raise ComposeFailed(f"{service.name} failed ({code}):\n{self.log(service.name)}")

    def _until_healthy(self, service: Service, health: Health) -> None:
        environment = self._environment(service)
        command = _found([self._as_here(service, word) for word in health.test], environment)
        deadline = time.monotonic() + health.patience
        while True:
            process = self.running.get(service.name)
            if process is not None and process.poll() is not None:
                raise ComposeFailed(f"{service.name} ended ({process.returncode}):\n{self.log(service.name)}")
            said = _asked(command, environment, health.timeout)
            if said is None:
                return
            if time.monotonic() > deadline:
                raise ComposeFailed(f"{service.name} is not healthy: {said[-500:]}\n{self.log(service.name)}")
            time.sleep(POLL_SECONDS)

    def _port(self, name: str, inside: int) -> int:
        if (name, inside) not in self.ports:
            self.ports[name, inside] = free_port()
        return self.ports[name, inside]

    def _as_here(self, service: Service, said: str) -> str:
        """A text of the file as it is true on this machine."""
        places = self._places(service)
        outside = {host: (one.name, port) for one in self.services.values() for host, port in one.published.items()}
        path = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
        name = "|".join(map(re.escape, [*self.services, "localhost", "127.0.0.1", "0.0.0.0"]))  # noqa: S104
        pattern = rf"(?:(?<=file://)|(?<![\w./-]))(?P<path>{path})(?![\w.-])|(?<![\w.-])(?P<name>{name})(?P<between>:|(?<=/dev/tcp/localhost)/)(?P<port>\d+)(?![\w-])"

        def here(found: re.Match[str]) -> str:
            if found["path"]:
                return str(places[found["path"]])
            where = (found["name"], int(found["port"]))
            if where[0] == "127.0.0.1":
                where = outside.get(where[1], where)  # of a service that is not up, it is a name alone
            elif where[0] in ("localhost", "0.0.0.0"):  # noqa: S104 - the service itself
                where = (service.name, where[1])
            return f"127.0.0.1{found['between']}{self._port(*where)}"

        return re.sub(pattern, here, said)

    def _places(self, service: Service) -> dict[str, Path]:
        own = self.folder / service.name
        mounted = {
            target: ROOT / source if source.startswith(".") else self.folder / "volumes" / source
            for target, source in service.mounts.items()
        }
        secrets = {target: own / target.lstrip("/") for target in service.secrets} | {
            "/run/secrets": own / "run/secrets"
        }
        if "/clamd.conf" in mounted:
            mounted["/clamd.conf"] = own / "clamd.conf"
        image = {"/venv/bin": Path(sys.prefix) / "bin", "/tmp": own / "tmp"}  # noqa: S108 - the container's own
        if service.image.startswith("apache/kafka:"):
            image["/opt/kafka/bin"] = self._kafka_tools()
        if service.image.startswith("quay.io/keycloak/"):
            image["/opt/keycloak/bin"] = own / "keycloak" / "bin"
        return image | secrets | mounted


def _asked(command: list[str], environment: Mapping[str, str], timeout: float) -> str | None:
    """What a healthcheck said that did not pass, or that it was too slow; nothing once it passes."""
    try:
        asked = subprocess.run(command, env=environment, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {timeout} s"
    return None if asked.returncode == 0 else (asked.stdout + asked.stderr).decode()


def _found(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command with its program looked for where the container would look."""
    return ["/usr/bin/env", f"PATH={environment['PATH']}", *command]


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _set_password(dsn: str, password: str) -> None:
    connection = await connect(dsn)
    try:
        secret = await connection.fetchval("select quote_literal($1::text)", password)
        await connection.execute(f"alter role postgres password {secret}")
    finally:
        await connection.close()


def with_what_it_needs(services: Mapping[str, Service], *names: str) -> dict[str, Service]:
    """What `docker compose up NAME…` would start: these, and all they wait for."""
    found: dict[str, Service] = {}
    for name in names:
        waits_for = services[name].waits_for.keys() & services.keys()
        found |= with_what_it_needs(services, *waits_for) | {name: services[name]}
    return found


@contextmanager
def composed(services: Mapping[str, Service], folder: Path) -> Generator[Composed]:
    """The services, up and well; ended on leaving, the last started first.

    Raises:
        ComposeFailed: they do not come up as declared.
    """
    with ExitStack() as stack:
        here = Composed(services, folder, stack)
        here.up()
        yield here
