"""Outside development, a process refuses to start insecurely."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from common.settings import ServiceSettings
from tests.house.towns import settings


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"simulation": True, "issuer_url": "https://issuer"}, "SIMULATION=true is refused"),
        ({"issuer_url": "http://issuer"}, "must be https"),
    ],
)
def test_production_refuses(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        settings(environment="production", **changes)


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
