"""Whose data a route shows, and whether money or targets are among it: read from its tag and from what it answers."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from common.contracts import EVERY_EVENT
from common.database import Viewpoint

from .access import allowed_roles, api_routes
from .roles import HELD_AT, LOOKS_FROM

OF: Mapping[str, frozenset[str]] = {
    "participants": frozenset(
        {
            *(
                "allocations",
                "audit",
                "bulk",
                "cases",
                "claims",
                "closure",
                "corrections",
                "decisions",
                "declines",
                "documents",
            ),
            *(
                "drop-ins",
                "events",
                "external ids",
                "joint work",
                "operations",
                "outcomes",
                "participants",
                "personalisation fund",
            ),
            *("referrals", "sandbox", "support", "triage", "waiting list", "webhooks"),
        }
    ),
    "providers": frozenset({"equivalents", "innovations", "kpi tracker", "monthly reports", "providers"}),
    "the partnership": frozenset({"programme", "programmes", "rate card changes", "statements", "waiting times"}),
}
"""Whose data → the tags of the routes about it."""

MONEY = re.compile(r"(^|_)(pence|prices?)(_|$)")
TARGETS = re.compile(r"(^|_)targets?(_|$)")
SECRETS = re.compile(r"(^|_)(grant|secret|token|password)$")
"""Something that whoever holds it may use."""


def whose(app: FastAPI, route: APIRoute) -> str:
    """Whose data a route answers with, and of what kind where roles differ on it: `participants: money`.

    Raises:
        LookupError: nobody has said whose data is shown under its tag.
    """
    owners = [owner for owner, tags in OF.items() if not tags.isdisjoint(map(str, route.tags))]
    if not owners:
        raise LookupError(f"{route.path}: say in common.web.data_owners whose data {route.tags} shows")
    fields = fields_shown(app, route)
    kinds = [name for name, kind in (("money", MONEY), ("targets", TARGETS)) if any(map(kind.search, fields))]
    return f"{' and '.join(owners)}: {' and '.join(kinds)}" if kinds else " and ".join(owners)


def fields_shown(app: FastAPI, route: APIRoute) -> frozenset[str]:
    """The name of every field in what a route answers; a file shows what the route above it describes."""
    if route.response_model is None:
        above = route.path.rpartition("/")[0]
        [route_above] = [one for one in api_routes(app) if one.path == above and one.methods == {"GET"}]
        return fields_shown(app, route_above)
    return frozenset(_names(TypeAdapter(route.response_model).json_schema(mode="serialization")))


@cache
def tells_a_secret(app: FastAPI, path: str) -> bool:
    """Whether what is read there lets its holder in: it is never compressed, for its length would tell of it."""
    reads = [route for route in api_routes(app) if route.path == path and route.methods == {"GET"}]
    return any(
        map(SECRETS.search, (name for route in reads if route.response_model for name in fields_shown(app, route)))
    )


@cache
def events_with_money() -> tuple[str, ...]:
    """The types of event that tell an amount, read from their contracts: in the feed some are told them without it."""
    return tuple(
        name for name, event in EVERY_EVENT.items() if any(map(MONEY.search, _names(event.model_json_schema())))
    )


def without_money(content: Any) -> Any:
    """What is told, without the fields that are amounts."""
    match content:
        case dict():
            return {key: without_money(value) for key, value in content.items() if not MONEY.search(key)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
        case list():
            return [without_money(item) for item in content]  # pyright: ignore[reportUnknownVariableType] - JSON
        case _:
            return content


def by_viewpoint(route: APIRoute) -> Mapping[Viewpoint, list[str]]:
    """The roles that may call a route, by how far each sees."""
    roles = allowed_roles(route) or frozenset()
    return {
        viewpoint: sorted(
            role
            for kind, roles_of_kind in HELD_AT.items()
            if LOOKS_FROM[kind] is viewpoint
            for role in roles_of_kind & roles
        )
        for viewpoint in Viewpoint
    }


def _names(schema: Any) -> Iterator[str]:
    match schema:
        case dict():
            for key, value in schema.items():  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from value if key == "properties" else ()
                yield from _names(value)
        case list():
            for item in schema:  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from _names(item)
        case _:
            pass
