"""Which addresses may be fetched: public ones, and those of an allow-list. Resolves names, opens no connection."""

import ipaddress
import socket
from collections.abc import Collection, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

EXTRA_PRIVATE: Final[tuple[Network, ...]] = (
    ipaddress.ip_network("100.64.0.0/10"),  # carrier-grade NAT (RFC 6598)
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments (RFC 6890)
    ipaddress.ip_network("64:ff9b:1::/48"),  # local-use translation (RFC 8215)
)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
MEND: Final = "list its network under [fetch] allow_private if it is yours"


class ForbiddenAddress(OSError):
    """A name leads to an address that must not be fetched."""


def is_allowed(text: str, allowed: Sequence[Network]) -> bool:
    """Whether an address is public or in the allow-list; forms that wrap an IPv4 address count as that address.

    Raises:
        ValueError: it is not an address.
    """
    address = _unwrapped(ipaddress.ip_address(text.split("%")[0]))
    if _within(address, allowed):
        return True
    return address.is_global and not address.is_multicast and not _within(address, EXTRA_PRIVATE)


def judge(host: str, allowed: Sequence[Network]) -> bool | None:
    """Whether a URL's host may be fetched as it stands; None for a name, which is judged when it is resolved."""
    try:
        return is_allowed(host, allowed)
    except ValueError:
        return None


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _unwrapped(address: Address) -> Address:
    """IPv4-mapped, 6to4, Teredo and NAT64 addresses as the IPv4 address that is reached through them."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        return inner or address
    return address


class AddressGuard(AbstractResolver):
    """Resolves a name once and lets connections be made to just the allowed ones of its addresses.

    The proxies that the user's environment names may stand anywhere; what they connect to is theirs to judge.
    """

    def __init__(self, allowed: Sequence[Network], proxies: Collection[str] = ()) -> None:
        """`proxies` are URLs."""
        self._allowed = allowed
        self._proxies = {(parts.hostname, parts.port) for parts in map(urlsplit, proxies)}
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See `AbstractResolver`.

        Raises:
            ForbiddenAddress: every address of the name is private.
        """
        results = await self._inner.resolve(host, port, family)
        if (host, port) in self._proxies:
            self._proxies |= {(result["host"], result["port"]) for result in results}
            return results
        public = [result for result in results if is_allowed(result["host"], self._allowed)]
        if not public:
            raise ForbiddenAddress(f"{host} leads to {results[0]['host']}, which is not a public address; {MEND}")
        return public

    def open_socket(self, info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """The socket for one address that a connection is about to be made to, however it was come by.

        Raises:
            ForbiddenAddress: it is private, or not an address in full.
        """
        family, kind, protocol, _, (host, port, *_rest) = info
        if (host, port) not in self._proxies:
            try:
                allowed = is_allowed(host, self._allowed)
            except ValueError:
                allowed = False
            if not allowed:
                raise ForbiddenAddress(f"{host} is not a public address; {MEND}")
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        """See `AbstractResolver`."""
        await self._inner.close()
