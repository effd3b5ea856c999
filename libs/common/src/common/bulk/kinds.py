"""What may be sent in bulk: a row is the request of a single route, and is carried out by that route's own function.

So there is no second set of rules, and none of rights: the roles, the body, its faults, the operation and its answer
are the route's, and so are the columns, read from what the route takes.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

from common.transaction import Transaction
from common.web.access import ALLOWED_ROLES, allowed_roles, answer_of, hash_of, refuse_other_roles
from common.web.contract import MEANINGS
from common.web.problems import Invalid

from .columns import KEY, Column, columns_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A row as a request: what its path names, and its body."""

    path: Mapping[str, Any]
    body: Json


Finder = Callable[[Transaction, str], Awaitable[UUID]]
"""Finds what a path names by something else that a row says of it, as its sender sees it."""


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """What may say in another way what a path names: `participant_id` in the place of `case_id`."""

    meaning: str
    find: Finder


OtherColumns = Mapping[str, Mapping[str, OtherColumn]]
"""By what the path names: the columns that may say it otherwise."""


@dataclass(frozen=True, slots=True)
class BulkKind:
    """Rows of one kind, such as `notes`: requests of one route."""

    name: str
    route: APIRoute
    columns: Mapping[str, Column]
    ways: OtherColumns = field(default_factory=dict[str, Mapping[str, OtherColumn]])

    @property
    def roles(self) -> frozenset[str]:
        """Who may ask the route, and so may send rows of it."""
        return allowed_roles(self.route) or frozenset()

    @property
    def path_names(self) -> tuple[str, ...]:
        """What a row names beside its body: `case_id`."""
        return tuple(field.name for field in self.route.dependant.path_params)

    @property
    def choices(self) -> Sequence[Sequence[str]]:
        """What the path names, each with the columns of which a row says one: `case_id` or `participant_id`."""
        return [(name, *self.ways.get(name, ())) for name in self.path_names]

    def hash_of(self, request: RowRequest, body: bytes) -> str:
        """What `Idempotency-Key` holds the row against: the same as of the request by itself, if both name the same."""
        values = {choice[0]: _said(request.path, choice) for choice in self.choices}
        return hash_of(self.route.path.format(**values), body)

    async def carry_out(self, tx: Transaction, request: RowRequest) -> Json:
        """Do what the route does with the request, and answer what it answers.

        Raises:
            RequestValidationError: the row has other fields than the route takes.
            Problem: whatever the route refuses.
        """
        refuse_other_roles(tx.actor, self.roles)
        path = await self._path(tx, request.path)
        values, faults = dict[str, Any](), list[Any]()
        fields = [*((part, "path", path.get(part.name, "")) for part in self.route.dependant.path_params)]
        [body] = self.route.dependant.body_params
        for part, place, value in (*fields, (body, "body", request.body)):
            loc = (place, part.name) if place == "path" else (place,)
            values[part.name], wrong = part.validate(value, {}, loc=loc)
            faults += wrong or ()
        if faults:
            raise RequestValidationError(faults, body=request.body)
        [name] = [one.name for one in self.route.dependant.dependencies if one.call in ALLOWED_ROLES]
        await self.route.endpoint(**values, **{cast(str, name): tx})
        return answer_of(tx)

    async def _path(self, tx: Transaction, words: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the path names, found where the row says it otherwise.

        Raises:
            Invalid: it is said in two ways.
        """
        path = dict(words)
        for name, *others in self.choices:
            used = [one for one in (name, *others) if one in words]
            if len(used) > 1:
                problem = f"Say one of {', '.join(used)}, and not both."
                raise Invalid(errors=[{"field": one, "problem": problem} for one in used])
            if used and used[0] != name:
                path[name] = str(await self.ways[name][used[0]].find(tx, str(words[used[0]])))
        return path


def kinds_of(
    routers: Iterable[APIRouter], *endpoints: Callable[..., Any], ways: OtherColumns | None = None
) -> Mapping[str, BulkKind]:
    """The routes of these functions as kinds of rows, each called by the last word of its path."""
    routes = [one for router in routers for one in router.routes if isinstance(one, APIRoute)]
    return {kind.name: kind for one in routes if one.endpoint in endpoints for kind in _kind_of(one, ways or {})}


def _kind_of(route: APIRoute, ways: OtherColumns) -> Iterator[BulkKind]:
    [body] = route.dependant.body_params
    model = cast(type[BaseModel], body.field_info.annotation)
    of_path = [column for part in route.dependant.path_params for column in _named(part.name, ways.get(part.name, {}))]
    columns = {column.name: column for column in (KEY, *of_path, *columns_of(model))}
    yield BulkKind(route.path.rpartition("/")[2], route, columns, ways)


def _named(name: str, ways: Mapping[str, OtherColumn]) -> Iterator[Column]:
    yield Column(name, "text", required=not ways, meaning=MEANINGS["parameters"].get(name, ""))
    for other, way in ways.items():
        yield Column(other, "text", meaning=way.meaning)


def _said(path: Mapping[str, Any], choice: Sequence[str]) -> str:
    """What a row says of what the path names; said otherwise, with how."""
    name = next((one for one in choice if one in path), choice[0])
    return path.get(name, "") if name == choice[0] else f"{name}={path[name]}"
