"""The river in one file: the services, what each announces and hears, and what it needs to run.

Another service is one entry here. The standard library alone: tools on a machine without our packages read it by path,
and `python river.py` prints the names of the services that keep a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Topic = Literal["referrals", "cases", "claims"]
"""An announcing service's stream of facts; its public twin, where it has one, is `public.<topic>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the partnership."""

    name: str
    port: int
    """Where it listens on one machine, counted from the issuer's port."""
    announces: Topic | None = None
    hears: tuple[Topic, ...] = ()
    database: bool = True
    """It keeps a database of its own, and with it a worker that announces, hears and seals, and an API that asks for a
    token. What has none is one process that pages or files are fetched from."""
    documents: bool = False
    """It keeps files in the object store."""

    @property
    def package(self) -> str:
        """Its Python package, and the name of its database."""
        return self.name.replace("-", "_")


SERVICES: Mapping[str, Service] = {
    service.name: service
    for service in (
        Service(name="referral-hub", port=1, announces="referrals", hears=("cases",)),
        Service(name="case-management", port=2, announces="cases", hears=("referrals",), documents=True),
        Service(name="claims", port=3, announces="claims", hears=("cases", "referrals")),
        Service(name="reporting", port=4, hears=("referrals", "cases", "claims")),
        Service(name="portal", port=5, database=False),
    )
}
"""Every service by its name, in the order they are set up."""


def announcers_among(services: Mapping[str, Service]) -> dict[str, str]:
    """Topic → the one service that announces on it, and on its public twin if there is one."""
    return {service.announces: service.name for service in services.values() if service.announces is not None}


def with_database(services: Mapping[str, Service]) -> dict[str, Service]:
    """Those that keep one."""
    return {name: service for name, service in services.items() if service.database}


ANNOUNCERS: Mapping[str, str] = announcers_among(SERVICES)
WITH_DATABASE: Mapping[str, Service] = with_database(SERVICES)


def hearers_of(service: str, services: Mapping[str, Service] = SERVICES) -> tuple[str, ...]:
    """Who hears what a service announces."""
    topic = services[service].announces
    return tuple(other.name for other in services.values() if topic in other.hears)


if __name__ == "__main__":
    import sys

    sys.stdout.write(" ".join(WITH_DATABASE) + "\n")
