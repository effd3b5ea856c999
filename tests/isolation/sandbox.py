"""How a sandbox is asked: both programmes of a world are one, so that all their routes can be asked at all."""

from collections.abc import Awaitable, Callable, Mapping

from tests.isolation.matrix import Asking, Example, Expected
from tests.isolation.worlds import World

TERM = {"starts_on": "2019-09-01", "ends_on": "2024-09-30"}
"""What makes a part one of a sandbox."""
CLOCK = {"now": "2020-01-06T09:00:00Z"}


def of_their_own(make: Callable[[World, str], Awaitable[Asking]]) -> Example:
    """Whoever writes so, writes of what is their own."""
    return Example(make, Expected.SAME, Expected.SAME, Expected.APART)


def asked(*shows: str) -> Callable[[World, str], Awaitable[Asking]]:
    async def make(_: World, __: str) -> Asking:
        return Asking(shows=shows)

    return make


async def clock_set(world: World, _: str) -> Asking:
    await world.admin.execute("update sandbox_clock set now = '2019-09-01T08:00:00Z'")
    return Asking(body=CLOCK, shows=(CLOCK["now"],))


SANDBOX: Mapping[str, Example] = {
    "GET /v1/sandbox": Example(asked("2024-09-30"), Expected.FILTERED, Expected.FILTERED, Expected.FILTERED),
    "GET /v1/sandbox/clocks": Example(asked(), Expected.FILTERED, Expected.FILTERED, Expected.FILTERED),
    "PUT /v1/sandbox/clock": of_their_own(clock_set),
    "POST /v1/sandbox/reset": of_their_own(asked("2019-09-01T08:00:00Z")),
}
"""How the routes are asked that every service has which announces."""
