"""How an operation is given up: declared once beside it, told with every answer (RFC 9745, RFC 8594) and in OpenAPI.

@router.get("/claims/queue")
@deprecated(since=date(2027, 1, 1), sunset=date(2027, 9, 1), instead="GET /v1/claims")
async def list_queue(...)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar

LEAST_NOTICE = timedelta(days=180)
"""From the day an operation is said to end until it does."""
POLICY = "/docs"
"""Where the document says of each operation what to call instead."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when an operation should not be called any more, from when it is not answered, and what to call instead."""

    since: date
    sunset: date
    instead: str

    @property
    def headers(self) -> dict[str, str]:
        """As each answer tells it."""
        link = f'<{POLICY}>; rel="deprecation"; type="text/html"'
        return {
            "deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "sunset": format_datetime(_midnight(self.sunset), usegmt=True),
            "link": link,
        }

    @property
    def sentence(self) -> str:
        """As the OpenAPI document tells it."""
        until = f"it is answered until {self.sunset.isoformat()}"
        return f"Deprecated since {self.since.isoformat()}: {until}. Use `{self.instead}` instead."


DEPRECATIONS: dict[Callable[..., Any], Deprecation] = {}
"""Every operation that is given up, by its function."""


def deprecated(*, since: date, sunset: date, instead: str) -> Callable[[Endpoint], Endpoint]:
    """Declare that an operation is given up; put below the route's own decorator.

    Raises:
        ValueError: those who call it have less than half a year.
    """
    if sunset - since < LEAST_NOTICE:
        raise ValueError(f"Let {LEAST_NOTICE.days} days pass between {since} and the sunset, {sunset}.")

    def declare(endpoint: Endpoint) -> Endpoint:
        DEPRECATIONS[endpoint] = Deprecation(since, sunset, instead)
        return endpoint

    return declare


def deprecation_of(route: Any) -> Deprecation | None:
    """What was declared of a route, if it is given up."""
    return DEPRECATIONS.get(getattr(route, "endpoint", None))  # pyright: ignore[reportArgumentType] - none has none


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
