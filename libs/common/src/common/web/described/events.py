"""What whoever reads our events is built from, served by each service: the AsyncAPI document, and every event's schema.

Open to everybody, for it tells of nobody: the same for each programme, and made of the code alone.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import Path
from fastapi.responses import Response

from common.streams.asyncapi import document
from common.streams.cloud_events import SCHEMAS
from common.web.problems import NotFound
from common.web.routing import Routes

router = Routes(include_in_schema=False)


class NoSuchSchema(NotFound):
    """No event has a schema of that name and version."""

    type, title = "no-such-schema", "There is no such schema of an event"
    remedy = "Ask for one as `dataschema` of an event names it: `/schemas/ClaimVerified.v1.json`."


@cache
def _asyncapi() -> bytes:
    return json.dumps(document(), indent=1, sort_keys=True).encode() + b"\n"


@router.get("/asyncapi.json")
async def asyncapi() -> Response:
    """Everything the services announce (AsyncAPI 3): the same document at each of them."""
    return Response(_asyncapi(), media_type="application/json")


@router.get(SCHEMAS + "/{name}.json")
async def event_schema(name: Annotated[str, Path(pattern=r"^[A-Za-z]{1,100}\.v\d{1,4}$")]) -> Response:
    """The JSON Schema of one version of one event.

    Errors: 404 there is none of that name and version.
    """
    schema = files("common.contracts") / "schemas" / f"{name}.json"
    if not schema.is_file():
        raise NoSuchSchema
    return Response(schema.read_bytes(), media_type="application/schema+json")
