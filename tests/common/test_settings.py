"""Outside development, a process refuses to start insecurely."""

import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from common.audit.signing import UnusableKey
from common.settings import ServiceSettings, WorkerSettings
from tests.house.towns import settings

SAFE = {"issuer_url": "https://issuer", "jwks_url": "https://issuer/jwks.json"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"simulation": True, "issuer_url": "https://issuer"}, "SIMULATION=true is refused"),
        ({"issuer_url": "http://issuer"}, "ISSUER_URL must be https"),
        ({"jwks_url": "http://issuer/jwks.json"}, "JWKS_URL must be https"),
        ({"introspection_url": "http://issuer/introspect"}, "INTROSPECTION_URL must be https"),
        ({"introspection_url": "https://issuer/introspect"}, "INTROSPECTION_URL needs SERVICE_CLIENT_ID"),
        ({"service_client_id": "claims", "service_client_secret": "claims-secret"}, "is the one of development"),
    ],
)
def test_production_refuses(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        settings(environment="production", **SAFE | changes)


@pytest.mark.parametrize(
    ("changes", "why"), [({"audit_key": ""}, "AUDIT_KEY is missing"), ({"checkpoints_url": ""}, "must be kept outside")]
)
def test_a_worker_in_production_refuses_an_audit_it_could_rewrite(changes: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        a_worker(**changes)


def test_a_worker_in_production_refuses_the_signing_key_of_development() -> None:
    known = hashlib.sha256(b"development claims").hexdigest()

    with pytest.raises(UnusableKey, match="the one of development"):
        a_worker(audit_key=known).signing_key("claims")


def test_an_account_of_the_object_store_without_its_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="An access key is without its secret key"):
        _ = a_worker(checkpoints_access_key="checkpoints").checkpoints

    place = a_worker(checkpoints_access_key="checkpoints", checkpoints_secret_key="a-secret").checkpoints
    assert "a-secret" not in repr(place)


def a_worker(**changes: str) -> WorkerSettings:
    usual = {"audit_key": "ab" * 32, "checkpoints_url": "s3://kept-elsewhere"}
    told = {"environment": "production", "database_url": "postgresql+asyncpg://nobody@/nowhere"} | SAFE | usual
    return WorkerSettings(**told | changes)  # pyright: ignore[reportArgumentType] - pydantic reads it


def test_production_is_what_is_meant_when_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://claims_main@db/claims")
    monkeypatch.setenv("ISSUER_URL", "https://issuer")
    monkeypatch.setenv("JWKS_URL", "https://issuer/jwks.json")

    assert ServiceSettings().environment == "production"  # pyright: ignore[reportCallIssue] - from the environment


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql+asyncpg://claims_main:hunter-two@db/claims")

    told = ServiceSettings(
        _secrets_dir=tmp_path,  # pyright: ignore[reportCallIssue] - pydantic-settings' own argument
        environment="development",
        issuer_url="http://issuer",
        jwks_url="http://issuer/jwks.json",
    )

    assert told.database_url.get_secret_value().endswith("@db/claims")
    assert "hunter-two" not in repr(told)
