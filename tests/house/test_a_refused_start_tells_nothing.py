"""A start that is refused names the setting and never what it was set to: what it prints is read by many (X-10)."""

import importlib
import os
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from pydantic_settings import BaseSettings

import embedded
from common.settings import ServiceSettings, WorkerSettings
from tests.house.towns import SERVICES

TOLD = "hunterofwords"
"""What a setting holds that must not be printed."""
VALUES = (
    *(TOLD, f"{TOLD}://u:{TOLD}/2@{TOLD}:{TOLD}/x", f"postgresql+asyncpg://u:{TOLD}/2@db/x"),
    *(f'{{"{TOLD}": {TOLD}}}', f'{{"claims": "{TOLD}"}}'),
)
GOOD = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql+asyncpg://claims_main@db/claims",
    "OWNER_DATABASE_URL": "postgresql+asyncpg://claims_owner@db/claims",
    "ISSUER_URL": "https://issuer",
    "JWKS_URL": "https://issuer/jwks.json",
    "SERVICE_CLIENT_ID": "claims",
    "SERVICE_CLIENT_SECRET": "not-that-of-development",
    "RECEIPT_KEY": "k" * 32,
    "GRANT_KEY": "g" * 32,
    "AUDIT_KEY": "ab" * 32,
    "CHECKPOINTS_URL": "s3://elsewhere",
    "SCANNER": "clamd:3310",
    "PUBLIC_URL": "https://portal",
    "SERVICES": '{"claims": "https://claims"}',
    "PORT": "0",
    "DATA_DIR": "data",
}


def modules() -> Iterator[ModuleType]:
    """Every module in which settings are declared."""
    yield importlib.import_module("common.settings")
    yield importlib.import_module("reporting.rebuild")
    yield importlib.import_module("portal.settings")
    for found in pkgutil.iter_modules(embedded.__path__, "embedded."):
        yield importlib.import_module(found.name)


DECLARED = {
    kind.__name__: kind
    for module in modules()
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind is not BaseSettings
}
EVERY_SETTING = [(kind, name) for kind in DECLARED.values() for name in kind.model_fields]


def test_there_are_no_settings_but_these() -> None:
    assert {
        "DoorSettings",
        "ServiceSettings",
        "WorkerSettings",
        "RebuildSettings",
        "IssuerSettings",
        "PortalSettings",
    } == set(DECLARED)


@pytest.mark.parametrize(("kind", "name"), EVERY_SETTING, ids=lambda said: getattr(said, "__name__", said))
def test_no_setting_is_printed_where_it_is_refused(
    kind: type[BaseSettings], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for setting, value in GOOD.items():
        monkeypatch.setenv(setting, value)
    for value in VALUES:
        monkeypatch.setenv(name.upper(), value)

        assert TOLD not in what_a_start_says(kind)


def what_a_start_says(kind: type[BaseSettings]) -> str:
    """What is printed where a process ends at its settings, or at the first it makes of them."""
    try:
        told = kind()
        if isinstance(told, WorkerSettings):
            told.signing_key("claims")
            told.checkpoints.opened()
        elif isinstance(told, ServiceSettings):
            for service in SERVICES:
                importlib.import_module(f"{service.replace('-', '_')}.main").create_app_for(told)
    except Exception:
        return traceback.format_exc()
    return ""


@pytest.mark.parametrize("value", [VALUES[0], VALUES[2]], ids=["word", "address"])
@pytest.mark.parametrize(
    "process",
    [
        *(f"{service.replace('-', '_')}.{door}" for service in SERVICES for door in ("main", "worker")),
        *("reporting.rebuild", "embedded.issuer", "common.migrate claims", "common.provision claims"),
    ],
)
def test_no_process_prints_what_it_was_told(process: str, value: str, tmp_path: Path) -> None:
    names = {name.upper() for kind in DECLARED.values() for name in kind.model_fields}
    wrong = dict.fromkeys(names | {"ADMIN_DATABASE_URL"}, value)

    ended = ends([sys.executable, "-m", *process.split()], wrong, tmp_path)

    assert ended.returncode != 0
    assert TOLD not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("service", "name"), [("claims", "RECEIPT_KEY"), ("claims", "GRANT_KEY"), ("case_management", "GRANT_KEY")]
)
def test_a_service_without_its_key_says_in_one_sentence_what_to_do(service: str, name: str, tmp_path: Path) -> None:
    told = {setting: value for setting, value in GOOD.items() if setting != name}

    ended = ends([sys.executable, "-m", f"{service}.main"], told, tmp_path)

    said = f"ValueError: {name} is missing: run deploy/make-secrets.py again, or give one of at least 32 bytes"
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, f"{said}, everywhere the same")


@pytest.mark.parametrize("token", [TOLD, f"{TOLD}\n", f"{TOLD}€"])
def test_the_console_prints_neither_its_token_nor_a_password(token: str, tmp_path: Path) -> None:
    issuer = f"http://someone:{TOLD}@127.0.0.1:9"
    told = {"OUTCOMES_TOKEN": token, "OUTCOMES_ISSUER": issuer, "OUTCOMES_URLS": f'{{"claims": "{issuer}"}}'}

    for command in (["reconcile"], ["sign-in", "hub-1"]):
        ended = ends([str(Path(sys.executable).parent / "outcomes"), *command], told, tmp_path)

        assert ended.returncode != 0
        assert TOLD not in ended.stdout + ended.stderr


def ends(command: Sequence[str], told: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"]}
    return subprocess.run(command, env={**known, **told}, cwd=folder, capture_output=True, text=True, check=False)
