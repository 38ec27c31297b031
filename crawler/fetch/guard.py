"""Keeps us on the public internet: refuses other schemes and private addresses, before asking and when connecting.

The resolver is the only one of the process. It vets what the name system answers and pins the result for a while, so
that the address that was checked is the address that is connected to. A table of hosts takes the name system's place.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError
from twisted.internet import address as endpoint
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetch.hosts import Hosts, Place
from crawler.fetch.outcomes import AddressRefused
from crawler.sources.local import SCHEME, is_local

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

PIN_SECONDS = 300.0
_NAT64 = ip_network("64:ff9b::/96")
_SPECIAL = tuple(
    ip_network(name)
    for name in (
        "fec0::/10",
        "3fff::/20",
        "64:ff9b:1::/48",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
    )
)
"""Beside what Python knows as not global: former site-local addresses, documentation, protocol assignments, and one
public address at which a cloud answers with what is private."""


def is_public(address: str) -> bool:
    """Whether an IP address may belong to a portal: not private, loopback, link-local (cloud metadata), shared,
    multicast or reserved (IANA special-purpose registries), also where an IPv6 address carries such an IPv4 one."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        carried = _carried(parsed)
        if carried is not None:
            return _is_plainly_public(carried)
    return _is_plainly_public(parsed)


def _is_plainly_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address.version == network.version and address in network for network in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4, Teredo or NAT64 address."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Give up resolving."""
        if self.task is not None:
            self.task.cancel()


@implementer(IHostnameResolver)
class VettingResolver:
    """Resolves host names to addresses that may be connected to. `allow_private` and `hosts` hold for the run at hand.

    `hosts`: where it names any, names are looked up in it alone, and where it leads may be connected to.
    """

    def __init__(self, allow_private: bool = False, hosts: Hosts | None = None) -> None:
        self.allow_private = allow_private
        self.hosts: Hosts = hosts or {}
        self._pins: dict[str, tuple[float, list[str]]] = {}

    async def addresses(self, host: str) -> list[str]:
        """The addresses of a host. Raises CannotResolveHostError, or AddressRefused where one of them is not public."""
        if self.hosts and not _is_address(host):
            return [self._placed(host).address]
        found = await self._pinned(host)
        if not self.allow_private:
            refused = [address for address in found if not is_public(address)]
            if refused:
                raise AddressRefused(f"{host} has the private address {refused[0]}, which is not allowed.")
        return found

    def _placed(self, host: str) -> Place:
        place = self.hosts.get(host.lower().rstrip("."))
        if place is None:
            raise CannotResolveHostError(f"{host}: not in the table of hosts")
        return place

    async def _pinned(self, host: str) -> list[str]:
        until, found = self._pins.get(host, (0.0, []))
        if monotonic() < until:
            return found
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from error
        found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        self._pins[host] = (monotonic() + PIN_SECONDS, found)
        return found

    def resolveHostName(  # noqa: N802 - the name that Twisted calls
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _Resolution:
        """Twisted's way to ask: hands the vetted addresses to the receiver; none where the host is refused."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        resolution.task = asyncio.ensure_future(self._hand_over(resolutionReceiver, hostName, portNumber))
        return resolution

    async def _hand_over(self, receiver: Any, host: str, port: int) -> None:
        place = self.hosts.get(host.lower().rstrip("."))
        port = place.port or port if place is not None else port
        try:
            for address in await self.addresses(host):
                kind = endpoint.IPv6Address if ":" in address else endpoint.IPv4Address
                receiver.addressResolved(kind("TCP", address, port))
        except (CannotResolveHostError, AddressRefused):
            pass  # no address at all is how a resolver says no
        receiver.resolutionComplete()


RESOLVER = VettingResolver()
"""The resolver of this process (a reactor has one)."""


class GuardMiddleware:
    """Refuses a request, also one that a redirect leads to, before anything is connected to.

    `local`: the portal itself lies on disk, as whoever started the run said; only then may a file be asked for."""

    def __init__(self, resolver: VettingResolver, local: bool = False) -> None:
        self._resolver = resolver
        self._local = local

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Scrapy's way to build a component."""
        portal = getattr(crawler.spider, "portal", None)
        return cls(RESOLVER, portal is not None and is_local(portal.url))

    async def process_request(self, request: Request) -> None:
        """Raises AddressRefused or CannotResolveHostError."""
        parts = urlsplit(request.url)
        if self._local and parts.scheme == SCHEME:
            return  # crawler.fetch.local_files keeps to the portal's own folder
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AddressRefused(f"{parts.scheme}: is neither http nor https.")
        await self._resolver.addresses(parts.hostname)
