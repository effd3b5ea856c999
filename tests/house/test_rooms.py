"""The house rules no linter knows."""

import ast
import re
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from common.river import SERVICES, WITH_DATABASE

SOURCES = sorted([*Path("services").glob("*/src/**/*.py"), *Path("libs").glob("*/src/**/*.py")])
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "machine_now"}
DECIDING = {"domain", "events", "operations", "rulebook", "programme"}
NAMELESS = re.compile(r"(Manager|Handler|Processor|Helper|Util|Utils)$")
FORBIDDEN = re.compile(r"\b(client_name|customer|service_user|action_plan|supplier)\b", re.IGNORECASE)


def called(tree: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, ast.Attribute | ast.Name)}


@pytest.mark.parametrize("source", [s for s in SOURCES if {"domain", "rulebook"} & {*s.parts}], ids=str)
def test_the_domain_never_waits(source: Path) -> None:
    tree = ast.parse(source.read_text())

    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree))


def packages_imported(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    taken_from = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in named + taken_from}


@pytest.mark.parametrize("source", sorted(Path("libs/rulebook/src").rglob("*.py")), ids=str)
def test_the_rulebook_stands_on_the_standard_library_alone(source: Path) -> None:
    assert packages_imported(ast.parse(source.read_text())) - sys.stdlib_module_names <= {"rulebook"}


@pytest.mark.parametrize("source", [s for s in SOURCES if DECIDING & {*s.parts} and "common" not in s.parts], ids=str)
def test_no_clock_is_read_where_decisions_are_made(source: Path) -> None:
    assert called(ast.parse(source.read_text())) & CLOCKS == set()


@pytest.mark.parametrize("source", [s for s in SOURCES if "services" in s.parts], ids=str)
def test_nobody_in_a_service_commits(source: Path) -> None:
    assert called(ast.parse(source.read_text())) & {"commit", "rollback"} == set()


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_names_name_a_thing_in_the_fields_words(source: Path) -> None:
    tree = ast.parse(source.read_text())
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]

    assert [name for name in classes if NAMELESS.search(name)] == []
    assert FORBIDDEN.findall(source.read_text()) == []


@pytest.mark.parametrize("folder", sorted(Path("services").glob("*/src/*/migrations/versions")), ids=str)
def test_migrations_are_numbered_and_follow_one_another(folder: Path) -> None:
    files = sorted(folder.glob("*.py"))
    said = [re.findall(r'^(?:down_)?revision = "?(\w+)"?$', path.read_text(), re.MULTILINE) for path in files]
    numbers = [path.name[:4] for path in files]

    assert said == [[number, before] for number, before in zip(numbers, ["None", *numbers], strict=False)]


def floor_plan() -> ConfigParser:
    plan = ConfigParser()
    plan.read(".importlinter")
    return plan


def test_the_floor_plan_knows_every_package() -> None:
    packages = {
        path.parent.name for path in Path().glob("*/*/src/*/__init__.py") if path.parts[0] in ("libs", "services")
    }

    assert set(floor_plan()["importlinter"]["root_packages"].split()) == packages


LISTS = [
    pytest.param(set(said.split()), id=f"{section.rpartition(':')[2]} {key}")
    for section, keys in floor_plan().items()
    for key, said in keys.items()
    if {each.partition(".")[0] for each in said.split()} & {each.package for each in SERVICES.values()}
]


@pytest.mark.parametrize("listed", LISTS)
def test_what_holds_for_two_services_holds_for_all_that_are_like_them(listed: set[str]) -> None:
    """A service that the floor plan forgets is a service without a floor plan."""
    ours = {each.package for each in SERVICES.values()}
    alike = {each.package for each in WITH_DATABASE.values()}
    named = ours & {each.partition(".")[0] for each in listed}

    assert len(named) == 1 or named >= alike


def test_every_service_says_what_it_owns_hears_announces_and_never_does() -> None:
    for page in Path("services").glob("*/README.md"):
        said = page.read_text().lower()

        assert all(word in said for word in ("owns", "hears", "announces", "never")), page
    assert {page.parent.name for page in Path("services").glob("*/README.md")} == set(SERVICES)


@pytest.mark.parametrize("package", sorted([*Path("libs").glob("*/src"), *Path("services").glob("*/src")]), ids=str)
def test_a_package_says_on_one_screen_what_it_is(package: Path) -> None:
    page = package.parent / "README.md"

    assert page.exists()
    assert len(page.read_text().splitlines()) >= 8
