"""What settings are made of: kinds of values, each with the words that say what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode


@dataclass(frozen=True, slots=True)
class Takes:
    """What a setting accepts, in words: said in errors and in docs/settings.md."""

    what: str
    secret: bool = False  # its value must not be repeated in an error


def _host(value: str) -> str:
    if value != "localhost":
        ip_address(value)
    return value


def _address(value: str) -> str:
    parts = urlsplit(f"//{value}")
    if not parts.hostname or not parts.port or parts.path or parts.query or parts.username is not None:
        raise ValueError("not HOST:PORT")
    _host(parts.hostname)
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an http or https address")
    if parts.port == 0:
        raise ValueError("not a port")
    return value.rstrip("/")


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = ip_network(value)
    if found.prefixlen == 0:
        # Such a list says who is trusted, and everybody never is.
        raise ValueError("the whole internet")
    return found


def listed(value: object) -> object:
    """What stands between commas."""
    if not isinstance(value, str):
        return value
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+")):
        raise ValueError("not a database we know")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, KeyError) as fault:  # a folder of the database, an unknown name
        raise ValueError("not a time zone") from fault
    return value


def _one_line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("not a name")
    return value.strip()


def _long_enough(value: SecretStr | None) -> SecretStr | None:
    # RFC 7518, 3.2: a key for HS256 has at least 256 bits.
    if value is not None and len(value.get_secret_value().encode()) < 32:
        raise ValueError("too short")
    return value


Port = Annotated[int, Field(ge=1, le=65535), Takes("a port from 1 to 65535")]
Host = Annotated[str, AfterValidator(_host), Takes("an IP address or localhost")]
HostAndPort = Annotated[str, AfterValidator(_address), Takes("HOST:PORT with an IP address or localhost")]
Url = Annotated[str, AfterValidator(_http_url), Takes("an http or https address without a query")]
Networks = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)], ...],
    NoDecode,
    BeforeValidator(listed),
    Takes("IP addresses and networks such as 10.0.0.0/8, with commas between"),
]
DatabaseUrl = Annotated[
    str,
    AfterValidator(_database_url),
    Takes("sqlite:///PATH or postgresql://USER@HOST/NAME", secret=True),
]
TimeZone = Annotated[str, AfterValidator(_zone), Takes("a time zone such as Europe/Berlin")]
Name = Annotated[str, AfterValidator(_one_line), Field(max_length=80), Takes("a name of 1 to 80 characters")]
SigningSecret = Annotated[
    SecretStr | None, AfterValidator(_long_enough), Takes("a secret of at least 32 bytes", secret=True)
]
