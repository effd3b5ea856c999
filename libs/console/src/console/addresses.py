"""Where the issuer and the services are, and who hears whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from common import river
from common.audit.signing import SigningKey
from common.contracts import ANNOUNCERS

ISSUER = "http://127.0.0.1:8100"
SERVICES: Mapping[str, str] = {
    service.name: f"http://127.0.0.1:{8100 + service.port}" for service in river.WITH_DATABASE.values()
}
HEARERS: Mapping[str, tuple[str, ...]] = {service.name: service.hears for service in river.SERVICES.values()}
"""Service → the topics it hears."""
URLS = TypeAdapter(dict[str, str])


class UnreadableAddresses(ValueError):
    """`OUTCOMES_URLS` is not what it should be."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One topic on its way from the service that announces it to one that hears it."""

    topic: str
    hearer: str

    @property
    def announcer(self) -> str:
        return ANNOUNCERS[self.topic]


def edges() -> Iterator[Edge]:
    """Every edge of the river, by hearer."""
    return (Edge(topic, hearer) for hearer, topics in HEARERS.items() for topic in topics)


def addresses(told: str | None) -> dict[str, str]:
    """Every service's base URL; `told` is a JSON object that replaces some or all of the usual ones.

    Raises:
        UnreadableAddresses: it is not a JSON object of URLs, or names a service there is not.
    """
    return {**SERVICES, **_told(told, "URLs", "https://claims.example")}


def public_keys(told: str | None) -> dict[str, str]:
    """The public key that each service's checkpoints are signed with; without `told`, development's.

    Raises:
        UnreadableAddresses: it is not a JSON object of keys, or names a service there is not.
    """
    known = {service: SigningKey.for_development(service).public for service in SERVICES}
    return {**known, **_told(told, "public keys", "64 hexadecimal digits")}


def _told(told: str | None, what: str, example: str) -> dict[str, str]:
    try:
        given = URLS.validate_json(told or "{}")
    except ValidationError as error:
        raise UnreadableAddresses(f'Write it as a JSON object of {what}: {{"claims": "{example}"}}.') from error
    if unknown := sorted(set(given) - set(SERVICES)):
        raise UnreadableAddresses(f"There is no service called {', '.join(unknown)}: use {', '.join(SERVICES)}.")
    return given
