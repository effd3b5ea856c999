"""Names keep to the glossary: what its second column refuses, no class, function or module is called."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in Path("docs/glossary.md").read_text().splitlines()
    if line.startswith("| ")
]
WORDS = {word for row in ROWS if len(row) == 3 for word in row[0].split(", ")}
ALSO = {row[0].lower() for row in ROWS if len(row) == 2} - {"word"}
REFUSED = sorted(
    {
        re.sub(r" ?\(.*\)", "", word).replace("-", " ").lower()
        for row in ROWS
        if len(row) == 3
        for word in row[1].split(", ")
    }
    - {"not", "\N{EN DASH}"}
)


def names() -> Iterator[str]:
    for path in (path for top in ("services", "libs") for path in Path(top).glob("*/src/**/*.py")):
        yield path.stem
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name


@cache
def spoken() -> str:
    """Every name as words in lower case, one a line."""
    return "\n".join(sorted({re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower() for name in names()}))


def said(word: str) -> list[str]:
    return re.findall(rf"(?m)^.*\b{word}s?\b.*$", spoken())


@pytest.mark.parametrize("word", REFUSED)
def test_what_the_glossary_refuses_is_in_no_name(word: str) -> None:
    assert word in ALSO | WORDS or said(word) == []


@pytest.mark.parametrize("word", sorted(ALSO))
def test_a_word_with_another_meaning_is_refused_for_one_and_used_for_the_other(word: str) -> None:
    assert word in REFUSED
    assert said(word) != []
