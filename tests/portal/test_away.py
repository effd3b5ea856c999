"""A service that is away takes its own part of a page along, and no more; tokens are renewed before they end."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from portal.main import create_app_for
from portal.openid import SignInFailed
from portal.settings import PortalSettings
from tests.portal.conftest import World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

HERE = "http://127.0.0.1:9998"
NOBODY = "http://127.0.0.1:9"


@asynccontextmanager
async def browser_at(world: World, person: str, **changes: str) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    """A portal in this process before the world's services but for these changes, and a browser signed in at it."""
    urls = {name: url for name, url in world.addresses.services.items() if name != "portal"}
    issuer = world.addresses.issuer
    told: dict[str, Any] = {"environment": "development", "issuer_url": issuer, "jwks_url": f"{issuer}/jwks.json"}
    app = create_app_for(PortalSettings(**told, public_url=HERE, services=urls | changes))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=HERE) as browser,
        httpx.AsyncClient() as outside,
    ):
        away = await browser.get("/sign-in")
        query = dict(httpx.URL(away.headers["location"]).params)
        back = await outside.post(f"{issuer}/authorize", data=query | {"person": f"{person}@kbop"})
        await browser.get(back.headers["location"])
        yield app, browser


async def test_a_page_whose_service_is_away_says_so_and_what_still_works(world: World) -> None:
    async with browser_at(world, "hub-1", **{"referral-hub": NOBODY, "claims": NOBODY}) as (_, browser):
        page = await browser.get("/hub/referrals")
        home = await browser.get("/")

    assert page.status_code == 503
    assert "Part of the service is not working" in page.text
    works = page.text.partition("You can still use:")[2].partition("</ul>")[0]
    assert "Cases, documents and the fund" in works
    assert "Claims and statements" not in works
    assert home.status_code == 200
    assert "This cannot be shown now: New referrals." in home.text


async def test_a_participants_page_shows_the_rest_where_one_service_is_away(world: World) -> None:
    async with browser_at(world, "prime-manager", claims=NOBODY) as (_, browser):
        page = await browser.get(f"/participants/{world.referred.participant_id}")

    assert page.status_code == 200
    assert "This cannot be shown now: Claims and statements." in page.text
    assert "Referrals" in page.text


async def test_tokens_are_renewed_and_none_is_after_the_issuer_has_ended_the_session(world: World) -> None:
    async with browser_at(world, "hub-1") as (app, browser):
        session = app.state.sessions.current(browser.cookies["portal"])
        before = session.tokens
        await app.state.issuer.renew(session, at_once=True)
        assert session.tokens.access != before.access
        assert (await browser.get("/hub/referrals")).status_code == 200

        used, session.tokens = session.tokens, before  # a refresh token is good once
        with pytest.raises(SignInFailed):
            await app.state.issuer.renew(session, at_once=True)
        session.tokens = used
        async with httpx.AsyncClient() as outside:
            out = await outside.get(await app.state.issuer.end(used))
        assert out.headers["location"] == f"{HERE}/signed-out"
        with pytest.raises(SignInFailed):
            await app.state.issuer.renew(session, at_once=True)


async def test_whoever_is_sent_away_is_out(world: World) -> None:
    """A service takes the token no more, and the page begins a sign-in."""
    async with browser_at(world, "hub-2") as (app, browser):
        session = app.state.sessions.current(browser.cookies["portal"])
        session.tokens = session.tokens.__class__("forged", None, session.tokens.identity, session.tokens.ends)
        answer = await browser.get("/hub/referrals")

        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/hub/referrals")
        assert app.state.sessions.current(browser.cookies["portal"]) is None


async def test_what_is_left_open_of_a_first_view_is_light(world: World) -> None:
    async with browser_at(world, "hub-1") as (_, browser):
        page = await browser.get("/hub/referrals", headers={"Accept-Encoding": "gzip"})
        name = re.findall(r'href="(/assets/[^"]+)"', page.text)[0]
        style = await browser.get(name, headers={"Accept-Encoding": "gzip"})

    assert page.headers["content-encoding"] == style.headers["content-encoding"] == "gzip"
    assert page.num_bytes_downloaded + style.num_bytes_downloaded <= 50_000
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.headers["cache-control"] == "no-store"
