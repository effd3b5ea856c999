"""One of the clients that load a front door: raw HTTP on kept connections, told by its input, said on its output.

It knows nothing of ours and imports nothing but the standard library, so that what is measured is the server.
"""

import asyncio
import json
import sys
from collections import Counter
from time import perf_counter
from typing import Any


async def ask(port: int, requests: list[str], answers: Counter[int], took: list[float]) -> None:
    """Send requests one after the other on one connection, until the shared list is empty."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while requests:
        began = perf_counter()
        writer.write(requests.pop().encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await _body(reader, head)
        took.append(perf_counter() - began)
        answers[int(head.split(b" ", 2)[1])] += 1
    writer.close()


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length: " in head:
        await reader.readexactly(int(head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]))
        return
    while (size := int(await reader.readline(), 16)) > 0:
        await reader.readexactly(size + 2)
    await reader.readexactly(2)


async def drive(told: dict[str, Any]) -> dict[str, Any]:
    answers, took, requests = Counter[int](), list[float](), list(reversed(told["requests"]))
    began = perf_counter()
    await asyncio.gather(*(ask(told["port"], requests, answers, took) for _ in range(told["connections"])))
    return {"began": began, "ended": perf_counter(), "answers": answers, "took": took}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(drive(json.load(sys.stdin)))))
