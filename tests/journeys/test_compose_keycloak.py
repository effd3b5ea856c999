"""The profile `keycloak` of the compose file: Keycloak as the file starts it, with the realm the file mounts."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import httpx
import pytest

from common.river import WITH_DATABASE
from embedded.signin import token_for_system
from tests.parts.composed import Composed, composed, declared, variables, with_what_it_needs
from tests.parts.keycloak import why_no_keycloak
from tests.parts.realm import Realm
from tests.parts.shared import ROOT

HORTON = "provider-system.horton"

pytestmark = [pytest.mark.xdist_group("compose"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([sys.executable, "deploy/make-secrets.py", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def town(secrets: Path, quick_folders: Callable[[], Path]) -> Generator[Composed]:
    """Claims, and what it waits for: `docker compose up claims`."""
    if reason := why_no_keycloak():
        pytest.skip(reason)
    services = declared(variables(ROOT / "deploy" / "keycloak.env"), secrets)
    with composed(with_what_it_needs(services, "claims"), quick_folders()) as up:
        yield up


@pytest.fixture
async def realm(town: Composed) -> AsyncGenerator[Realm]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield Realm(town.url("keycloak"), client, town.secret("keycloak", "/run/secrets/keycloak_admin"))


def secret_of(secrets: Path, client: str) -> str:
    """As whoever runs the installation reads it, to hand it to the client's owner."""
    name = f"{client.upper().replace('-', '_').replace('.', '_')}_CLIENT_SECRET"
    return dict(line.split("=", 1) for line in (secrets / "realm_client_secrets").read_text().splitlines())[name]


async def asked(town: Composed, path: str, token: str) -> int:
    async with httpx.AsyncClient(base_url=town.url("claims"), timeout=30) as client:
        return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def test_a_person_signs_in_with_a_code_and_pkce(town: Composed, realm: Realm) -> None:
    name = await realm.seat("kirklees-council", "council-verifier")
    token = (await realm.sign_in(name)).json()["access_token"]

    assert await asked(town, "/v1/statements", token) == 200
    assert await asked(town, "/v1/statements", token[:-8] + "AAAAAAAA") == 401


async def test_a_system_signs_in_with_the_secret_that_was_made_for_it(
    town: Composed, realm: Realm, secrets: Path
) -> None:
    token = await token_for_system(realm.issuer, HORTON, secret_of(secrets, HORTON))

    assert await asked(town, "/v1/claims", token) == 200
    assert await asked(town, "/v1/statements", token) == 403


async def test_nobody_signs_in_with_what_the_realm_file_says(realm: Realm) -> None:
    """Were a variable missing, its name in the file that everybody can read would be the secret."""
    for guess in ("${PROVIDER_SYSTEM_HORTON_CLIENT_SECRET}", f"{HORTON}-secret", ""):
        form = {"grant_type": "client_credentials", "client_id": HORTON, "client_secret": guess}
        async with httpx.AsyncClient(timeout=30) as client:
            assert (await client.post(f"{realm.openid}/token", data=form)).status_code == 401


async def test_every_service_proves_itself_with_the_secret_it_is_given(realm: Realm, secrets: Path) -> None:
    for service in WITH_DATABASE:
        given = (secrets / f"{service.replace('-', '_')}_client_secret").read_text()

        assert await token_for_system(realm.issuer, service, given)
        assert given == secret_of(secrets, service) != f"{service}-secret"
