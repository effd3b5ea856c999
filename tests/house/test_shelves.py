"""The same shelves in every service that keeps records: whoever knows one finds the way in the others."""

import importlib
from inspect import isfunction
from pathlib import Path

import pytest
from pydantic import BaseModel

from common.river import WITH_DATABASE
from common.web.fields import RequestBody
from common.web.problems import Problem

SCREEN = 25
GROWS = {"versions", "schemas", "examples"}
"""Folders that keep what was released: they only grow, and nobody reads them as a list."""
SHELVES = (
    "main.py", "worker.py", "events/heard.py", "operations/loading.py", "operations/problems.py",
    "operations/requests.py", "routes/responses/__init__.py", "routes/roles.py", "storage/tables/base.py",
)  # fmt: skip
PACKAGES = {
    service.package: next(Path("services").glob(f"*/src/{service.package}")) for service in WITH_DATABASE.values()
}
FOLDERS = sorted({path.parent for top in ("services", "libs") for path in Path(top).glob("*/src/**/*.py")})


def kinds_of(base: type) -> set[type]:
    """A class, and all that descend from it."""
    return {base}.union(*map(kinds_of, base.__subclasses__()))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_service_has_every_shelf(package: str) -> None:
    assert [shelf for shelf in SHELVES if not (PACKAGES[package] / shelf).exists()] == []


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize(("base", "shelf"), [(RequestBody, "operations.requests"), (Problem, "operations.problems")])
def test_what_requests_may_say_and_what_stands_in_the_way_have_one_file_each(
    package: str, base: type, shelf: str
) -> None:
    importlib.import_module(f"{package}.main")
    ours = {(kind.__module__, kind.__name__) for kind in kinds_of(base) if kind.__module__.startswith(f"{package}.")}

    assert {one for one in ours if one[0] != f"{package}.{shelf}"} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_what_answers_show_stands_with_its_noun(package: str) -> None:
    importlib.import_module(f"{package}.main")
    on_routes = {
        (kind.__module__, kind.__name__)
        for kind in kinds_of(BaseModel)
        if kind.__module__.startswith(f"{package}.routes.") and "[" not in kind.__name__
    }

    assert on_routes != set()
    assert {one for one in on_routes if not one[0].startswith(f"{package}.routes.responses.")} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_service_hears_is_a_table(package: str) -> None:
    heard = importlib.import_module(f"{package}.events.heard")
    own = [name for name, each in vars(heard).items() if isfunction(each) and each.__module__ == heard.__name__]

    assert len(heard.REACTIONS) > 0
    assert own == [], "an operation takes the event itself"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_verb_stands_with_its_capability(package: str) -> None:
    loose = {path.stem for path in (PACKAGES[package] / "operations").glob("*.py")}

    assert loose <= {"__init__", "correcting", "loading", "problems", "requests", "transitions"}


@pytest.mark.parametrize("package", PACKAGES)
def test_whoever_reads_one_table_has_them_all(package: str) -> None:
    nouns = {path.stem for path in (PACKAGES[package] / "storage/tables").glob("*.py")} - {"__init__", "base"}

    assert set(importlib.import_module(f"{package}.storage.tables").__all__) == nouns


@pytest.mark.parametrize("folder", [one for one in FOLDERS if one.name not in GROWS], ids=str)
def test_a_folder_is_no_longer_than_a_screen(folder: Path) -> None:
    entries = {path.name for path in folder.iterdir()} - {"__init__.py", "__pycache__", "py.typed"}

    assert len(entries) <= SCREEN
