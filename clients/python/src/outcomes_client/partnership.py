"""The way to a partnership's services, signed in once."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Self

import httpx

from .patience import Patience
from .problems import raise_problem
from .signing_in import StaysSignedIn


class _Asking(httpx.Client):
    """Raises what went wrong once all has been tried: a hook would raise before signing in anew."""

    def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = super().send(request, **more)
        raise_problem(answer)
        return answer


class Partnership:
    """The services of one partnership, as one system or person meets them.

    Give the client of a service to the functions made for it: `claims_explain.sync(claim_id, client=town.claims)`.
    Whatever a service refuses is raised as a `Problem`. One `Partnership` may be used by several threads.
    """

    def __init__(
        self,
        services: Mapping[str, str],
        sign_in: Callable[[], tuple[str, float]],
        *,
        timeout: float = 60,
        headers: Mapping[str, str] | None = None,
        transport: Callable[[], httpx.BaseTransport] = Patience,
    ) -> None:
        """`services` are the addresses by name (`claims`, `case-management`, `referral-hub`, `reporting`); `sign_in`
        is `ClientCredentials` of your system, or a `Token`."""
        self._services = dict(services)
        self._auth = StaysSignedIn(sign_in)
        self._timeout = timeout
        self._headers = dict(headers or {})
        self._transport = transport
        self._clients: dict[str, Any] = {}

    @property
    def referral_hub(self) -> Any:
        return self._client("referral-hub")

    @property
    def case_management(self) -> Any:
        return self._client("case-management")

    @property
    def claims(self) -> Any:
        return self._client("claims")

    @property
    def reporting(self) -> Any:
        return self._client("reporting")

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            client.get_httpx_client().close()
        self._clients.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            made_for_it = import_module(f".{service.replace('-', '_')}", __package__)
            client = made_for_it.AuthenticatedClient(
                base_url=self._services[service], token="", timeout=httpx.Timeout(self._timeout)
            )
            client.set_httpx_client(
                _Asking(
                    base_url=self._services[service],
                    auth=self._auth,
                    timeout=self._timeout,
                    headers=self._headers,
                    transport=self._transport(),
                )
            )
            self._clients[service] = client
        return self._clients[service]
