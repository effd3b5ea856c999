"""A class name means one thing in the whole tree, so that whoever knows it in one room knows it in every other."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCES = sorted(path for top in ("services", "libs") for path in Path(top).glob("*/src/**/*.py"))


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
