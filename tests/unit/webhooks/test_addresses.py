from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.webhooks import NotDeliveredError
from bot.webhooks.addresses import Names, Resolve, reachable

PUBLIC = "93.184.216.34"


def names(*addresses: str) -> Resolve:
    """A name service that knows one name."""

    async def resolve(_: str) -> Sequence[str]:
        return addresses

    return resolve


async def test_public_addresses_are_reached() -> None:
    """All of a name's, in its order."""
    found = await reachable("example.com", names(PUBLIC, "2606:2800:220:1::1"), (), encrypted=True)
    assert [str(address) for address in found] == [PUBLIC, "2606:2800:220:1::1"]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::"),  # noqa: S104 - the point
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00::1", "100.64.0.1"),
        *("169.254.169.254", "fe80::1", "fe80::1%eth0"),  # where clouds tell machines their secrets
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"),  # IPv4 within IPv6
        *("64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
        "2001:0:7f00:1::",  # Teredo, whose server is in the first half
        *("224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "2001:db8::1"),
    ],
)
async def test_what_is_not_public_is_not(address: str) -> None:
    """However it is spelt, and whatever else the name leads to."""
    for addresses in ([address], [PUBLIC, address], [address, PUBLIC]):
        with pytest.raises(NotDeliveredError, match="not public"):
            await reachable("example.com", names(*addresses), (), encrypted=True)


@given(st.ip_addresses(v=4))
async def test_ipv4_in_ipv6_is_what_it_is_in_ipv4(address: object) -> None:
    """Whatever is refused in one form is refused in the other."""

    async def refused(text: str) -> bool:
        try:
            await reachable("example.com", names(text), (), encrypted=True)
        except NotDeliveredError:
            return True
        return False

    plain = await refused(str(address))
    number = int(ip_address(str(address)))
    for dressed in (f"::ffff:{address}", str(ip_address((0x64FF9B << 96) | number))):
        assert await refused(dressed) == plain


async def test_a_network_of_ones_own_is_allowed() -> None:
    """By settings, also without TLS; nothing beside it, and nothing public without TLS."""
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/64")]
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::5"):
        for encrypted in (True, False):
            assert await reachable("hooks.internal", names(address), allowed, encrypted=encrypted)
    await reachable("both.example", names("10.1.2.3", PUBLIC), allowed, encrypted=True)
    with pytest.raises(NotDeliveredError, match="https"):
        await reachable("both.example", names("10.1.2.3", PUBLIC), allowed, encrypted=False)
    with pytest.raises(NotDeliveredError, match="not public"):
        await reachable("both.example", names("10.1.2.3", "10.2.0.1"), allowed, encrypted=True)


async def test_nothing_goes_in_the_open() -> None:
    """Who can be reached over the internet has to be reached by TLS."""
    with pytest.raises(NotDeliveredError, match="https"):
        await reachable("example.com", names(PUBLIC), (), encrypted=False)


@pytest.mark.parametrize("found", [[], ["nonsense"], [""]])
async def test_a_name_that_leads_nowhere(found: list[str]) -> None:
    """Is no address."""
    with pytest.raises(NotDeliveredError, match="name is not known"):
        await reachable("example.com", names(*found), (), encrypted=True)


async def test_the_system_knows_no_such_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or can't be asked."""

    def away(*_: object, **__: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", away)
    with pytest.raises(NotDeliveredError, match="name is not known"):
        await reachable("example.com", Names().resolve, (), encrypted=True)


async def test_a_name_of_this_machine_is_seen_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the addresses that the system has for it, each once."""

    def asked(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        assert host == "localhost"
        return [(2, 1, 6, "", ("127.0.0.1", 0)), (2, 2, 17, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    assert await Names().resolve("localhost") == ("127.0.0.1",)
    with pytest.raises(NotDeliveredError, match="not public"):
        await reachable("localhost", Names().resolve, (), encrypted=True)
