"""What may be sent in bulk: a row is the request of a single route, and is carried out by that route's own function.

So there is no second set of rules, and none of rights: the roles, the body, its faults, the operation and its answer
are the route's, and so are the columns, read from what the route takes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

from common.transaction import Transaction
from common.web.access import ALLOWED_ROLES, allowed_roles, answer_of, hash_of, refuse_other_roles
from common.web.contract import MEANINGS

from .columns import KEY, Column, columns_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A row as a request: what its path names, and its body."""

    path: Mapping[str, Any]
    body: Json


@dataclass(frozen=True, slots=True)
class BulkKind:
    """Rows of one kind, such as `notes`: requests of one route."""

    name: str
    route: APIRoute
    columns: Mapping[str, Column]

    @property
    def roles(self) -> frozenset[str]:
        """Who may ask the route, and so may send rows of it."""
        return allowed_roles(self.route) or frozenset()

    @property
    def path_names(self) -> tuple[str, ...]:
        """What a row names beside its body: `case_id`."""
        return tuple(field.name for field in self.route.dependant.path_params)

    def hash_of(self, request: RowRequest, body: bytes) -> str:
        """What `Idempotency-Key` holds the row against: the same as of the request by itself."""
        values = {name: request.path.get(name, "") for name in self.path_names}
        return hash_of(self.route.path.format(**values), body)

    async def carry_out(self, tx: Transaction, request: RowRequest) -> Json:
        """Do what the route does with the request, and answer what it answers.

        Raises:
            RequestValidationError: the row has other fields than the route takes.
            Problem: whatever the route refuses.
        """
        refuse_other_roles(tx.actor, self.roles)
        values, faults = dict[str, Any](), list[Any]()
        fields = [*((field, "path", request.path.get(field.name, "")) for field in self.route.dependant.path_params)]
        [body] = self.route.dependant.body_params
        for field, place, value in (*fields, (body, "body", request.body)):
            loc = (place, field.name) if place == "path" else (place,)
            values[field.name], wrong = field.validate(value, {}, loc=loc)
            faults += wrong or ()
        if faults:
            raise RequestValidationError(faults, body=request.body)
        [name] = [one.name for one in self.route.dependant.dependencies if one.call in ALLOWED_ROLES]
        await self.route.endpoint(**values, **{cast(str, name): tx})
        return answer_of(tx)


def kinds_of(routers: Iterable[APIRouter], *endpoints: Callable[..., Any]) -> Mapping[str, BulkKind]:
    """The routes of these functions as kinds of rows, each called by the last word of its path."""
    routes = [one for router in routers for one in router.routes if isinstance(one, APIRoute)]
    return {kind.name: kind for one in routes if one.endpoint in endpoints for kind in _kind_of(one)}


def _kind_of(route: APIRoute) -> Iterator[BulkKind]:
    [body] = route.dependant.body_params
    model = cast(type[BaseModel], body.field_info.annotation)
    of_path = [KEY, *(_named(field.name) for field in route.dependant.path_params)]
    columns = {column.name: column for column in (*of_path, *columns_of(model))}
    yield BulkKind(route.path.rpartition("/")[2], route, columns)


def _named(name: str) -> Column:
    return Column(name, "text", required=True, meaning=MEANINGS["parameters"].get(name, ""))
