"""The table of standards names tests that are there."""

import ast
import re
from pathlib import Path

PAGE = Path("docs/standards.md").read_text()
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z_0-9]+)`")
ROW = re.compile(r"^\| (?!standard|---)(?P<standard>[^|]+)\|[^|]+\|(?P<tests>[^|]+)\|$", re.MULTILINE)


def test_every_row_names_a_test_that_is_there() -> None:
    rows = [(row["standard"], row["tests"].strip()) for row in ROW.finditer(PAGE)]
    named = [found for _, tests in rows for found in NAMED.findall(tests)]
    gone = [f"{path}::{name}" for path, name in named if name not in functions(Path(path))]

    assert len(rows) > 10
    assert [standard for standard, tests in rows if not NAMED.search(tests) and not tests.startswith("the same")] == []
    assert gone == []


def functions(path: Path) -> set[str]:
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
