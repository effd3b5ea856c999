"""The development issuer signs real tokens, for the right people, by the real flows, and never in production."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from pydantic import ValidationError

from claims.main import create_app_for as claims_app
from common.river import WITH_DATABASE
from common.web.roles import ROLES
from embedded import issuer as development
from embedded.issuer import IssuerSettings, create_app
from embedded.people import people, seats, systems
from embedded.signin import SignInRefused, token_for_person, token_for_system
from tests.house.towns import settings as service_settings

VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "portal",
    "redirect_uri": "http://127.0.0.1:8105/signed-in",
    "scope": "openid",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
EXCHANGE = {
    "grant_type": "authorization_code",
    "client_id": "portal",
    "redirect_uri": ASKED["redirect_uri"],
    "code_verifier": VERIFIER,
}


def settings(folder: Path, **changed: Any) -> IssuerSettings:
    told: dict[str, Any] = {"environment": "development", "issuer_url": "http://issuer", "port": 1, "data_dir": folder}
    return IssuerSettings(**(told | changed))


@pytest.fixture
def browser(tmp_path: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(settings(tmp_path)))
    return httpx.AsyncClient(transport=transport, base_url="http://issuer")


async def code_for(browser: httpx.AsyncClient, person: str) -> str:
    chosen = await browser.post("/authorize", data=ASKED | {"person": person})
    return parse_qs(urlsplit(chosen.headers["location"]).query)["code"][0]


def claims_of(token: str, issuer: str, audience: str = "claims") -> dict[str, Any]:
    key = jwt.PyJWKClient(f"{issuer}/jwks.json").get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=issuer)


async def test_a_caseworker_signs_in_with_what_the_services_need_to_know(issuer: str) -> None:
    token = await token_for_person(issuer, "caseworker.horton")
    claims = claims_of(token, issuer)

    assert (claims["org"], claims["org_kind"], claims["programme"]) == ("horton", "provider", "kbop")
    assert claims["roles"] == ["caseworker"]
    assert claims["aud"] == list(WITH_DATABASE)
    assert claims["exp"] - claims["iat"] == 600
    assert "horton" not in claims["sub"]


async def test_a_system_proves_itself_with_its_secret(issuer: str) -> None:
    token = await token_for_system(issuer, "provider-system.pdap", "provider-system.pdap-secret")

    assert claims_of(token, issuer)["roles"] == ["provider-system"]


async def test_the_same_seat_in_another_programme_is_another_subject(issuer: str) -> None:
    here = claims_of(await token_for_person(issuer, "hub-1"), issuer)
    there = claims_of(await token_for_person(issuer, "hub-1@kbop-next"), issuer)

    assert there["programme"] == "kbop-next"
    assert here["sub"] != there["sub"]


async def test_a_wrong_secret_and_an_unknown_person_are_refused(issuer: str) -> None:
    with pytest.raises(SignInRefused, match="another secret"):
        await token_for_system(issuer, "provider-system.pdap", "guess")
    with pytest.raises(SignInRefused, match="Nobody is called"):
        await token_for_person(issuer, "nobody-at-all")


async def test_simulate_is_granted_only_where_something_is_simulated(issuer: str, tmp_path: Path) -> None:
    granted = claims_of(await token_for_person(issuer, "hub-1", simulate=True), issuer)["scope"]
    unasked = claims_of(await token_for_person(issuer, "hub-1"), issuer)["scope"]

    assert "simulate" in granted.split()
    assert "simulate" not in unasked.split()
    with development.running(tmp_path) as real, pytest.raises(SignInRefused, match="SIMULATION"):
        await token_for_system(real, "simulation", "simulation-secret", simulate=True)


async def test_a_code_is_exchanged_once(browser: httpx.AsyncClient) -> None:
    exchange = EXCHANGE | {"code": await code_for(browser, "hub-1")}
    first = await browser.post("/token", data=exchange)
    second = await browser.post("/token", data=exchange)

    assert first.status_code == 200
    identity = jwt.decode(first.json()["id_token"], options={"verify_signature": False})
    assert (identity["aud"], identity["nonce"]) == ("portal", "n1")
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changed",
    [{"code_verifier": "x" * 43}, {"code_verifier": ""}, {"client_id": "console"}, {"redirect_uri": "http://[::1]/"}],
)
async def test_a_code_serves_only_whoever_asked_for_it(browser: httpx.AsyncClient, changed: dict[str, str]) -> None:
    exchange = EXCHANGE | {"code": await code_for(browser, "hub-1")} | changed
    answer = await browser.post("/token", data=exchange)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_request"),
        ({"redirect_uri": "javascript:alert(1)"}, "invalid_request"),
        ({"client_id": "stranger"}, "invalid_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid simulate"}, "invalid_scope"),
    ],
)
async def test_nothing_else_may_be_asked_for(browser: httpx.AsyncClient, changed: dict[str, str], error: str) -> None:
    page = await browser.get("/authorize", params=ASKED | changed)
    chosen = await browser.post("/authorize", data=ASKED | changed | {"person": "hub-1"})

    assert (page.status_code, page.json()["error"]) == (400, error)
    assert (chosen.status_code, chosen.json()["error"]) == (400, error)


async def test_the_page_lists_everyone_and_escapes_what_it_was_asked(browser: httpx.AsyncClient) -> None:
    everyone = (await browser.get("/authorize", params=ASKED | {"state": '"><script>'})).text
    hinted = (await browser.get("/authorize", params=ASKED | {"login_hint": "auditor"})).text

    assert everyone.count("<button") == len(people())
    assert "<script>" not in everyone
    assert hinted.count("<button") == 1


async def test_the_key_is_kept_between_runs(tmp_path: Path) -> None:
    first, second = (create_app(settings(tmp_path)).state.issuer.key for _ in range(2))

    assert first.id == second.id
    assert (tmp_path / "signing-key.pem").stat().st_mode & 0o077 == 0


def test_it_refuses_to_start_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVIRONMENT", raising=False)

    with pytest.raises(ValidationError, match="lets anyone be anyone"):
        settings(tmp_path, environment="production")
    with pytest.raises(ValidationError, match="lets anyone be anyone"):
        IssuerSettings(issuer_url="http://issuer", port=1, data_dir=tmp_path)


def test_every_role_the_services_know_has_somebody_seated() -> None:
    seated = {role for party in (people() | systems()).values() for role in party.roles}

    assert seated == ROLES


def test_every_organisation_has_somebody_and_both_checks_of_two_have_two() -> None:
    everyone = (people() | systems()).values()

    assert {party.organisation for party in everyone} == set(seats().organisations)
    for role in ("hub", "council-verifier"):
        assert len([party for party in everyone if role in party.roles and not party.plays]) == 2


SERVICE = "http://127.0.0.1:8103"


@pytest.fixture
def page(tmp_path: Path) -> httpx.AsyncClient:
    """A browser on the page `/docs` of a service, which asks the issuer from there."""
    transport = httpx.ASGITransport(create_app(settings(tmp_path, docs_origins=f"{SERVICE},http://127.0.0.1:8101")))
    return httpx.AsyncClient(transport=transport, base_url="http://issuer", headers={"Origin": SERVICE})


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-requested-with"}


async def test_authorize_on_the_page_of_the_api_signs_somebody_in(page: httpx.AsyncClient) -> None:
    app = claims_app(service_settings(issuer_url="http://issuer"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SERVICE) as service:
        shown = (await service.get("/docs")).text
        led_back = await service.get("/docs/oauth2-redirect")
        people = (await service.get("/openapi.json")).json()["components"]["securitySchemes"]["people"]
    told = re.search(r"initOAuth\((\{.*?\})\)", shown, re.DOTALL)
    assert told is not None
    client = json.loads(told[1])
    flow, back = people["flows"]["authorizationCode"], {"redirect_uri": f"{SERVICE}/docs/oauth2-redirect"}
    asked = ASKED | back | {"client_id": client["clientId"], "scope": client["scopes"]}

    chosen = await page.post(flow["authorizationUrl"], data=asked | {"person": "hub-1"})
    code = parse_qs(urlsplit(chosen.headers["location"]).query)["code"][0]
    allowed = await page.options(flow["tokenUrl"], headers=PREFLIGHT)
    form = EXCHANGE | back | {"client_id": client["clientId"], "code": code}
    given = await page.post(flow["tokenUrl"], data=form, headers={"X-Requested-With": "XMLHttpRequest"})

    assert (client["usePkceWithAuthorizationCodeGrant"], led_back.status_code) == (True, 200)
    assert (allowed.status_code, given.status_code) == (200, 200)
    assert {answer.headers["access-control-allow-origin"] for answer in (allowed, given)} == {SERVICE}
    assert given.json()["token_type"] == "Bearer"


async def test_a_page_of_another_origin_and_another_path_are_told_nothing_of_who_may_ask(
    page: httpx.AsyncClient,
) -> None:
    stranger = {"Origin": "http://127.0.0.1:9999"}
    preflight = await page.options("/token", headers=PREFLIGHT | stranger)
    form = {"grant_type": "client_credentials", "client_id": "claims", "client_secret": "claims-secret"}
    given = await page.post("/token", data=form, headers=stranger)
    elsewhere = [await page.get(path) for path in ("/jwks.json", "/authorize", "/.well-known/openid-configuration")]
    sent_away = await page.post("/send-away", data={"person": "hub-1"})

    assert preflight.status_code == 400
    told = [answer.headers for answer in (preflight, given, *elsewhere, sent_away)]
    assert not [headers for headers in told if "access-control-allow-origin" in headers]
