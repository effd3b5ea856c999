"""Where in a body a fault stands, as a JSON pointer: `#/person/given_name` (RFC 6901, in the form of RFC 9457)."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote


def pointer(place: Sequence[int | str], body: Any) -> str:
    """The pointer into a body to a place as Pydantic tells it, without the kinds of thing it tried to read there."""
    steps, here = list[str](), body
    for at, step in enumerate(place):
        is_last = at == len(place) - 1
        if isinstance(here, dict) and (step in here or is_last):
            here = cast(dict[Any, Any], here).get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(cast(list[Any], here)):
            here = cast(list[Any], here)[step]
        else:
            continue
        steps.append(str(step)[:100].replace("~", "~0").replace("/", "~1"))
    return quote("".join(["#", *(f"/{step}" for step in steps)]), safe="#/~!$&'()*+,;=:@", errors="replace")
