"""A realm of a running Keycloak, as its administrator, its people and its clients use it."""

import base64
import hashlib
import html
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from common.web.introspection import Introspection
from common.web.tokens import TokenVerifier
from tests.parts.keycloak import ADMIN, PASSWORD, secret_of

REDIRECT = "http://127.0.0.1/signed-in"
WORDS = "a-password-of-a-test"


class Realm:
    """The realm `outcomes`."""

    def __init__(self, url: str, client: httpx.AsyncClient, password: str = PASSWORD) -> None:
        self.issuer = f"{url}/realms/outcomes"
        self.openid = f"{self.issuer}/protocol/openid-connect"
        self._url, self._client, self._password = url, client, password

    def verifier(self, audience: str = "claims") -> TokenVerifier:
        return TokenVerifier(self._client, f"{self.openid}/certs", self.issuer, audience, self.introspection())

    def introspection(self) -> Introspection:
        where = f"{self.openid}/token/introspect"
        return Introspection(self._client, where, "claims", secret_of("claims"))

    async def administer(self, method: str, path: str, body: Any = None) -> Any:
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": self._password}
        granted = await self._client.post(f"{self._url}/realms/master/protocol/openid-connect/token", data=form)
        headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
        path = f"{self._url}/admin/realms/outcomes{path}"
        answer = await self._client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def seat(self, organisation: str, *roles: str) -> str:
        """A new person at an organisation, by user name."""
        name = f"person-{uuid4().hex[:8]}"
        credentials = [{"type": "password", "value": WORDS, "temporary": False}]
        person = {"username": name, "enabled": True, "groups": [f"/{organisation}"], "credentials": credentials}
        person |= {"firstName": "A", "lastName": "Person", "email": f"{name}@example.org", "emailVerified": True}
        await self.administer("POST", "/users", person)
        [found] = await self.administer("GET", f"/users?username={name}&exact=true")
        held = [await self.administer("GET", f"/roles/{role}") for role in roles]
        await self.administer("POST", f"/users/{found['id']}/role-mappings/realm", held)
        return name

    async def sign_in(self, name: str, **changed: str) -> httpx.Response:
        """The answer to the exchange of a code that a person's browser brought back."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {"response_type": "code", "client_id": "console", "redirect_uri": REDIRECT, "scope": "openid"}
        asked |= {"state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
        page = await self._client.get(f"{self.openid}/auth", params=asked)
        action = re.search(r'action="([^"]+)"', page.text)
        assert action, page.text
        form = {"username": name, "password": WORDS}
        cookies = "; ".join(said.split(";")[0] for said in page.headers.get_list("set-cookie"))
        back = await self._client.post(html.unescape(action[1]), data=form, headers={"Cookie": cookies})
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        exchange = {"grant_type": "authorization_code", "client_id": "console", "redirect_uri": REDIRECT, "code": code}
        return await self._client.post(f"{self.openid}/token", data=exchange | {"code_verifier": verifier} | changed)
