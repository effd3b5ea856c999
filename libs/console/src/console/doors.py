"""The services' front doors, asked over HTTP by someone signed in."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from common.web.signin import StaysSignedIn

A_PAGE = 200


class RequestRefused(Exception):
    """A service said no; the sentence is the service's, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Doors:
    """One client for each service, by name; all are signed in as the same person."""

    clients: Mapping[str, httpx.AsyncClient]

    async def ask(self, service: str, method: str, path: str, **request: Any) -> httpx.Response:
        """A service's answer.

        Raises:
            RequestRefused: it answered with a problem, or as no service of ours does.
            httpx.HTTPError: it did not answer.
        """
        answer = await self.clients[service].request(method, path, **request)
        if answer.is_error:
            raise RequestRefused(f"{service} answered {answer.status_code}: {_said(answer)}")
        if answer.content and "json" not in answer.headers.get("content-type", ""):
            where = answer.url.netloc.decode()
            raise RequestRefused(f"What answers at {where} is not {service}: say where it is (--town or --urls).")
        return answer

    async def pages(self, service: str, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list, page after page; parameters without a value are left out."""
        async for page in self.whole_pages(service, path, **query):
            for item in page["items"]:
                yield item

    async def whole_pages(self, service: str, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Every page of a list, with what it says beside its items."""
        parameters = {"limit": A_PAGE} | {name: value for name, value in query.items() if value is not None}
        while True:
            page = (await self.ask(service, "GET", path, params=parameters)).json()
            yield page
            if page["next"] is None:
                return
            parameters["cursor"] = page["next"]


@asynccontextmanager
async def opened(urls: Mapping[str, str], sign_in: Callable[[], Awaitable[str]]) -> AsyncGenerator[Doors]:
    """The doors of services at these addresses, for whoever `sign_in` gives a token of."""
    async with AsyncExitStack() as stack:
        auth = StaysSignedIn(sign_in)
        clients: dict[str, httpx.AsyncClient] = {}
        for service, url in urls.items():
            client = httpx.AsyncClient(base_url=url, auth=auth, timeout=30)
            clients[service] = await stack.enter_async_context(client)
        yield Doors(clients)


def _said(answer: httpx.Response) -> str:
    """What a problem says, with the fields, the reasons and the key paths it names."""
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem = answer.json()
        fields = [f"{each['field']}: {each['problem']}" for each in problem.get("errors", [])]
        reasons = [f"{each['reason']} {each['remedy']}" for each in problem.get("refusals", [])]
        paths = [f"{each['card']}/{each['version']}: {each['where']}" for each in problem.get("differences", [])]
        return "\n  ".join([f"{problem['title']}. {problem['detail']}", *fields, *reasons, *paths])
    return answer.text[:200]
