"""Names say what a thing is: a class means one thing in the whole tree, and a local is a noun.

Whoever knows a class in one room knows it in every other. `rows` and `claim` say what a function holds; `found` and
`told` say only how it came by it.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Set
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PACKAGES = sorted(path for top in ("services", "libs") for path in Path(top).glob("*/src/*") if path.is_dir())
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))


class Named(NamedTuple):
    """A class as it is written down."""

    name: str
    path: Path
    fields: frozenset[str]

    @property
    def own(self) -> bool:
        """A row or a problem belongs to its service alone, and is called by the noun that it has there."""
        return "tables" in self.path.parts or self.path.stem == "problems"


def classes() -> Iterator[Named]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                fields = (ast.unparse(each.target) for each in node.body if isinstance(each, ast.AnnAssign))
                yield Named(node.name, path, frozenset(fields))


def one_thing(one: Named, other: Named) -> bool:
    """The same noun on two floors, or in two services: half of what the smaller says, the other says too."""
    return 2 * len(one.fields & other.fields) >= min(len(one.fields), len(other.fields)) > 0


def test_a_class_name_means_one_thing() -> None:
    found: dict[str, list[Named]] = defaultdict(list)
    for each in classes():
        found[each.name].append(each)
    pairs = [pair for alike in found.values() for pair in combinations(alike, 2)]
    several = {one.name for one, other in pairs if not (one.own and other.own) and not one_thing(one, other)}

    assert several == set()


@pytest.mark.parametrize(
    "tables", sorted(Path("services").glob("*/src/*/storage/tables")), ids=lambda path: path.parts[1]
)
def test_a_table_is_a_row(tables: Path) -> None:
    rows = {each.name for each in classes() if each.path.is_relative_to(tables)} - {"Base"}

    assert {name for name in rows if not name.endswith("Row")} == set()


SAYS_HOW_IT_CAME = re.compile(
    r"[a-z]{3,}ed|begun|bought|bound|broken|brought|built|chosen|done|drawn|found|given|gone|grown|heard|held|kept|known"
    r"|left|lost|made|meant|met|paid|put|read|said|seen|sent|set|shown|sought|spoken|taken|thought|told|understood|won|written"
)
"""A participle that stands alone; `hours_worked` says what was worked."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
YES_OR_NO = {"all", "any", "bool", "isinstance"}


def locals_of(function: Function) -> dict[str, list[ast.expr | None]]:
    """Each parameter with its type, and each name that is given a value with its values, as far as written."""
    holds: dict[str, list[ast.expr | None]] = defaultdict(list)
    arguments = function.args
    for each in [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]:
        if each is not None:
            holds[each.arg].append(each.annotation)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(ast.Name(id=name), value):
                holds[name].append(value)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                holds[name].append(annotation)
            case ast.Name(id=name, ctx=ast.Store()) if name not in holds:
                holds[name].append(None)
            case _:
                pass
    return holds


def is_yes_or_no(value: ast.expr | None) -> bool:
    """Where it can be true or false alone, a participle is a name: it says whether something happened."""
    match value:
        case ast.Compare() | ast.UnaryOp(ast.Not()) | ast.Constant(True | False) | ast.Name("bool"):
            return True
        case ast.BoolOp(values=values):
            return any(is_yes_or_no(each) for each in values)
        case ast.Call(ast.Name(name)):
            return name in YES_OR_NO
        case _:
            return False


@cache
def asked_for(service: str) -> frozenset[str]:
    """What a service's requests call their parameters: promised to clients, and so not for a house to rename."""
    document = Path(f"docs/openapi/{service}.json")
    paths: dict[str, dict[str, Any]] = json.loads(document.read_text())["paths"] if document.exists() else {}
    operations = (operation for path in paths.values() for operation in path.values())
    return frozenset(each["name"] for operation in operations for each in operation.get("parameters", ()))


def participles(path: Path) -> set[str]:
    promised: Set[str] = asked_for(path.parts[1]) if "routes" in path.parts else frozenset()
    return {
        f"{path}: {function.name}: {name}"
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, Function)
        for name, values in locals_of(function).items()
        if SAYS_HOW_IT_CAME.fullmatch(name) and not (function.decorator_list and name in promised)
        if not all(is_yes_or_no(value) for value in values)
    }


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_local_is_a_noun(package: Path) -> None:
    modules = [path for path in package.rglob("*.py") if "migrations" not in path.parts]

    assert sorted(name for path in modules for name in participles(path)) == []
