"""Older events in today's words: what was announced is never rewritten, so it is read again as if told today.

When a contract changes by more than a field with a default, its `schema_version` grows by one, and a pure function here
turns the body of the version before into the new one: values from the body and constants, nothing else. An example of
every released version stands in `examples/` and must parse for ever.
"""

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]

UPCASTERS: dict[tuple[str, int], Callable[[Body], Body]] = {}
"""Event type and the version it reads → the function to the next version."""


def upcast(event_type: str, version: int, until: int, body: Body) -> Body:
    """A body of one version in the words of a later one, step by step.

    Raises:
        KeyError: no function leads on from a version, or the body lacks what its version demands.
    """
    for step in range(version, until):
        body = UPCASTERS[event_type, step](body)
    return body
