"""The programme that is a sandbox, as services load it."""

from functools import cache
from typing import Any, Literal

from programme import Programme, load_folder
from tests.parts.shared import ROOT

SANDBOX = "kbop-sandbox"
FIRST_MORNING = "2019-09-01T08:00:00Z"
"""Nine o'clock in London."""


@cache
def sandbox() -> Programme:
    return load_folder(ROOT / "programmes" / SANDBOX)


def part_of(service: Literal["hub", "cases", "claims"], **but: Any) -> dict[str, Any]:
    """What a service takes of it, as JSON."""
    return getattr(sandbox(), f"{service}_part")().model_dump(mode="json") | but
