"""Integrators build from the OpenAPI documents alone: linters object to nothing, generators make clients of them."""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from common.web.contract import MEANINGS
from tests.house.towns import SERVICES
from tests.parts.documents import LOCKED, run_tool, why_no_readers
from tests.parts.python_client import why_no_client
from tests.parts.shared import ROOT

DOCUMENTS = [ROOT / "docs" / "openapi" / f"{service}.json" for service in SERVICES]


@pytest.fixture(scope="module")
def readers() -> None:
    if reason := why_no_readers():
        pytest.skip(reason)


def objections(*documents: Path) -> list[str]:
    """What Spectral finds in documents, whatever it is."""
    ruleset = str(LOCKED / "spectral.yaml")
    done = run_tool(
        "@stoplight/spectral-cli/dist/index.js", "lint", "-q", "-r", ruleset, "-f", "json", *map(str, documents)
    )
    assert done.stdout, done.stderr
    return [f"{one['code']} at {'.'.join(map(str, one['path']))}: {one['message']}" for one in json.loads(done.stdout)]


@pytest.mark.usefixtures("readers")
def test_spectral_objects_to_nothing() -> None:
    assert objections(*DOCUMENTS) == []


@pytest.mark.usefixtures("readers")
def test_spectral_sees_an_example_that_is_none(tmp_path: Path) -> None:
    document = json.loads(DOCUMENTS[0].read_text())
    del document["components"]["examples"]["not-allowed"]["value"]["title"]
    harmed = tmp_path / "harmed.json"
    harmed.write_text(json.dumps(document))

    assert any("title" in one for one in objections(harmed))


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("document", DOCUMENTS, ids=SERVICES)
def test_a_client_in_typescript_is_generated_and_its_types_hold(document: Path, tmp_path: Path) -> None:
    types = tmp_path / "types.ts"
    made = run_tool("openapi-typescript/bin/cli.js", str(document), "-o", str(types))
    assert (made.returncode, types.exists()) == (0, True), made.stdout + made.stderr

    checked = run_tool("typescript/bin/tsc", "--noEmit", "--strict", str(types))
    assert checked.returncode == 0, checked.stdout


def test_a_client_in_python_is_generated_without_a_warning() -> None:
    if reason := why_no_client():  # clients/python/generate.py builds nothing of which the generator warns
        pytest.skip(reason)


@pytest.mark.parametrize("document", DOCUMENTS, ids=SERVICES)
def test_every_operation_field_and_parameter_says_what_it_means(document: Path) -> None:
    told = json.loads(document.read_text())
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    tags = {tag["name"]: tag["description"] for tag in told["tags"]}
    silent = [
        f"{schema}.{field}"
        for schema, shape in told["components"]["schemas"].items()
        for field, said in shape.get("properties", {}).items()
        if not said.get("description")
    ]

    assert silent == []
    assert [one["operationId"] for one in operations if not (one["summary"] and one["description"])] == []
    assert [it["name"] for one in operations for it in one.get("parameters", ()) if not it.get("description")] == []
    assert [one["operationId"] for one in operations if not set(one["tags"]) <= set(tags)] == []


def test_a_meaning_is_kept_only_while_a_field_is_told_by_it() -> None:
    documents: list[dict[str, Any]] = [json.loads(document.read_text()) for document in DOCUMENTS]
    told = {
        (name, field["description"])
        for document in documents
        for schema, shape in document["components"]["schemas"].items()
        for property_name, field in shape.get("properties", {}).items()
        for name in (property_name, f"{schema}.{property_name}")
    }

    assert [name for name, meaning in MEANINGS["fields"].items() if (name, meaning) not in told] == []
    assert {tag["name"] for document in documents for tag in document["tags"]} == set(MEANINGS["tags"])


def docstrings_of_fields() -> Iterator[tuple[str, str, str]]:
    """Every docstring under a field of a class of ours, but for dataclasses: class, field and what it says."""
    for path in (path for folder in ("libs/[!r]*", "services/*") for path in ROOT.glob(f"{folder}/src/**/*.py")):
        for part in ast.walk(ast.parse(path.read_text())):
            if isinstance(part, ast.ClassDef) and not part.decorator_list:
                for pair in pairwise(part.body):
                    match pair:
                        case (ast.AnnAssign(ast.Name(name)), ast.Expr(ast.Constant(str(docstring)))):
                            yield part.name, name, cleandoc(docstring)
                        case _:
                            pass


def test_a_field_is_told_by_its_own_docstring() -> None:
    schemas = [
        part for document in DOCUMENTS for part in json.loads(document.read_text())["components"]["schemas"].items()
    ]
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for schema, shape in schemas:
        for name, field in shape.get("properties", {}).items():
            told[schema, name].add(field["description"])
    of_clients = [each for each in docstrings_of_fields() if each[:2] in told]

    assert len(of_clients) > 200
    assert [each for each in of_clients if each[2] not in told[each[:2]]] == []


def code_named(name: str) -> bool:
    return name == "state" or name.endswith("_state")


@pytest.mark.parametrize("document", DOCUMENTS, ids=SERVICES)
def test_every_state_names_those_there_are(document: Path) -> None:
    schemas = json.loads(document.read_text())["components"]["schemas"]
    open_ended = [
        f"{schema}.{field}"
        for schema, shape in schemas.items()
        for field, said in shape.get("properties", {}).items()
        if code_named(field) and not any("enum" in one or "const" in one for one in (said, *said.get("anyOf", ())))
    ]

    assert open_ended == []
