"""The settings of the website's chat: who may use it, and what stands in front of it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from bot.domain.origins import origin
from bot.setting_types import Takes

Network = IPv4Network | IPv6Network


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = ip_network(value)
    if found.prefixlen == 0:
        # Whoever trusts everybody believes what any visitor writes into the header.
        raise ValueError("the whole internet")
    return found


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


class WebSettings(BaseSettings):
    """Who may use the website's chat. See docs/adr/0021-who-may-use-the-chat.md."""

    web_origins: Annotated[
        tuple[Annotated[str, AfterValidator(origin)], ...],
        NoDecode,
        BeforeValidator(_listed),
        AfterValidator(_each_once),
        Takes("website origins such as https://shop.example, with commas between"),
    ] = Field(default=(), description="Websites whose pages may use the chat, besides FAIRWELL_PUBLIC_URL's.")
    trusted_proxies: Annotated[
        tuple[Annotated[Network, BeforeValidator(_network)], ...],
        NoDecode,
        BeforeValidator(_listed),
        Takes("IP addresses and networks such as 10.0.0.0/8, with commas between"),
    ] = Field(
        default=(), description="Proxies in front of the app: only theirs is `X-Forwarded-For` believed."
    )
