"""Stands between an adapter and the services: passes on what is asked, interrupts it as scripted, and keeps both."""

import json
import socket
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .exchanges import KIT_CURSOR, AdapterRequest, Exchange, Interruption, object_in, problem, with_more_fields

HOST = "127.0.0.1"
OF_ONE_HOP = {"host", "connection", "transfer-encoding", "content-length", "content-encoding", "accept-encoding"}
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(slots=True)
class Between:
    """What an adapter takes for the services, and all that passed."""

    upstream: Mapping[str, str]
    """Where each service really is."""
    client: httpx.AsyncClient
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    """Where the adapter is to ask each."""
    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    run: str = ""
    more_fields: bool = False
    waiting: list[Interruption] = field(default_factory=list[Interruption])
    """Interruptions of this run that have not happened yet."""
    ports: dict[int, str] = field(default_factory=dict[int, str])
    paged: str = ""
    """The query whose first page was empty."""

    def begin(self, run: str, interruptions: Sequence[Interruption], *, more_fields: bool) -> None:
        """From here on it is another run."""
        self.run, self.waiting, self.more_fields = run, list(interruptions), more_fields

    async def answer(self, incoming: Request) -> Response:
        """Answer one request of the adapter's."""
        query = incoming.url.query
        service = self.ports[incoming.scope["server"][1]]
        request = AdapterRequest(
            service, incoming.method, incoming.url.path, query, dict(incoming.headers), await incoming.body()
        )
        due = next((one for one in self.waiting if request.may_be(one)), None)
        if due is not None and due is not Interruption.EMPTY_PAGE:
            self.waiting.remove(due)
            if due is Interruption.ANSWER_LOST:
                await self._pass_on(request, query)
                self._keep(request, 504, interruption=due)
                return Response("<html>The answer did not arrive.</html>", 504, media_type="text/html")
            status, headers, body = problem(due)
            self._keep(request, status, body["type"], due)
            return Response(json.dumps(body), status, headers)
        return await self._passed_on(request, due)

    async def _passed_on(self, request: AdapterRequest, due: Interruption | None) -> Response:
        query = self.paged if KIT_CURSOR in request.query else request.query
        answer = await self._pass_on(request, query)
        body = answer.content
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in OF_ONE_HOP}
        is_json = "json" in answer.headers.get("content-type", "")
        members = object_in(body) if is_json else {}
        interruption = None
        if due is Interruption.EMPTY_PAGE and {"items", "next"} <= members.keys():
            self.waiting.remove(due)
            self.paged, interruption = request.query, due
            body = json.dumps({**members, "items": [], "next": KIT_CURSOR}).encode()
        if self.more_fields and is_json:
            body = with_more_fields(body)
        kind = str(members.get("type", "")) if answer.is_error else ""
        self._keep(request, answer.status_code, kind, interruption)
        return Response(body, answer.status_code, headers)

    async def _pass_on(self, request: AdapterRequest, query: str) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OF_ONE_HOP}
        address = f"{self.upstream[request.service]}{request.path}{f'?{query}' if query else ''}"
        return await self.client.request(request.method, address, headers=headers, content=request.body)

    def _keep(
        self, request: AdapterRequest, status: int, kind: str = "", interruption: Interruption | None = None
    ) -> None:
        last = kind.rpartition("/")[2]
        self.exchanges.append(Exchange(self.run, request, time.monotonic(), status, last, interruption))


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = anyio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def standing_between(services: Mapping[str, str]) -> AsyncGenerator[Between]:
    """Each service on a port of its own on this machine, passed on to where it is."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        between = Between(services, client)
        sockets: list[socket.socket] = []
        for name in services:
            listener = stack.enter_context(socket.socket())
            listener.bind((HOST, 0))
            sockets.append(listener)
            port = listener.getsockname()[1]
            between.ports[port] = name
            between.addresses[name] = f"http://{HOST}:{port}"
        app = Starlette(routes=[Route("/{path:path}", between.answer, methods=list(VERBS))])
        server = _Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, sockets)
            await server.listens.wait()
            try:
                yield between
            finally:
                server.should_exit = True
