"""Prime and council accept the rate cards that a loaded folder proposes, each from their own seat."""

from collections.abc import Mapping
from functools import partial

from common.web.signin import token_for_person
from console.changing import accept_all
from console.doors import opened

SIGNATORIES = ("prime-manager", "council-oversight")


async def accept_as_both(issuer: str, services: Mapping[str, str], programme: str | None = None) -> list[str]:
    """Both accept whatever waits for them; the versions that came into force, as `card/version`.

    Without a programme it is that of the issuer's seats.
    """
    versions: list[str] = []
    for person in SIGNATORIES:
        seat = f"{person}@{programme}" if programme else person
        async with opened(services, partial(token_for_person, issuer, seat)) as doors:
            changes = await accept_all(doors)
            versions += [f"{each['card']}/{each['version']}" for each in changes if each["state"] == "accepted"]
    return versions
