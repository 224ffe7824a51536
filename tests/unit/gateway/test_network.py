from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from starlette.requests import HTTPConnection

from gateway.network import address_of, is_loopback, is_loopback_name, subscriber, visitor_of

#: A proxy on this machine, and a network of proxies in front of it.
TRUSTED = tuple(ip_network(network) for network in ("127.0.0.1", "10.0.0.0/8", "2001:db8:f::/48"))


def seen(peer: str | None, *forwarded: str, trusted: bool = True) -> str | None:
    """The visitor of a connection from `peer` with these `X-Forwarded-For` lines."""
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = None if peer is None else (peer, 4711)
    found = visitor_of(
        HTTPConnection({"type": "http", "headers": headers, "client": client}), TRUSTED if trusted else ()
    )
    return None if found is None else str(found)


def test_without_proxies_it_is_who_connects() -> None:
    """Whatever a header says; IPv4 in the clothes of IPv6 is IPv4."""
    assert seen("192.0.2.1", trusted=False) == "192.0.2.1"
    assert seen("192.0.2.1", "198.51.100.9", trusted=False) == "192.0.2.1"
    assert seen("10.0.0.1", "198.51.100.9", trusted=False) == "10.0.0.1"
    assert seen("::ffff:192.0.2.1", trusted=False) == "192.0.2.1"
    assert seen("2001:db8::1", trusted=False) == "2001:db8::1"


def test_who_is_no_proxy_is_not_believed() -> None:
    """Also where there are proxies: somebody has found the way around them."""
    assert seen("192.0.2.1", "198.51.100.9") == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "visitor"),
    [
        (["198.51.100.9"], "198.51.100.9"),
        (["198.51.100.9, 10.1.2.3"], "198.51.100.9"),
        (["198.51.100.9,10.1.2.3 ,  2001:db8:f::7"], "198.51.100.9"),
        (["198.51.100.9", "10.1.2.3"], "198.51.100.9"),
        (["203.0.113.5, 198.51.100.9, 10.1.2.3"], "198.51.100.9"),
        (["10.6.6.6, 198.51.100.9"], "198.51.100.9"),
        (["127.0.0.1, 198.51.100.9"], "198.51.100.9"),
        (["unknown, 198.51.100.9"], "198.51.100.9"),
        (["198.51.100.9:4711"], "198.51.100.9"),
        (["2001:db8::9"], "2001:db8::9"),
        (["[2001:db8::9]:4711, 10.1.2.3"], "2001:db8::9"),
        (["::ffff:198.51.100.9"], "198.51.100.9"),
        (["::ffff:198.51.100.9, ::ffff:10.1.2.3"], "198.51.100.9"),
    ],
)
def test_the_last_hop_that_no_proxy_of_ours_is(forwarded: list[str], visitor: str) -> None:
    """From the right, over any number of lines: what stands left of it, the visitor may have made up."""
    assert seen("127.0.0.1", *forwarded) == visitor
    assert seen("10.0.0.1", *forwarded) == visitor


@pytest.mark.parametrize(
    "forwarded",
    [[], [""], ["unknown"], ["198.51.100.9, "], ["_hidden"], ["10.1.2.3"], ["198.51.100.9, x"], ["::1"]],
)
def test_a_proxy_that_says_nothing(forwarded: list[str]) -> None:
    """Nobody can tell; what is further left was not written by a proxy of ours."""
    assert seen("10.0.0.1", *forwarded) is None


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "::1", "127.9.9.9", "::ffff:127.0.0.1", None, "testclient", ""]
)
def test_this_machine_is_nobody(peer: str | None) -> None:
    """Nor is what is no address."""
    assert seen(peer, trusted=False) is None
    assert seen(peer, "198.51.100.9", trusted=False) is None


def test_a_subscriber_has_a_whole_network() -> None:
    """IPv6 comes in networks of 64 bits at least; IPv4 one by one."""
    addresses = ("2001:db8::1", "2001:db8::ffff:1:2:3", "fe80::1%eth0", "192.0.2.1", "2001:db8:0:1::1")
    assert [subscriber(ip_address(address)) for address in addresses] == [
        "2001:db8::/64",
        "2001:db8::/64",
        "fe80::/64",
        "192.0.2.1",
        "2001:db8:0:1::/64",
    ]


def test_loopback_and_its_names() -> None:
    """Only what can be nobody but this machine."""
    for host in (
        "localhost",
        "localhost:3000",
        "127.0.0.1",
        "127.1.2.3:80",
        "[::1]",
        "[::1]:8000",
        "[::ffff:127.0.0.1]",
    ):
        assert is_loopback_name(host)
    for host in (
        "",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "[::1",
        "0.0.0.0",  # noqa: S104 - nobody listens there
    ):
        assert not is_loopback_name(host)
    assert is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("localhost")
    assert address_of("nothing") is None
