"""Origins of websites (RFC 6454): a scheme, a host and a port, in the one spelling that browsers use."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)


def origin(value: str) -> str:
    """An http or https origin as browsers spell it: lower case, without its scheme's own port.

    Raises `ValueError` for anything else than a scheme, a host and a port: a path, a name and password, a
    wildcard, a name that is not in its ASCII form (`xn--…`), which is how browsers send it.
    """
    parts = _ORIGIN.fullmatch(value.lower() if value.isascii() else "")
    if parts is None:
        raise ValueError("not an origin")
    scheme, host, port = parts[1], _host(parts[2]), parts[3]
    number = int(port) if port else DEFAULT_PORTS[scheme]
    if not 1 <= number <= 65535:
        raise ValueError("not a port")
    return f"{scheme}://{host}" if number == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{number}"


def origin_of(url: str) -> str | None:
    """The origin of an http or https address; None where browsers would spell its host in another way."""
    parts = urlsplit(url)
    try:
        return origin(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    except ValueError:
        return None


def _host(host: str) -> str:
    try:
        if host.startswith("["):
            return f"[{IPv6Address(host[1:-1])}]"
        # Browsers read a name whose last part is a number as an address; only its usual spelling is taken.
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            return str(IPv4Address(host))
    except AddressValueError as fault:
        raise ValueError("not an address") from fault
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError("not a name")
    return host
