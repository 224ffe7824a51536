"""Addresses: which are this machine's own, and which one a request really comes from."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: What a subscriber is given at least; within it they can have any address they like.
_SUBSCRIBER = 64


def address_of(text: str) -> Address | None:
    """An address as it is, also where IPv4 is dressed as IPv6 (`::ffff:192.0.2.1`); None for what is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_loopback(text: str) -> bool:
    """Whether this is an address of this machine alone."""
    found = address_of(text)
    return found is not None and found.is_loopback


def is_loopback_name(host: str) -> bool:
    """Whether `HOST` or `HOST:PORT` is `localhost` or an address of this machine alone."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or is_loopback(name)


def visitor_of(connection: HTTPConnection, trusted: Iterable[Network]) -> Address | None:
    """The address a request comes from, seen past proxies that are `trusted`; None where nobody can tell.

    `X-Forwarded-For` is read from the right, where the nearest proxy wrote, and only as far as proxies are
    trusted: what stands left of that, a visitor may have made up. Nobody can tell where the last to be
    trusted names nobody: then it is that proxy's own doing, and everybody would look like one.
    """
    known = tuple(trusted)
    address = address_of(connection.client.host) if connection.client else None
    forwarded = [hop for line in connection.headers.getlist("x-forwarded-for") for hop in line.split(",")]
    while address is not None and _within(address, known):
        address = address_of(_bare(forwarded.pop())) if forwarded else None
    return None if address is None or address.is_loopback else address


def subscriber(address: Address) -> str:
    """What stands for a visitor: an IPv4 address, or the /64 of an IPv6 one."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _SUBSCRIBER), strict=False))


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _bare(hop: str) -> str:
    """Without the port that some proxies add: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    hop = hop.strip()
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
