"""People sign in and out at Keycloak, with the realm that an installation imports."""

import html
import re
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from common.river import WITH_DATABASE
from portal.main import create_app_for
from portal.settings import PortalSettings
from tests.parts.realm import WORDS, Realm

PORTAL = "http://127.0.0.1:8105"
NOBODY = "http://127.0.0.1:9"

pytestmark = pytest.mark.xdist_group("keycloak")


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield client


def portal_at(realm: Realm) -> FastAPI:
    """A portal whose people Keycloak knows, before services that are away."""
    services = {service: NOBODY for service in WITH_DATABASE}
    return create_app_for(
        PortalSettings(
            environment="development",
            issuer_url=realm.issuer,
            jwks_url=f"{realm.openid}/certs",
            public_url=PORTAL,
            services=services,
        )
    )


async def test_a_caseworker_signs_in_at_keycloak_is_called_by_name_and_signs_out(
    keycloak: str, client: httpx.AsyncClient
) -> None:
    realm = Realm(keycloak, client)
    person = await realm.seat("horton", "caseworker")
    app = portal_at(realm)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=PORTAL) as browser:
        away = (await browser.get("/sign-in", params={"next": "/search"})).headers["location"]
        back = await signed_in(client, away, person)
        assert back.startswith(f"{PORTAL}/signed-in?")
        answer = await browser.get(back)
        assert answer.headers["location"] == "/search"
        page = await browser.get("/search")

        assert "You are signed in as A Person, Horton." in page.text
        session = app.state.sessions.current(browser.cookies["portal"])
        tokens = session.tokens
        assert tokens.refresh
        await app.state.issuer.renew(session, at_once=True)
        assert session.tokens.access != tokens.access

        csrf = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
        out = await browser.post("/sign-out", data={"csrf": csrf})
        ended = await client.get(out.headers["location"])
        assert ended.headers["location"] == f"{PORTAL}/signed-out"
        assert (await browser.get("/search")).status_code == 303


async def signed_in(client: httpx.AsyncClient, address: str, person: str) -> str:
    """Where Keycloak sends a browser back to, once its form is filled."""
    page = await client.get(address)
    action = re.search(r'action="([^"]+)"', page.text)
    assert action, page.text
    cookies = "; ".join(said.split(";")[0] for said in page.headers.get_list("set-cookie"))
    form = {"username": person, "password": WORDS}
    answer = await client.post(html.unescape(action[1]), data=form, headers={"Cookie": cookies})
    back = answer.headers["location"]
    assert "code" in parse_qs(urlsplit(back).query), back
    return back
