"""A skip says why and is counted, and fails where everything is required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.shared import ROOT

LACKING = """
    import pytest

    def test_that_holds(): ...

    @pytest.mark.parametrize("which", ["one", "two"])
    def test_that_needs_a_lathe(which):
        pytest.skip("this machine has no lathe")

    @pytest.mark.xfail(strict=True)
    def test_that_is_known_to_fail():
        assert False
"""


def run(folder: Path, source: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    (folder / "pytest.ini").write_text("[pytest]\n")
    test = folder / "test_lacking.py"
    test.write_text("\n".join(line.removeprefix("    ") for line in source.splitlines()))
    command = [sys.executable, "-m", "pytest", "-p", "tests.parts.needs", "-c", str(folder / "pytest.ini"), str(test)]
    told = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "REQUIRE_ALL"))}
    return subprocess.run(command, cwd=ROOT, env=told | environment, capture_output=True, text=True, check=False)


def test_skips_are_counted_with_their_reasons(tmp_path: Path) -> None:
    outcome = run(tmp_path, LACKING)

    assert outcome.returncode == 0, outcome.stdout
    assert "2 skipped for what this machine lacks" in outcome.stdout
    assert "    2 this machine has no lathe" in outcome.stdout


@pytest.mark.parametrize("source", [LACKING, "    import pytest\n    pytest.importorskip('no_lathe')"])
def test_a_skip_fails_where_everything_is_required(tmp_path: Path, source: str) -> None:
    outcome = run(tmp_path, source, REQUIRE_ALL="1")

    assert outcome.returncode != 0, outcome.stdout
    assert "REQUIRE_ALL=1, but skipped:" in outcome.stdout
    assert "skipped for what this machine lacks" not in outcome.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    outcome = run(tmp_path, LACKING, REQUIRE_ALL="1")

    assert "1 xfailed" in outcome.stdout
