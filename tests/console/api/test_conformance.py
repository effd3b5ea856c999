"""The conformance kit as a vendor meets it: our own client's adapter passes, and a bad one is told what it breaks."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from case_management.main import create_app_for
from console.conformance.rules import RULES
from tests.case_management.api.world import World
from tests.case_management.conftest import a_world
from tests.house.towns import settings
from tests.parts.guide import GUIDE
from tests.parts.live import live
from tests.parts.ports import free_port
from tests.parts.postgres import Databases
from tests.parts.python_client import PYTHON, why_no_client
from tests.parts.shared import ROOT

ADAPTER = ROOT / "docs" / "examples" / "adapter.py"
BAD = Path(__file__).parent / "bad_adapter.py"
SYSTEM = "provider-system.horton"
ODD_SECONDS = "7357"
"""By which its processes are known."""


@dataclass(slots=True)
class Kit:
    """The command, before a provider's cases: one waits to be started."""

    world: World
    issuer: str
    cases: str

    async def tries(self, *command: str, options: Sequence[str] = ()) -> tuple[int, list[str], str]:
        """Exit code, the report's lines, and what was said besides."""
        urls = json.dumps({"case-management": self.cases})
        where = ["--issuer", self.issuer, "--urls", urls]
        outcomes = [str(Path(sys.executable).parent / "outcomes"), *where, "conformance", *options, "--"]
        environment = os.environ | {"CLIENT_SECRET": f"{SYSTEM}-secret", "COLUMNS": "400"}
        process = await asyncio.create_subprocess_exec(
            *outcomes,
            *command,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode().splitlines(), complained.decode()


@pytest.fixture
async def kit(databases: Databases, tmp_path: Path, issuer: str) -> AsyncGenerator[Kit]:
    async with a_world(databases, tmp_path) as world:
        await world.an_allocated_case()
        told = {"issuer_url": issuer, "jwks_url": f"{issuer}/jwks.json", "data_dir": tmp_path}
        with live(create_app_for(settings(database_url=world.door.database.url("main"), **told))) as cases:
            yield Kit(world, issuer, cases)


def verdicts(report: Sequence[str]) -> dict[str, str]:
    """What the report says of each rule, in the rules' order; long cells go over several lines."""
    rows = [line.split("│") for line in report if line.startswith("│")]
    said = [row[2].strip() for row in rows if row[2].strip()]
    return dict(zip((rule.__name__ for rule in RULES), said, strict=True))


async def test_an_adapter_made_with_our_client_passes_and_does_its_work_once(kit: Kit) -> None:
    if reason := why_no_client():
        pytest.skip(reason)
    ended, report, complained = await kit.tries(
        str(PYTHON), "-I", str(ADAPTER), "{issuer}", "{case-management}", SYSTEM, "2019-10-07"
    )

    assert verdicts(report) == {rule.__name__: "passed" for rule in RULES}, "\n".join(report) + complained
    assert ended == 0, complained
    assert report[-1] == f"{len(RULES)} of {len(RULES)} rules hold."
    assert len(await kit.world.door.announced("CaseStarted")) == 1
    assert len(await kit.world.door.rows("select 1 from note")) == 1


async def test_a_bad_one_is_told_every_rule_that_it_breaks(kit: Kit) -> None:
    ended, report, complained = await kit.tries(sys.executable, str(BAD), "{issuer}", "{case-management}", SYSTEM)

    assert verdicts(report) == {rule.__name__: "failed" for rule in RULES}, "\n".join(report)
    assert (ended, f"{len(RULES)} of {len(RULES)} rules are broken" in complained) == (1, True)


async def test_where_no_town_answers_nothing_is_said_of_the_adapter(kit: Kit) -> None:
    nowhere = replace(kit, issuer=f"http://127.0.0.1:{free_port()}")
    ended, report, complained = await nowhere.tries(sys.executable, str(BAD), "{issuer}", "{case-management}", SYSTEM)

    assert (ended, report) == (1, [])
    assert complained.startswith("No answer from 127.0.0.1")


async def test_what_cannot_be_started_is_named(kit: Kit) -> None:
    ended, _, complained = await kit.tries("no-such-program")

    assert (ended, "no-such-program cannot be started" in complained, "Traceback" in complained) == (1, True, False)


async def test_one_that_never_ends_is_ended_with_all_that_it_started(kit: Kit) -> None:
    forever = f"sleep {ODD_SECONDS} & sleep {ODD_SECONDS}"
    ended, report, _ = await kit.tries("sh", "-c", forever, options=["--seconds", "1"])

    assert (ended, verdicts(report)["ends_well"]) == (1, "failed")
    assert any("was still running and was ended" in line for line in report)
    assert [one for one in psutil.process_iter(["cmdline"]) if ODD_SECONDS in (one.info["cmdline"] or ())] == []


def test_the_page_of_the_guide_has_every_rule_and_its_remedy() -> None:
    page = " ".join((GUIDE / "conformance.md").read_text().split())

    for rule, remedy in RULES.items():
        assert " ".join((rule.__doc__ or "").split()) in page
        assert remedy in page
