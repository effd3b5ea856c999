"""The page of the field's rows: what each asks for, whether tests show it, and what is missing."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
HEAD = """# The field's rows

What a partnership's system has to do, row by row (S-01 to S-145), with the tests that show it. Made by `make docs`
from `docs/rows.toml` and the markers on tests (`@pytest.mark.row("S-47")`); do not edit. **Shown**: tests show it.
**In part**: tests show some of it, and the rest is named. **Not built**: no test shows it.
"""


def rows_page(shown: Mapping[str, list[str]] | None = None) -> str:
    """The whole page; `shown` tells the tests of each row, those of `tests/` unless told otherwise.

    Raises:
        ValueError: a test names a row that is not in the list.
    """
    rows: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "docs/rows.toml").read_text())
    shown = tests_by_row() if shown is None else shown
    if unknown := sorted(shown.keys() - rows.keys()):
        raise ValueError(f"docs/rows.toml has no row {', '.join(unknown)}; {shown[unknown[0]][0]} names it.")
    states = [state(row, shown.get(number, [])) for number, row in rows.items()]
    counts = ", ".join(f"{states.count(name)} {name}" for name in dict.fromkeys(sorted(states)))
    lines = [
        HEAD,
        f"{len(rows)} rows: {counts}.",
        "",
        "| row | what | state | missing | shown by |",
        "|---|---|---|---|---|",
    ]
    for (number, row), standing in zip(rows.items(), states, strict=True):
        tests = "<br>".join(shown.get(number, [])) or "no test"
        lines.append(f"| {number} | {row['name']} | {standing} | {row.get('missing', '')} | {tests} |")
    return "\n".join(lines) + "\n"


def state(row: dict[str, Any], tests: list[str]) -> str:
    """How far a row is: what its tests and its gap say together."""
    if row.get("outside"):
        return "outside the system"
    if not tests:
        return "not built" if row.get("missing") else "no test"
    return "in part" if row.get("missing") else "shown"


def tests_by_row() -> dict[str, list[str]]:
    """Row → the tests marked with it, as `tests/claims/rules/test_money.py: a sentence`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        of_all = [row for node in tree.body if _is_pytestmark(node) for row in _rows_in(node)]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                own = [row for decorator in node.decorator_list for row in _rows_in(decorator)]
                for row in dict.fromkeys((*of_all, *own)):
                    sentence = node.name.removeprefix("test_").replace("_", " ")
                    found[row].append(f"`{path.relative_to(ROOT)}`: {sentence}")
    return found


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _rows_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "row":
            yield from (str(argument.value) for argument in call.args if isinstance(argument, ast.Constant))
