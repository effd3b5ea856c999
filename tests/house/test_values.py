"""A function takes few values, and several that belong together are one with a name.

Nobody reads eight values in the right order, and a call with eight of them says nothing of what they are together. What
belongs together has a name in the field already: the body of a request, an event, a row, a value of the domain.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

MOST = 6
CONTEXT = {"Transaction", "AsyncSession", "Session", "Request", "Response", "ServiceSettings", "Migrating"}
"""What every call in a room has beside what it is about."""
CLOCK = {"now", "today"}
FIELDS_OF_A_REQUEST = {"get", "post", "put", "patch", "delete", "command"}
"""A route's query, a form and a command line are one value each, which the framework writes as parameters."""
SOURCES = sorted(path for top in ("services", "libs") for path in Path(top).glob("*/src/**/*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield f"{path}: {node.name}", node


def reads_a_request(function: Function) -> bool:
    calls = [each.func for each in function.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(each, ast.Attribute) and each.attr in FIELDS_OF_A_REQUEST for each in calls)


def loose_values(function: Function) -> list[str]:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [
        each.arg
        for each in given
        if each.annotation is not None and ast.unparse(each.annotation) not in CONTEXT and each.arg not in CLOCK
    ]


def test_no_function_takes_more_than_six_loose_values() -> None:
    counted = {name: loose_values(each) for name, each in functions() if not reads_a_request(each)}

    assert {name: values for name, values in counted.items() if len(values) > MOST} == {}
