"""A guard that has never failed is a hope: each is shown a fault and must say no."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent

FLOOR_PLAN = {
    "Services do not know each other": ("services/reporting/src/reporting/main.py", "import claims.domain\n"),
    "Every line knows its room": ("services/claims/src/claims/storage/__init__.py", "import claims.operations\n"),
    "Every library knows its floor": ("libs/rulebook/src/rulebook/__init__.py", "import programme\n"),
    "Inside the library imports run one way": (
        "libs/common/src/common/transaction.py",
        "import common.messaging.relay\n",
    ),
    "A programme is data: of what is common it knows text": (
        "libs/programme/src/programme/model.py",
        "import fastapi\n",
    ),
    "The domain decides and touches nothing": ("services/claims/src/claims/domain/__init__.py", "import sqlalchemy\n"),
    "Only common.messaging.kafka and the embedded broker know Kafka": (
        "services/claims/src/claims/routes/__init__.py",
        "import aiokafka\n",
    ),
    "Contracts depend on nothing of ours": ("libs/common/src/common/contracts/claims.py", "import fastapi\n"),
    "The library knows no service, and services know no tooling": (
        "libs/common/src/common/ids.py",
        "import embedded\n",
    ),
    "The console and the simulation use the public APIs only": (
        "libs/console/src/console/__init__.py",
        "import claims\n",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in a folder where faults can be planted."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("libs", "services"):
        shutil.copytree(name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in (".importlinter", "pyproject.toml", ".squawk.toml"):
        if Path(name).exists():
            shutil.copy(name, folder)
    return folder


def run(folder: Path, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    sources = os.pathsep.join(str(path) for path in [*folder.glob("libs/*/src"), *folder.glob("services/*/src")])
    return subprocess.run(
        [str(BIN / tool), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": sources, "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_of_the_floor_plan_breaks_when_it_is_broken(copy: Path) -> None:
    whole = {path: (copy / path).read_text() for path, _ in FLOOR_PLAN.values()}
    for path, fault in FLOOR_PLAN.values():
        (copy / path).write_text(whole[path] + fault)

    said = run(copy, "lint-imports", "--no-cache")

    for path, text in whole.items():
        (copy / path).write_text(text)
    kept = [name for name in FLOOR_PLAN if f"{name} BROKEN" not in said.stdout]
    assert kept == [], said.stdout


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("print(1)\n", "T201"),
        ("from datetime import datetime\n\nNOW = datetime.now()\n", "DTZ005"),
        ("import os\n", "F401"),
        ("x = 1  # noqa: E501\n", "RUF100"),
    ],
)
def test_the_linter_sees_a_planted_fault(copy: Path, code: str, rule: str) -> None:
    planted = copy / "libs/common/src/common/planted.py"
    planted.write_text(code)

    said = run(copy, "ruff", "check", str(planted))

    planted.unlink()
    assert said.returncode == 1
    assert rule in said.stdout


def test_the_type_checker_sees_a_planted_fault(copy: Path) -> None:
    planted = copy / "libs/common/src/common/planted.py"
    planted.write_text('from common.clock import london_date\n\nlondon_date("2019-09-01")\n')

    said = run(copy, "pyright", "--pythonpath", sys.executable, str(planted))

    planted.unlink()
    assert said.returncode == 1
    assert "reportArgumentType" in said.stdout


def test_the_migration_linter_sees_a_planted_fault(copy: Path) -> None:
    planted = copy / "planted.sql"
    planted.write_text("alter table claim add column n integer not null;\ncreate index ix_n on claim (n);\n")

    said = run(copy, "squawk", str(planted))

    assert said.returncode == 1
    assert "require-concurrent-index-creation" in said.stdout
