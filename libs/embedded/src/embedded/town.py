"""The town on one laptop: one supervisor, PostgreSQL, broker, issuer, and two processes for every service.

`python -m embedded.town --data .outcomes --port 8100` runs until Ctrl-C; what it stored is there at the next start.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from common.database import provision
from common.migrate import upgrade
from common.river import SERVICES, Service, announcers_among, hearers_of, with_database
from common.town import DATA, PORT, Addresses, addresses_in, announce_addresses, announcement_in

from . import broker, postgres
from .bound import start
from .people import systems
from .supervisor import Child, NotReady, Supervisor

INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
)
READY_SECONDS = 180.0
HIGHEST_PORT = 65535
TOLD_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class TownFailed(Exception):
    """The town could not start, or something it stands on ended; the sentence says what."""


@dataclass(frozen=True, slots=True)
class TownPlan:
    """What a town is asked to be."""

    data: Path
    issuer_port: int
    service_ports: dict[str, int]
    simulation: bool
    services: Mapping[str, Service]
    """The river's, by name."""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.issuer_port}"

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.service_ports[service]}"

    @property
    def announcement(self) -> Path:
        return announcement_in(self.data)


def plan(data: Path, port: int, *, simulation: bool, services: Mapping[str, Service] = SERVICES) -> TownPlan:
    """A town in a data folder, on ports from `port` on, or on any that are free when it is 0.

    Raises:
        TownFailed: a port is taken, or there is none of this number.
    """
    numbers = [port + offset if port else 0 for offset in (0, *(service.port for service in services.values()))]
    with ExitStack() as stack:
        issuer, *ports = [_free_port(stack, number, numbers) for number in numbers]
    return TownPlan(data.resolve(), issuer, dict(zip(services, ports, strict=True)), simulation, services)


def run(town: TownPlan) -> None:
    """Run a town until it is told to end or something it stands on ends.

    Raises:
        TownFailed: a service never became ready, or PostgreSQL or the broker ended.
        postgres.PostgresFailed: another town lives in this data folder, or PostgreSQL does not start.
    """
    logs = town.data / "logs"
    with (
        _kept_in(town.data),
        postgres.running(town.data / "postgres", log=_made(logs) / "postgres.log") as server,
        broker.running() as bus,
    ):
        for service in with_database(town.services).values():
            asyncio.run(provision(server.dsn(), service.name))
            upgrade(service.name, _database(server, service, "owner"))
        asyncio.run(_live(town, server, bus))


@contextmanager
def running(data: Path, port: int = 0, *, simulation: bool = True) -> Generator[Addresses]:
    """A town in a process of its own, ready on entering, ended in good order on leaving.

    Raises:
        TownFailed: it ended before it was ready.
    """
    with _kept_in(data):
        _made(data)
    command = [sys.executable, "-m", "embedded.town", "--data", str(data), "--port", str(port)]
    with start(command + (["--simulation"] if simulation else [])) as process:
        try:
            yield announced(announcement_in(data.resolve()), process)
        finally:
            process.terminate()


def end_when_told() -> None:
    """End by KeyboardInterrupt, whoever says so: Ctrl-C (which a shell has its background jobs ignore), TERM or HUP."""
    for told_by in TOLD_BY:
        signal.signal(told_by, signal.default_int_handler)


async def _live(town: TownPlan, server: postgres.Postgres, bus: broker.Broker) -> None:
    stop = asyncio.Event()
    for told_by in TOLD_BY:
        asyncio.get_running_loop().add_signal_handler(told_by, stop.set)
    supervisor = Supervisor(town.data / "logs", _say)
    try:
        await _until_one_ends(stop.wait(), _watch(server, bus), _open(town, server, bus, supervisor))
    finally:
        town.announcement.unlink(missing_ok=True)
        await supervisor.end()
        _say("Ended; what was stored is kept.")


async def _until_one_ends(*parts: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(part) for part in parts]
    complete, going = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in going:
        task.cancel()
    await asyncio.gather(*going, return_exceptions=True)
    for task in complete:
        task.result()


async def _watch(server: postgres.Postgres, bus: broker.Broker) -> NoReturn:
    """A new broker would have another port and know nothing, so the town ends with it, and with its database."""
    while True:
        for name, process in (("PostgreSQL", server.process), ("The broker", bus.process)):
            if process.poll() is not None:
                raise TownFailed(f"{name} ended ({process.returncode}), and the town with it: start it again.")
        await asyncio.sleep(0.5)


async def _open(town: TownPlan, server: postgres.Postgres, bus: broker.Broker, supervisor: Supervisor) -> None:
    """Start the children, wait until they are ready, say where they are, and stay."""
    issuer = _issuer(town)
    workers = [_child(town, server, bus, service, "worker") for service in with_database(town.services).values()]
    mains = [_child(town, server, bus, service, "main") for service in town.services.values()]
    for stage in ([issuer], workers, mains):
        supervisor.keep(stage)
    await supervisor.until_ready([issuer, *mains], READY_SECONDS)
    addresses = Addresses(
        supervisor_pid=os.getpid(),
        issuer=town.issuer,
        services={service: town.url(service) for service in town.services},
        kafka=bus.bootstrap,
        postgres=server.dsn(),
        logs=str(town.data / "logs"),
    )
    announce_addresses(town.announcement, addresses)
    _say(_described(addresses))
    await asyncio.Event().wait()


def _issuer(town: TownPlan) -> Child:
    origins = ",".join(town.url(service) for service in town.services)
    variables = {"PORT": str(town.issuer_port), "DATA_DIR": str(town.data / "issuer"), "DOCS_ORIGINS": origins}
    return Child("issuer", "embedded.issuer", _told(town) | variables, f"{town.issuer}/health/ready")


def _child(town: TownPlan, server: postgres.Postgres, bus: broker.Broker, service: Service, process: str) -> Child:
    variables = {
        "PORT": str(town.service_ports[service.name]),
        "PUBLIC_URL": town.url(service.name),
        "JWKS_URL": f"{town.issuer}/jwks.json",
    }
    if service.database:
        variables |= _record(town, bus, service) | {"DATABASE_URL": _database(server, service, process)}
    else:
        variables["SERVICES"] = json.dumps({name: town.url(name) for name in with_database(town.services)})
    name = service.name if process == "main" else f"{service.name}-{process}"
    ready_url = f"{town.url(service.name)}/health/ready" if process == "main" else None
    return Child(name, f"{service.package}.{process}", _told(town) | variables, ready_url)


def _record(town: TownPlan, bus: broker.Broker, service: Service) -> dict[str, str]:
    """What a service that keeps records is told besides."""
    announcers = announcers_among(town.services)
    return {
        "KAFKA_BOOTSTRAP": bus.bootstrap,
        "INTROSPECTION_URL": f"{town.issuer}/introspect",
        "DATA_DIR": str(town.data / "documents"),
        "CHECKPOINTS_URL": str(town.data / "checkpoints"),
        "CHECKPOINT_EVERY_SECONDS": "10",
        "FETCH_WAIT_MS": str(broker.FETCH_WAIT_MS),
        "RELAY_WAITS_FOR": ",".join(hearers_of(service.name, town.services)),
        "FEEDS": json.dumps({topic: town.url(announcer) for topic, announcer in announcers.items()}),
        "WEBHOOK_NETWORKS": json.dumps(["127.0.0.0/8", "::1/128"]),
        "SERVICE_CLIENT_ID": service.name,
        "SERVICE_CLIENT_SECRET": systems()[service.name].secret,
    }


def _told(town: TownPlan) -> dict[str, str]:
    """What every child is told; of our own environment it inherits only what a process needs to run."""
    variables = {name: os.environ[name] for name in INHERITED if name in os.environ}
    simulation = str(town.simulation).lower()
    return variables | {"ENVIRONMENT": "development", "ISSUER_URL": town.issuer, "SIMULATION": simulation}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _kept_in(data: Path) -> Generator[None]:
    """Say plainly that the data folder, or something in it, is not ours to write."""
    try:
        yield
    except OSError as why:
        if why.filename is None:
            raise
        refusal = f"{why.filename} cannot be written ({why.strerror})"
        raise TownFailed(f"{refusal}: choose a folder of your own (`make demo DATA=…`).") from why


def _database(server: postgres.Postgres, service: Service, kind: str) -> str:
    return server.url(service.package, f"{service.package}_{kind}")


def _free_port(stack: ExitStack, port: int, numbers: Sequence[int]) -> int:
    """Hold the port until all are chosen, so that no two are the same."""
    holder = stack.enter_context(socket.socket())
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    choose = f"choose another first port (`make demo PORT={PORT + 100}`, or `make up`), or any free ones with PORT=0"
    if not 0 <= port <= HIGHEST_PORT:
        raise TownFailed(f"There is no port {port}; ports end at {HIGHEST_PORT}: {choose}.")
    try:
        holder.bind(("127.0.0.1", port))
    except OSError as error:
        trouble = f"Port {port} cannot be had ({error.strerror})"
        raise TownFailed(f"{trouble}, and the town needs {numbers[0]} to {numbers[-1]}: {choose}.") from error
    return holder.getsockname()[1]


def announced(announcement: Path, process: subprocess.Popen[bytes]) -> Addresses:
    """What this town's supervisor wrote, and not what another, killed in this folder or living in it, left there.

    Raises:
        TownFailed: the supervisor ended before it was ready.
    """
    while process.poll() is None:
        if announcement.exists():
            addresses = addresses_in(announcement)
            if addresses.supervisor_pid == process.pid:
                return addresses
        time.sleep(0.1)
    raise TownFailed(f"The town ended ({process.returncode}) before it was ready.")


def _described(addresses: Addresses) -> str:
    places = {"issuer": addresses.issuer} | addresses.services
    lines = [f"  {name:<16} {url}" for name, url in places.items()]
    lines += [f"  {'kafka':<16} {addresses.kafka}", f"  {'postgres':<16} {addresses.postgres}"]
    return "\n".join(["The services answer. Ctrl-C ends them.", *lines, f"  {'logs':<16} {addresses.logs}"])


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="The whole partnership system on one machine, for development.")
    parser.add_argument("--data", type=Path, default=DATA, help="where everything is kept")
    parser.add_argument("--port", type=int, default=PORT, help="the issuer's port; services follow; 0 for any free")
    parser.add_argument("--simulation", action="store_true", help="accept a simulated clock")
    options = parser.parse_args()
    end_when_told()
    try:
        run(plan(options.data, options.port, simulation=options.simulation))
    except KeyboardInterrupt:
        _say("Ended before it was ready.")
    except (TownFailed, NotReady, postgres.PostgresFailed) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
