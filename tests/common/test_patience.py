"""Whoever sends slowly, or nothing, or without end, is waited for only so long; and nobody holds every connection."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import closing
from typing import Any

import httpx
import pytest

from claims.main import create_app_for
from common.web.http.patience import patient
from common.web.rates import TooManyRequests, Turns
from tests.house.towns import settings
from tests.parts.live import live
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust

SOON: dict[str, Any] = {"header_seconds": 0.3, "json_seconds": 0.3, "upload_seconds": 0.3, "connections_per_address": 8}
OPERATOR = f"Bearer {token('operator', organisation='operations', kind='operator')}"
WRITES = (
    "POST /v1/events/redact HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    f"Authorization: {OPERATOR}\r\nIdempotency-Key: a-key-of-mine\r\n"
)
MOST_SENT = 256 * 1024 * 1024
PATIENCE = 20
"""Seconds after which a test would say that nobody ended the connection."""


LATE: dict[str, Any] = {"connections_per_address": 3, "requests_open": 1}
"""Where whatever ends at once ends for another reason than the time."""


@pytest.fixture(scope="module")
def port(databases: Databases) -> Generator[int]:
    yield from served(databases, SOON)


@pytest.fixture(scope="module")
def calm_port(databases: Databases) -> Generator[int]:
    yield from served(databases, LATE)


def served(databases: Databases, bounds: dict[str, Any]) -> Generator[int]:
    with databases.clone("claims") as database:
        told = settings(database_url=database.url("main"), **bounds)
        app = create_app_for(told)
        with live(app, http=patient(told)) as url:
            trust(app)
            yield httpx.URL(url).port or 0


def connected(port: int) -> closing[socket.socket]:
    return closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))


def all_told(line: socket.socket) -> bytes:
    """What comes until the other side ends the connection."""
    told = b""
    try:
        while chunk := line.recv(65536):
            told += chunk
    except ConnectionError:
        pass
    return told


HALF = "GET /health/live HTTP/1.1\r\nHost: here\r\nX-Slow: "


@pytest.mark.parametrize("said", ["", "\r\n", "GET / HT", HALF], ids=["none", "eol", "half", "one"])
def test_headers_that_do_not_end_are_not_waited_for(port: int, said: str) -> None:
    with connected(port) as line:
        line.sendall(said.encode())

        assert all_told(line) == b""


def test_nor_are_those_of_the_second_request_of_a_connection(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n" + b"GET /health/live HTTP/1.1\r\nX-Slow: ")

        assert all_told(line).count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    "body", ["Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"], ids=["length", "chunked"]
)
def test_a_body_that_does_not_arrive_is_told_so_and_the_connection_ends(port: int, body: str) -> None:
    with connected(port) as line:
        line.sendall((WRITES + body).encode())
        told = all_told(line)

    assert told.startswith(b"HTTP/1.1 408")
    assert b"/problems/too-slow" in told


def test_a_body_without_end_is_refused_when_it_is_too_large(port: int) -> None:
    with connected(port) as line:
        line.sendall((WRITES + "Transfer-Encoding: chunked\r\n\r\n").encode())
        told = flooded(line, b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    assert told.startswith(b"HTTP/1.1 413")


def test_nor_does_anybody_read_one_of_whoever_is_not_signed_in(port: int) -> None:
    with connected(port) as line:
        line.sendall((WRITES.replace("Bearer ", "Bearer not-") + "Transfer-Encoding: chunked\r\n\r\n").encode())
        told = flooded(line, b"1\r\n \r\n")

    assert told.startswith(b"HTTP/1.1 401")


def test_headers_without_end_are_cut_off(calm_port: int) -> None:
    with connected(calm_port) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")

        assert flooded(line, b"X-More: " + b"a" * 65536 + b"\r\n") == b""


def flooded(line: socket.socket, more: bytes) -> bytes:
    """What comes while the same is sent again and again, until the other side has had enough."""
    line.settimeout(PATIENCE)
    try:
        for _ in range(MOST_SENT // len(more)):
            line.sendall(more)
    except ConnectionError:
        return all_told(line)
    pytest.fail("nobody had enough")


def test_one_address_holds_only_so_many_connections_and_is_let_in_again(calm_port: int) -> None:
    held = [socket.create_connection(("127.0.0.1", calm_port), timeout=PATIENCE) for _ in range(3)]
    with connected(calm_port) as one_too_many:
        assert all_told(one_too_many) == b""
    held[0].sendall(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
    assert held[0].recv(65536).startswith(b"HTTP/1.1 200")
    for line in held:
        line.close()

    assert httpx.get(f"http://127.0.0.1:{calm_port}/health/live").status_code == 200


def test_a_client_whose_request_is_not_over_waits_with_the_next_and_others_do_not(calm_port: int) -> None:
    streams = f"http://127.0.0.1:{calm_port}/v1/streams?topic=claims"
    another = f"Bearer {token('operator', organisation='operations', kind='operator', subject='another')}"
    with connected(calm_port) as line:
        line.sendall((WRITES + "Content-Length: 100\r\n\r\n{").encode())
        answers = [httpx.get(streams, headers={"Authorization": who}).status_code for who in (OPERATOR, another)]

    assert answers == [429, 200]


async def test_a_client_has_only_so_many_requests_open() -> None:
    turns = Turns(2)
    with turns.taken("one"), turns.taken("one"):
        with pytest.raises(TooManyRequests), turns.taken("one"):
            await asyncio.sleep(0)
        with turns.taken("another"):
            pass
    with turns.taken("one"):
        pass
