"""The routes of one kind of thing, named alike in all services."""

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute


def operation_id(route: APIRoute) -> str:
    """By what generated clients call an operation: it stays when a path changes."""
    tag = str(route.tags[0]) if route.tags else "service"
    return f"{tag}_{route.name}".replace(" ", "_").replace("-", "_")


class Routes(APIRouter):
    """A router whose operations are called by their tag and their function."""

    def __init__(self, **of_a_router: Any) -> None:
        super().__init__(generate_unique_id_function=operation_id, **of_a_router)
