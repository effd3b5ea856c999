"""Over HTTP, at every service: a token that is forged, old, for others, unsigned or too large is nobody's (401)."""

import importlib
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.house.towns import SERVICES
from tests.parts.api import front_door
from tests.parts.postgres import Databases
from tests.parts.tokens import KEY_ID, signing_key, token

HOME = "quarterly-audit"
GOOD = token("auditor", organisation=HOME, kind="auditor")
SAID = jwt.decode(GOOD, options={"verify_signature": False})
ANOTHER_KEY = generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = b"a public key is no secret, yet some verifiers take it for one"
NOBODYS = {
    "forged": token("auditor", key=ANOTHER_KEY, organisation=HOME, kind="auditor"),
    "altered": GOOD[:-8] + ("A" * 8 if GOOD[-8:] != "A" * 8 else "B" * 8),
    "expired": token("auditor", exp=int(time.time()) - 60, organisation=HOME, kind="auditor"),
    "of-another-audience": token("auditor", aud="somebody-elses", organisation=HOME, kind="auditor"),
    "of-another-issuer": token("auditor", iss="https://elsewhere", organisation=HOME, kind="auditor"),
    "unsigned": jwt.encode(SAID, "", "none", {"kid": KEY_ID}),
    "hmac": jwt.encode(SAID, PUBLIC, "HS256", {"kid": KEY_ID}),
    "oversized": jwt.encode(SAID | {"padding": "x" * 9_000}, signing_key(), "RS256", {"kid": KEY_ID}),
}


@pytest.mark.parametrize("service", SERVICES)
async def test_only_a_good_token_is_somebodys(service: str, databases: Databases) -> None:
    create_app_for = importlib.import_module(f"{service.replace('-', '_')}.main").create_app_for
    async with front_door(databases, service, create_app_for) as door:
        statuses = {
            name: (await door.client.get("/v1/audit/standing", headers={"Authorization": f"Bearer {said}"})).status_code
            for name, said in ({"good": GOOD} | NOBODYS).items()
        }

    assert statuses == {"good": 200} | dict.fromkeys(NOBODYS, 401)
