"""Runbooks as they are written: every fenced block of a page, run word for word.

A fence says what it holds. `sh` is run by bash, or, where it calls nothing but `outcomes`, by that command in this very
process, which need not start for each; `sql SERVICE` by psql in that service's database as its administrator;
`sh docker` needs containers, and of those `tests/journeys/test_compose.py` walks what a machine without them can. Any
other language is an example of what is said. What a page leaves open stands in it as a variable: `$SUBJECT` in a
shell's block, `:'SUBJECT'` in psql's.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import pytest
from typer.testing import CliRunner

from console.main import app
from embedded import postgres
from tests.parts.postgres import Database
from tests.parts.shared import ROOT

PAGES = {page.stem: page for page in sorted((ROOT / "docs" / "runbooks").glob("*.md"))}
FENCE = re.compile(r"^(?P<indent> *)```(?P<says>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
PROGRAMS = (Path(sys.executable).parent, Path(postgres.binary("psql")).parent)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it holds, a word about it, and under which heading it stands."""

    heading: str
    language: str
    note: str
    text: str

    @property
    def to_be_run(self) -> bool:
        return self.language in ("sh", "bash", "sql") and self.note != "docker"


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    written = PAGES[page].read_text()
    found: list[Block] = []
    for fence in FENCE.finditer(written):
        heading = re.findall(r"^#+ (.+)$", written[: fence.start()], re.M)[-1]
        language, _, note = fence["says"].partition(" ")
        text = re.sub(f"^{fence['indent']}", "", fence["text"], flags=re.M)
        found.append(Block(heading, language, note, text.strip()))
    return found


@dataclass(slots=True)
class Walk:
    """One walk of a page, in a town that is in the state the page is for."""

    page: str
    told: Mapping[str, str]
    """What the machine of whoever follows the page says of itself: the shell's environment."""
    databases: Mapping[str, Database]
    folder: Path
    programs: Sequence[Path] = ()
    """Folders of programs that stand in for what this machine lacks."""
    user: int | None = None
    """As whom it is followed, where not as whoever runs the tests."""
    left: list[Block] = field(init=False)

    def __post_init__(self) -> None:
        self.left = [block for block in blocks(self.page) if block.to_be_run]

    def run(self, words: str, **variables: object) -> str:
        """Run the one block that is or holds these words, its variables filled in; what it said.

        Raises:
            AssertionError: no block or several hold them, or it failed.
        """
        return self._run(words, variables, ends=0)

    def fails(self, words: str, **variables: object) -> str:
        """As `run`, where it must end with 1."""
        return self._run(words, variables, ends=1)

    def _run(self, words: str, variables: Mapping[str, object], ends: int) -> str:
        told = {one.text: one for one in blocks(self.page) if one.to_be_run and words in one.text}
        [block] = [told[words]] if words in told else told.values()
        said = {name: str(value) for name, value in variables.items()}
        ended, output = self._sql(block, said) if block.language == "sql" else self._sh(block, said)
        assert ended == ends, f"{block.text}\nended with {ended}:\n{output}"
        self.left = [one for one in self.left if one.text != block.text]
        return output

    def _sh(self, block: Block, said: Mapping[str, str]) -> tuple[int, str]:
        told = {"COLUMNS": "200", **self.told, **said}
        lines = block.text.replace("\\\n", " ").splitlines()
        if all(line.startswith("outcomes ") and not set("|&;<>(`") & set(line) for line in lines):
            typed = [[Template(word).substitute(told) for word in shlex.split(line)[1:]] for line in lines]
            results = [CliRunner().invoke(app, arguments, env=told) for arguments in typed]
            return max(one.exit_code for one in results), "".join(one.output for one in results)
        if "curl " in block.text and shutil.which("curl") is None:
            pytest.skip("curl is not on this machine")
        path = os.pathsep.join([*map(str, (*self.programs, *PROGRAMS)), os.environ["PATH"]])
        return self._ended(["bash", "-euo", "pipefail", "-c", block.text], {**os.environ, "PATH": path, **told})

    def _sql(self, block: Block, said: Mapping[str, str]) -> tuple[int, str]:
        how = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-"]
        variables = [f"--set={name}={value}" for name, value in said.items()]
        psql = [str(PROGRAMS[-1] / "psql"), self.databases[block.note].admin_dsn]
        return self._ended([*psql, *how, *variables], dict(os.environ), block.text)

    def _ended(self, command: Sequence[str], told: Mapping[str, str], typed: str = "") -> tuple[int, str]:
        """How it ended, and all that it said."""
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        as_whom = [] if self.user is None else ["setpriv", f"--reuid={self.user}", "--clear-groups"]
        done = subprocess.run([*as_whom, *command], cwd=self.folder, env=told, input=typed, check=False, **streams)
        return done.returncode, done.stdout
