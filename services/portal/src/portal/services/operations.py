"""An operation of a service: by name, with the roles that its route lets in.

The roles are the routes' own: `make docs` writes them into `roles.json`, and nobody else does.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROLES = Path(__file__).with_name("roles.json")
IN_PATH = re.compile(r"\{(\w+)\}")


class NoSuchOperation(LookupError):
    """No service has such a route: look it up in docs/access.md, and run `make docs` when it is new."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of one service."""

    service: str
    name: str
    """As docs/access.md has it: `POST /v1/referrals/{referral_id}/triage`."""

    @property
    def method(self) -> str:
        """What is done with the path."""
        return self.name.partition(" ")[0]

    @property
    def path(self) -> str:
        """Where it is, with its parameters unfilled."""
        return self.name.partition(" ")[2]

    @property
    def in_path(self) -> tuple[str, ...]:
        """The names of the path's parameters."""
        return tuple(IN_PATH.findall(self.path))

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def roles(self) -> frozenset[str]:
        """Whom it lets in.

        Raises:
            NoSuchOperation: no service has it.
        """
        try:
            return table()[self.service][self.name]
        except KeyError:
            raise NoSuchOperation(f"{self.service} has no {self.name}") from None


@cache
def table() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Service → route → its roles."""
    routes: dict[str, dict[str, list[str]]] = json.loads(ROLES.read_text())
    return {name: {route: frozenset(roles) for route, roles in each.items()} for name, each in routes.items()}
