"""The four services: how each world is built, how its routes are asked, and who looks at its tables."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from tests.isolation import cases_world, claims_world, hub_world, reporting_world
from tests.isolation.matrix import Example
from tests.isolation.worlds import World
from tests.parts.postgres import Databases


@dataclass(frozen=True, slots=True)
class Service:
    """What the tests need to know of a service."""

    name: str
    opened: Callable[[Databases], AbstractAsyncContextManager[World]]
    examples: Mapping[str, Example]
    restricted: Mapping[str, Example] = field(default_factory=dict[str, Example])
    """The same routes, asked for what only its lead may see the whole of."""


SERVICES = {
    service.name: service
    for service in (
        Service("claims", claims_world.claims_world, claims_world.EXAMPLES),
        Service("case-management", cases_world.cases_world, cases_world.EXAMPLES, cases_world.RESTRICTED),
        Service("referral-hub", hub_world.hub_world, hub_world.EXAMPLES),
        Service("reporting", reporting_world.reporting_world, reporting_world.EXAMPLES),
    )
}
