"""Which machines webhooks may be sent to: by the addresses a name leads to, looked at before each try.

Whoever sets up an endpoint could otherwise have us send requests into our own network. So every address of a
name is looked at, and the connection is made to one that was: the name is not asked for a second time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from bot.domain.webhooks import MOST_ENDPOINTS
from bot.ports.webhooks import NotDeliveredError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
#: Finds the addresses of a name; raises `OSError`.
Resolve = Callable[[str], Awaitable[Sequence[str]]]

#: IPv4 addresses stand in the last 32 bits of these (RFC 6052, 2.1).
_TRANSLATED = ip_network("64:ff9b::/96")


class Names:
    """Asks the system for names, in threads of its own: one that never answers holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2 * MOST_ENDPOINTS, thread_name_prefix="names")

    async def resolve(self, host: str) -> Sequence[str]:
        """The addresses of a name, in the order in which to try them. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _ask, host)
        return tuple(dict.fromkeys(found))


def _ask(host: str) -> list[str]:
    return [str(item[4][0]) for item in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


async def reachable(
    host: str, resolve: Resolve, allowed: Iterable[Network], *, encrypted: bool
) -> Sequence[Address]:
    """The addresses of a host, each of which may be sent to. Raises `NotDeliveredError`.

    What is not public is sent to only in networks that are `allowed`, and nothing is sent unencrypted to any
    other.
    """
    try:
        found = [ip_address(text) for text in await resolve(host)]
    except (OSError, ValueError) as fault:
        # ValueError: an address with a zone, or a name that has no form in DNS.
        raise NotDeliveredError("its name is not known") from fault
    if not found:
        raise NotDeliveredError("its name is not known")
    networks = tuple(allowed)
    others = [address for address in found if not _within(address, networks)]
    if not all(_public(address) for address in others):
        raise NotDeliveredError("its address is not public")
    if others and not encrypted:
        raise NotDeliveredError("it takes https")
    return found


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(form in network for form in _forms(address) for network in networks)


def _public(address: Address) -> bool:
    return all(
        form.is_global and not form.is_multicast and not form.is_reserved and not form.is_unspecified
        for form in _forms(address)
    )


def _forms(address: Address) -> list[Address]:
    """An address, or the IPv4 ones that an IPv6 address stands for: it is those that are reached."""
    if isinstance(address, IPv4Address):
        return [address]
    if address in _TRANSLATED:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    return list(address.teredo) if address.teredo is not None else [address]
