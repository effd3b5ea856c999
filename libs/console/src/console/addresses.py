"""Where the issuer and the services are, and who hears whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import httpx
from pydantic import TypeAdapter, ValidationError

from common import river
from common.audit.signing import SigningKey
from common.contracts import ANNOUNCERS
from common.town import DATA, PORT, Addresses, addresses_in, announcement_in


def _counted_from(issuer: httpx.URL) -> dict[str, str]:
    """The services of one machine: their ports follow the issuer's."""
    port = issuer.port or PORT
    return {
        service.name: str(issuer.copy_with(port=port + service.port, path="")).rstrip("/")
        for service in river.WITH_DATABASE.values()
    }


ISSUER = f"http://127.0.0.1:{PORT}"
SERVICES: Mapping[str, str] = _counted_from(httpx.URL(ISSUER))
HEARERS: Mapping[str, tuple[str, ...]] = {service.name: service.hears for service in river.SERVICES.values()}
"""Service → the topics it hears."""
URLS = TypeAdapter(dict[str, str])


class UnreadableAddresses(ValueError):
    """What was said of where the town is cannot be meant; the sentence says why, and what to say."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where this run's issuer and services are."""

    issuer: str
    urls: dict[str, str]


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


def find_town(town: Path | None, issuer: str | None, urls: str | None) -> Here:
    """Where the town is, by its data folder, its issuer or its services' URLs, a JSON object of some or all of them.

    An issuer on this machine has the services on the ports after its own. When nothing is said, it is the town that is
    open in the usual folder, or else the usual ports.

    Raises:
        UnreadableAddresses: no town is open in that folder, what is said is no URL, or there is no such service.
    """
    given_urls = _told(urls, "URLs", "https://claims.example")
    for url in (*given_urls.values(), *([issuer] if issuer else [])):
        _hold_url(url)
    if town is None and issuer is None and announcement_in(DATA).exists():
        town = DATA
    if town is not None:
        open_town = _open_in(town)
        return Here(open_town.issuer, {**SERVICES, **open_town.services, **given_urls})
    place = httpx.URL(issuer or ISSUER)
    return Here(issuer or ISSUER, {**(_counted_from(place) if _is_a_towns(place) else SERVICES), **given_urls})


def _open_in(town: Path) -> Addresses:
    try:
        return addresses_in(town if town.is_file() else announcement_in(town))
    except OSError as error:
        begin = f"open it (`make demo DATA={town}`), or name the folder that another was opened with"
        raise UnreadableAddresses(f"No town is open in {town}: {begin}.") from error
    except ValueError as error:
        raise UnreadableAddresses(f"{town} is not what a town wrote: name its data folder.") from error


def _is_a_towns(issuer: httpx.URL) -> bool:
    """Whether it may be the development issuer, which listens on this machine, at the root of a port."""
    try:
        local = ip_address(issuer.host).is_loopback
    except ValueError:
        local = issuer.host == "localhost"
    return local and issuer.port is not None and issuer.path in ("", "/")


def _hold_url(url: str) -> None:
    try:
        place = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UnreadableAddresses(f"{url} is no address: write it as http://127.0.0.1:{PORT}.") from error
    if place.scheme not in ("http", "https") or not place.host or place.host.startswith("%"):
        raise UnreadableAddresses(f"{url} is no address: write it as http://127.0.0.1:{PORT}.")


def public_keys(text: str | None) -> dict[str, str]:
    """The public key that each service's checkpoints are signed with; without `text`, development's.

    Raises:
        UnreadableAddresses: it is not a JSON object of keys, or names a service there is not.
    """
    keys = {service: SigningKey.for_development(service).public for service in SERVICES}
    return {**keys, **_told(text, "public keys", "64 hexadecimal digits")}


def _told(text: str | None, what: str, example: str) -> dict[str, str]:
    try:
        values = URLS.validate_json(text or "{}")
    except ValidationError as error:
        raise UnreadableAddresses(f'Write it as a JSON object of {what}: {{"claims": "{example}"}}.') from error
    if unknown := sorted(set(values) - set(SERVICES)):
        raise UnreadableAddresses(f"There is no service called {', '.join(unknown)}: use {', '.join(SERVICES)}.")
    return values
