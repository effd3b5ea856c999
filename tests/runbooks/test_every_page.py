"""No page tells an operator to run what nobody ever ran."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.parts.runbooks import PAGES, blocks

EXAMPLES = {"text", "json", "log"}
"""Languages of what is said, rather than run."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_walked_by_a_test_of_its_name(page: str) -> None:
    name = f"test_{page.replace('-', '_')}"
    assert (Path(__file__).parent / f"{name}.py").exists(), f"docs/runbooks/{page}.md is walked by no {name}.py here"

    tests = inspect.getmembers(import_module(f"tests.runbooks.{name}"), inspect.isfunction)
    assert [told for told, test in tests if told.startswith("test_") and "walk" in inspect.signature(test).parameters]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_holds(page: str) -> None:
    for block in blocks(page):
        assert block.language in {"sh", "bash", "sql"} | EXAMPLES, block.text
        assert (block.note == "docker") == (block.language == "sh" and "docker" in block.text), block.text


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_is_named_on_the_way_is_in_a_block(page: str) -> None:
    """Beside the blocks a page may speak of a command, and not hide one there."""
    run = "\n".join(block.text for block in blocks(page))
    named = re.findall(r"`(outcomes [^`]+)`", re.sub(r"```.*?```", "", PAGES[page].read_text(), flags=re.DOTALL))

    assert [command for command in named if command not in run] == []
