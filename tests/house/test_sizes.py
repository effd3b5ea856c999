"""The page of sizes says what was measured, and of tables that there are."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest

from common.river import WITH_DATABASE
from tests.parts.postgres import Databases, connect, outside_the_loop
from tests.parts.shared import ROOT


@pytest.fixture(scope="module")
def sizes() -> Any:
    spec = spec_from_file_location("sizes", ROOT / "docs" / "sizes.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_there_once_counts_for_nothing_and_the_rest_for_each_claim(sizes: Any) -> None:
    outbox, keys = ("claims", "outbox"), ("claims", "idempotency")
    once = {outbox: sizes.Size(8_000, 8_000), keys: sizes.Size(0, 0)}
    ten_more = {outbox: sizes.Size(58_000, 18_000), keys: sizes.Size(9_000, 0)}
    small, large = sizes.FolderSizes(5, once, 10, 100), sizes.FolderSizes(15, ten_more, 60, 10_100)

    page = sizes.page(small, large)

    assert "| `outbox` | 5,000 | 1,000 | 60 MB | 6.0 GB | 60 GB |" in page
    assert "| `idempotency` | 900 | 0 | 30 days | 30 days | 30 days |" in page
    assert "One claim is **6.0 kB** in all four databases" in page
    assert "A claim's events are 5 messages of together 1.0 kB" in page


def test_of_every_table_that_may_go_or_stays_there_is_one(databases: Databases) -> None:
    there = {table for service in WITH_DATABASE for table in outside_the_loop(tables(databases, service))}
    said = re.findall(r"^\| (`.+?) \| ", (ROOT / "docs" / "sizes.template.md").read_text(), re.MULTILINE)

    assert {table for line in said for table in re.findall(r"`(\w+)`", line)} - there == set()


async def tables(databases: Databases, service: str) -> list[str]:
    with databases.clone(service) as database:
        connection = await connect(database.admin_dsn)
        found = await connection.fetch("select relname from pg_class where relkind = 'r'")
        await connection.close()
    return [row["relname"] for row in found]
