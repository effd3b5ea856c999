"""What the image's recipe makes has what every process of the compose file needs, and lets it write nothing."""

import re
import tempfile
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.river import WITH_DATABASE
from tests.parts.image import RECIPE, RecipeFailed, Stage, carried_out, lines_of, why_no_root_folder
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("image")]

COMPOSED: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
UNREACHED = "Failed to establish|NewConnectionError|ProxyError|Temporary failure in name resolution|ConnectTimeout"
OURS = {name: one for name, one in COMPOSED.items() if "build" in one}


@pytest.fixture(scope="module")
def image() -> Generator[Stage]:
    if reason := why_no_root_folder():
        pytest.xfail(reason)  # a rule of the machine, which nothing that is installed would change
    with tempfile.TemporaryDirectory(prefix="image-", dir="/tmp") as folder:
        try:
            yield carried_out(Path(folder))
        except RecipeFailed as failure:
            if re.search(UNREACHED, str(failure)):
                pytest.xfail("No registry of packages is reached from within a folder here")
            raise


def modules() -> set[str]:
    """Every module that a command or a healthcheck of ours starts."""
    words = [one.get("command", []) + one.get("healthcheck", {}).get("test", []) for one in OURS.values()]
    said = [word for each in words for part in each for word in part.split()]
    return {module for before, module in pairwise(said) if before == "-m"}


def test_every_module_that_is_started_is_in_it(image: Stage) -> None:
    named = modules()
    script = f"import importlib; [importlib.import_module(name) for name in {sorted(named)!r}]"
    done = image.run(["python", "-c", script], frozen=True)

    assert {
        f"{service.package}.{process}" for service in WITH_DATABASE.values() for process in ("main", "worker")
    } <= named
    assert {"common.migrate", "common.provision", "common.liveness", "embedded.issuer", "portal.main"} <= named
    assert done.returncode == 0, done.stderr


def test_it_runs_as_nobody_in_particular_and_writes_nothing_but_where_it_is_said(image: Stage) -> None:
    tries = "for folder in / /venv /programmes; do touch $folder/a 2>&1 | grep -o Read-only; done"
    writes = f"id -u; command -v python; touch /tmp/a && echo tmp; {tries}"
    done = image.run(["/bin/sh", "-c", writes], frozen=True)

    assert done.stdout.split() == ["10001", "/venv/bin/python", "tmp", *["Read-only"] * 3], done.stderr


def test_what_is_mounted_over_is_there_and_its_own(image: Stage) -> None:
    """A new volume takes the owner of the folder that it is put over."""
    volumes = {
        one.split(":")[1] for each in OURS.values() for one in each.get("volumes", []) if not one.startswith(".")
    }

    assert volumes == {"/data/store", "/data/issuer"}
    for volume in volumes:
        assert image.path(volume).stat().st_uid == int(image.user) == 10001


def test_a_process_says_what_it_lacks_and_a_migration_is_written_down(image: Stage) -> None:
    refused = image.run(["python", "-m", "claims.main"], frozen=True)
    written = image.run(["python", "-m", "common.migrate", "claims", "--sql"], frozen=True)

    assert refused.returncode != 0
    assert "database_url" in refused.stderr
    assert written.returncode == 0, written.stderr
    assert "CREATE TABLE claim" in written.stdout or "create table" in written.stdout.lower()


def test_programmes_are_in_it_and_tests_are_not(image: Stage) -> None:
    assert {one.name for one in image.path("/programmes").iterdir()} == {
        one.name for one in (ROOT / "programmes").iterdir() if one.name != "__pycache__"
    }
    [packages] = image.path("/venv").rglob("site-packages")
    assert (packages / "claims").is_dir()
    assert not [name for name in ("pytest", "playwright", "tests/house") if (packages / name).exists()]


def test_a_line_that_nobody_knows_or_that_copies_what_is_left_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "Dockerfile"
    monkeypatch.setattr("tests.parts.image.RECIPE", recipe)
    for line, told in (
        ("COPY tests tests", "leaves it out"),
        ("COPY libs/none libs", "there is none"),
        ("ADD a b", "knows"),
    ):
        recipe.write_text(f"FROM scratch\n{line}\n")
        with pytest.raises(RecipeFailed, match=told):
            carried_out(tmp_path / line.replace("/", "-"))
    assert lines_of("FROM a \\\n  AS b\n# c\n") == ["FROM a AS b"]
    assert "FROM" in RECIPE.read_text()
