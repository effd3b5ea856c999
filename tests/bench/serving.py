"""Front doors under load: real processes on loopback, clients in processes of their own, and pgbench for the floor."""

import asyncio
import json
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from embedded import postgres
from embedded.bound import start
from tests.parts.eventually import eventually
from tests.parts.ports import free_port
from tests.parts.postgres import Database

CLIENTS, CONNECTIONS = 2, 8
"""Processes, and connections of each."""


@dataclass(frozen=True, slots=True)
class Door:
    """A server under load."""

    port: int
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: Any = None) -> str:
        """A request as it goes over the wire, with a key of its own."""
        content = "" if body is None else json.dumps(body)
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.token}"]
        lines += [f"Idempotency-Key: {uuid4().hex}", "Content-Type: application/json"]
        return "\r\n".join([*lines, f"Content-Length: {len(content.encode())}", "", content])


@asynccontextmanager
async def serving(command: Sequence[str], told: Mapping[str, str], token: str, ready: str) -> AsyncGenerator[Door]:
    """A server in a process of its own, told its PORT, once the path `ready` answers; `{port}` stands for the port."""
    port = free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    with start([sys.executable, "-m", *words], environment=os.environ | told | {"PORT": str(port)}) as process:
        try:
            door = Door(port, token)
            async with httpx.AsyncClient(base_url=door.url) as client:

                async def answers() -> bool:
                    if process.poll() is not None:
                        raise RuntimeError(f"{words} ended ({process.returncode}).")
                    try:
                        return (await client.get(ready)).is_success
                    except httpx.TransportError:
                        return False

                await eventually(answers)
            yield door
        finally:
            process.terminate()


def service_told(database: Database, issuer: str) -> dict[str, str]:
    """What a service's front door is told."""
    return {
        "ENVIRONMENT": "development",
        "DATABASE_URL": database.url("main"),
        "ISSUER_URL": issuer,
        "JWKS_URL": f"{issuer}/jwks.json",
        "POOL_SIZE": "8",
    }


async def load(door: Door, requests: Sequence[str], status: int) -> float:
    """Send every request once from all clients; the seconds from the first to the last answer.

    Raises:
        AssertionError: an answer had another status.
    """
    said = await asyncio.gather(*(_client(door, requests[one::CLIENTS]) for one in range(CLIENTS)))
    answers = Counter[str]()
    for one in said:
        answers.update(one["answers"])
    assert answers == {str(status): len(requests)}, answers
    return max(one["ended"] for one in said) - min(one["began"] for one in said)


async def _client(door: Door, requests: Sequence[str]) -> dict[str, Any]:
    plan = {"port": door.port, "connections": CONNECTIONS, "requests": list(requests)}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("driver.py")), stdin=pipe, stdout=pipe
    )
    said, _ = await process.communicate(json.dumps(plan).encode())
    return json.loads(said)


async def pgbench(database: Database, script: str, transactions: int) -> float:
    """The seconds PostgreSQL's own bench takes for as many transactions over as many connections."""
    clients = CLIENTS * CONNECTIONS
    command = [postgres.binary("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", str(CLIENTS)]
    command += ["-t", str(transactions // clients), "-f", "/dev/stdin", "-h", database.sockets, "-U", "postgres"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, database.name, stdin=pipe, stdout=pipe, stderr=pipe)
    said, why = await process.communicate(script.encode())
    assert process.returncode == 0, why.decode()
    tps = re.search(r"tps = ([\d.]+)", said.decode())
    assert tps is not None, said
    return transactions / float(tps[1])
