"""A service's own token, for calls to other services."""

import httpx

from common.clock import machine_now


class ServiceTokens:
    """A service's own token by client credentials, renewed a minute before its end, or at half its life if later."""

    def __init__(self, client: httpx.AsyncClient, issuer_url: str, client_id: str, secret: str) -> None:
        self._client = client
        self._issuer_url = issuer_url.rstrip("/")
        self._client_id = client_id
        self._secret = secret
        self._token = ""
        self._renewed_at = 0.0

    async def token(self) -> str:
        """A token that is good for at least another minute, or for half its life if that is shorter.

        Raises:
            httpx.HTTPError: the issuer did not answer as it should.
        """
        if machine_now().timestamp() > self._renewed_at:
            configuration = await self._client.get(f"{self._issuer_url}/.well-known/openid-configuration")
            configuration.raise_for_status()
            answer = await self._client.post(
                configuration.json()["token_endpoint"],
                data={"grant_type": "client_credentials"},
                auth=(self._client_id, self._secret),
            )
            answer.raise_for_status()
            grant = answer.json()
            self._token = grant["access_token"]
            life = grant["expires_in"]
            self._renewed_at = machine_now().timestamp() + max(life - 60, life / 2)
        return self._token
