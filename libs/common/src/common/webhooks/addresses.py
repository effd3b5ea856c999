"""Where a message may go: out, and never to a machine within our own walls (SSRF).

A name is looked up for each connection, every address it has is judged, and the connection goes to one of those: what a
name says a moment later (DNS rebinding) is never asked. A redirect is never followed.
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore
import httpx

from common.settings import ServiceSettings

Address = IPv4Address | IPv6Address
NAT64 = ip_network("64:ff9b::/96")
LOOKUP_SECONDS = 2.0
LOOKUPS = ThreadPoolExecutor(64, thread_name_prefix="webhook-lookup")
"""Threads of their own: a name server that does not answer one subscriber's name holds up nobody else."""


class AddressRefused(Exception):
    """The name leads to where nothing may be sent; says so in a sentence."""


class NameUnknown(Exception):
    """No address is known for the name."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far messages go: everywhere out there, and to these networks besides."""

    inside: tuple[IPv4Network | IPv6Network, ...] = ()
    plain: bool = False
    """To `inside` also without TLS: a town for trying things out."""

    @classmethod
    def of(cls, settings: ServiceSettings) -> "Reach":
        """From what a process is told: in production nothing goes without TLS."""
        networks = tuple(ip_network(each) for each in settings.webhook_networks)
        return cls(networks, plain=settings.environment != "production")

    def takes(self, address: Address) -> bool:
        """Whether an address may be connected to."""
        return self._is_inside(address) or all(map(_is_public, _meant_by(address)))

    def takes_plain(self, address: Address) -> bool:
        """Whether it may be connected to without TLS."""
        return self.plain and self._is_inside(address)

    def _is_inside(self, address: Address) -> bool:
        return any(address in network for network in self.inside)


def _meant_by(address: Address) -> Sequence[Address]:
    """An address, and the one of IPv4 that is within it: whoever carries it on may take it for that."""
    if isinstance(address, IPv4Address):
        return [address]
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    addresses = [each for each in inner if each is not None]
    return addresses if address.ipv4_mapped or address in NAT64 else [address, *addresses]


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def addresses_of(host: str, port: int, reach: Reach, *, tls: bool) -> list[Address]:
    """Every address of a host, if all of them may be connected to.

    Raises:
        NameUnknown: it has none, or nobody said so in time.
        AddressRefused: one of them is within walls, or needs TLS.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            addresses = await loop.run_in_executor(LOOKUPS, _look_up, host, port)
    except (OSError, ValueError, OverflowError, TimeoutError) as error:  # also a name or port that can be none
        raise NameUnknown(f"No address is known for {host}.") from error
    for address in addresses:
        if not reach.takes(address):
            raise AddressRefused(f"{host} is {address}, which is not on the public internet.")
        if not tls and not reach.takes_plain(address):
            raise AddressRefused(f"{host} must be reached with https.")
    return addresses


def _look_up(host: str, port: int) -> list[Address]:
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(place[0]).partition("%")[0]) for *_, place in places))


async def refuse_unreachable(url: str, reach: Reach) -> None:
    """Judge a URL as one to send to, before anything is sent.

    Raises:
        AddressRefused: it is not of the kind that is sent to, or leads within walls.
        NameUnknown: no address is known for its name.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused("It is no URL.") from error
    if address.scheme not in ("https", "http") or not address.host:
        raise AddressRefused("It must be an https URL.")
    if address.userinfo or address.fragment:
        raise AddressRefused("It must have no user, no password and no fragment.")
    tls = address.scheme == "https"
    await addresses_of(address.raw_host.decode(), address.port or (443 if tls else 80), reach, tls=tls)


class Walls(httpcore.AsyncNetworkBackend):
    """Connects to an address that was judged for this very connection, whatever the name says next."""

    def __init__(self, reach: Reach, *, tls: bool) -> None:
        self._reach = reach
        self._tls = tls
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look the name up, judge all it says, and connect to the first that answers.

        Raises:
            AddressRefused: one of its addresses is within walls.
            NameUnknown: it has none.
            httpcore.ConnectError: none of them answers.
        """
        addresses = await addresses_of(host, port, self._reach, tls=self._tls)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(  # pyright: ignore - httpcore hides it where anyio is absent
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
