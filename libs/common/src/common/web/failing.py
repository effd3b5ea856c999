"""How an operation may fail: the problems that the code which it runs can raise, read from that code.

Nobody lists them by hand, so no list is out of date; the tests hold every problem that a service answers against it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any, get_args

from fastapi import FastAPI, UploadFile
from fastapi.routing import APIRoute

from common.river import WITH_DATABASE

from . import problems
from .access import allowed_roles, api_routes, is_in_sandboxes, takes_a_person
from .http.parameters import dependants_of
from .http.tags import UnreadableCondition
from .problems import Problem
from .rates import TooManyRequests
from .refused import RefusedForSize, RefusedForType

Kind = type[Problem]

AT_THE_DOOR: frozenset[Kind] = frozenset(
    {
        problems.HeadersTooLarge,
        problems.Internal,
        problems.Invalid,
        problems.IssuerAway,
        problems.NotAllowed,
        problems.NotSignedIn,
        problems.Stale,
        problems.Unavailable,
        TooManyRequests,
        UnreadableCondition,
    }
)
"""Whatever is asked."""
OF_WRITES: frozenset[Kind] = frozenset(
    {problems.Conflict, problems.KeyMissing, problems.TooLarge, problems.TooSlow, problems.Unreadable}
)
"""Whatever is written: what the door, the transaction and the database say."""
OF_NO_OPERATION: frozenset[Kind] = frozenset({problems.NotFound, problems.MethodNotAllowed})
READS = {"GET", "HEAD"}
OURS = {"common", "rulebook", *(service.package for service in WITH_DATABASE.values())}
OF_FILES: frozenset[Kind] = frozenset({RefusedForSize, RefusedForType})


def kinds_of(service: str) -> Mapping[str, Kind]:
    """Every kind of problem that a service's code knows, by its type; `service` is its package."""
    kinds = {kind.type: kind for kind in _below(Problem) if _package(kind.__module__) in (service, "common")}
    return dict(sorted(kinds.items()))


def failures_of(route: APIRoute) -> frozenset[Kind]:
    """The problems that an operation may answer; none for the machinery's routes, which tell of themselves."""
    if allowed_roles(route) is None:
        return frozenset()
    calls = [one.call for one in dependants_of(route) if one.call is not None]
    kinds = {*AT_THE_DOOR, *(kind for call in calls for kind in _raised_from(call))}
    if (route.methods or set()) - READS:
        kinds |= OF_WRITES
    if not takes_a_person(route):
        kinds.discard(problems.TakesAPerson)
    if not is_in_sandboxes(route):
        kinds.discard(problems.NoSandbox)
    if not _takes_a_file(route):
        kinds -= OF_FILES
    return frozenset(kinds)


def failures(app: FastAPI) -> Mapping[Kind, list[APIRoute]]:
    """Each kind of problem that a service may answer, by its type, with the operations that may answer it.

    A path that is none, or takes another method, is no operation: those two kinds have none.
    """
    routes_by_kind: dict[Kind, list[APIRoute]] = {kind: [] for kind in kinds_of(app.state.service).values()}
    for route in sorted(api_routes(app), key=lambda route: (route.path, sorted(route.methods or ()))):
        for kind in failures_of(route):
            routes_by_kind[kind].append(route)
    return {kind: routes for kind, routes in routes_by_kind.items() if routes or kind in OF_NO_OPERATION}


def _below(kind: Kind) -> Iterator[Kind]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _takes_a_file(route: APIRoute) -> bool:
    body_types = [one.field_info.annotation for each in dependants_of(route) for one in each.body_params]
    return any(UploadFile in (kind, *get_args(kind)) for kind in body_types)


@cache
def _raised_from(call: Callable[..., Any]) -> frozenset[Kind]:
    """What a call may raise, and whatever it calls of ours by name."""
    kinds: set[Kind] = set()
    ids: set[int] = set()
    waiting: list[Any] = [call]
    while waiting:
        one = waiting.pop()
        if id(one) in ids or isinstance(one, ModuleType):
            continue
        ids.add(id(one))
        if isinstance(one, type) and issubclass(one, Problem):
            kinds.add(one)
        elif isinstance(one, type) and _is_ours(one):
            parts = (part.fget if isinstance(part, property) else part for part in vars(one).values())
            waiting += [part for part in parts if isinstance(part, FunctionType | classmethod | staticmethod)]
        elif isinstance(one, Mapping | tuple | list | frozenset):
            members: list[Any] = [*(one.values() if isinstance(one, Mapping) else one)]  # pyright: ignore
            waiting += [each for each in members if callable(each)]
        elif _is_ours(function := _function(one)) and isinstance(function, FunctionType):
            waiting += _named_by(function)
    return frozenset(kinds - {Problem})


def _function(one: Any) -> Any:
    function: Any = getattr(one, "__func__", one)
    return unwrap(function) if callable(function) else function


def _is_ours(one: Any) -> bool:
    return _package(getattr(one, "__module__", None) or "") in OURS


def _package(module: str) -> str:
    return module.partition(".")[0]


def _named_by(function: FunctionType) -> Iterator[Any]:
    """What a function's code names: globals, what is in a module of ours, and what it closes over."""
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        yield value
        if isinstance(value, ModuleType) and _package(value.__name__) in OURS:
            yield from (vars(value)[part] for part in names & vars(value).keys())
    for cell in function.__closure__ or ():
        yield cell.cell_contents


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _names(part)
