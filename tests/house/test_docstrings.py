"""What the libraries offer says what it means: every public class and function, but for what a base class has said."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PACKAGES = ("common", "rulebook", "programme")
MODULES = sorted(
    ".".join(path.relative_to(f"libs/{package}/src").with_suffix("").parts)
    for package in PACKAGES
    for path in Path(f"libs/{package}/src").rglob("*.py")
    if path.stem != "__init__"
)


def offered(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The module's own public classes and functions, and the methods and properties of its classes."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing) or inspect.isclass(thing):
            yield name, thing
        if inspect.isclass(thing):
            for part, member in vars(thing).items():
                of_a_class = isinstance(member, classmethod | staticmethod | property) or inspect.isfunction(member)
                if not part.startswith("_") and of_a_class:
                    yield f"{name}.{part}", getattr(thing, part)


@pytest.mark.parametrize("name", MODULES)
def test_what_a_library_offers_says_what_it_means(name: str) -> None:
    module = import_module(name)

    assert inspect.getdoc(module)
    assert [what for what, thing in offered(module) if not inspect.getdoc(thing)] == []
