"""The town that the runbooks are walked in, and the walk: of the page that the module is named after, to its end."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.console.api.towns import Town, town
from tests.parts.runbooks import Walk

__all__ = ["town"]


@pytest.fixture
def walk(request: pytest.FixtureRequest, town: Town, tmp_path: Path) -> Generator[Walk]:
    page = request.path.stem.removeprefix("test_").replace("_", "-")
    told = {"OUTCOMES_ISSUER": town.issuer, "OUTCOMES_URLS": json.dumps(town.urls)}
    walk = Walk(page, told, town.databases, tmp_path)
    yield walk
    assert walk.left == [], "the page tells to run what this test does not"
