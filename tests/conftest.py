"""What every test may ask for: databases, brokers, an issuer, and Kafka where the machine has it."""

import sys
from collections.abc import Generator
from typing import Any, cast
from uuid import uuid4

import jwt
import pytest

from embedded import broker as in_process
from tests.faults import table
from tests.parts.browser import browser
from tests.parts.clamav import clamd
from tests.parts.issuer import issuer, signed_in
from tests.parts.kafka import kafka, own_kafka
from tests.parts.keycloak import keycloak
from tests.parts.memory import quick_folder, quick_folders
from tests.parts.needs import pytest_make_collect_report, pytest_runtest_makereport, pytest_terminal_summary
from tests.parts.postgres import databases
from tests.parts.store import s3_store

__all__ = [
    "browser",
    "clamd",
    "databases",
    "issuer",
    "kafka",
    "keycloak",
    "own_kafka",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
    "quick_folder",
    "quick_folders",
    "s3_store",
    "signed_in",
]


LONGEST_NAME = 80
cast(dict[str, Any], sys.modules).setdefault("sniffio", None)
"""Not installed: otherwise httpx looks for it through the whole path, at each request to an app."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(table, "faults")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Tokens and files differ with the second they are made in; their tests are called the same on every worker."""
    if isinstance(val, str) and val.startswith("eyJ"):
        whose = jwt.decode(val, options={"verify_signature": False})
        return f"{whose['sub']}@{whose['programme']}"
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


@pytest.fixture(scope="session")
def broker() -> Generator[str]:
    """The bootstrap address of an in-process broker; use it with the test's own `topic_prefix`."""
    with in_process.running(topics=[]) as running:
        yield running.bootstrap


@pytest.fixture
def topic_prefix() -> str:
    """For topics and groups no other test uses."""
    return f"{uuid4().hex[:8]}."
