"""Which addresses may be fetched: public ones, and those of an allow-list. Resolves names, opens no connection."""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

EXTRA_PRIVATE: Final[tuple[Network, ...]] = (
    ipaddress.ip_network("100.64.0.0/10"),  # carrier-grade NAT (RFC 6598)
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments (RFC 6890)
    ipaddress.ip_network("64:ff9b:1::/48"),  # local-use translation (RFC 8215)
)


class ForbiddenAddress(OSError):
    """A name leads to an address that must not be fetched."""


def is_allowed(text: str, allowed: Sequence[Network]) -> bool:
    """Whether an address is public or in the allow-list; forms that wrap an IPv4 address count as that address."""
    address = _unwrapped(ipaddress.ip_address(text.split("%")[0]))
    if any(address.version == network.version and address in network for network in allowed):
        return True
    if any(address.version == network.version and address in network for network in EXTRA_PRIVATE):
        return False
    return address.is_global and not address.is_multicast


def _unwrapped(address: Address) -> Address:
    """IPv4-mapped, 6to4, Teredo and NAT64 addresses as the IPv4 address that is reached through them."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        return inner or address
    return address


class GuardedResolver(AbstractResolver):
    """Resolves a name once and hands out only allowed addresses; the connection is made to just these."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See `AbstractResolver`.

        Raises:
            ForbiddenAddress: every address of the name is private.
        """
        results = await self._inner.resolve(host, port, family)
        public = [result for result in results if is_allowed(result["host"], self._allowed)]
        if not public:
            raise ForbiddenAddress(
                f"{host} leads to {results[0]['host']}, which is not a public address; "
                "list its network under [fetch] allow_private if it is yours"
            )
        return public

    async def close(self) -> None:
        """See `AbstractResolver`."""
        await self._inner.close()
