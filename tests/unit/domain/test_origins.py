from __future__ import annotations

import pytest

from bot.domain.origins import origin, origin_of


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://shop.example:08443", "https://shop.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://my_shop.example", "https://my_shop.example"),
        ("http://192.0.2.1:8000", "http://192.0.2.1:8000"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
        ("https://[2001:DB8::]", "https://[2001:db8::]"),
    ],
)
def test_one_spelling(given: str, spelt: str) -> None:
    """The one that browsers use: lower case, without the scheme's own port, IPv6 in its short form."""
    assert origin(given) == spelt


@pytest.mark.parametrize(
    "given",
    [
        *("", "null", "*", "shop.example", "//shop.example", "https://", "https://:443", "ftp://shop.example"),
        *("https://*.shop.example", "https://*", "https://shop.example/", "https://shop.example/shop"),
        *("https://shop.example?x", "https://shop.example#x", "https://me:pw@shop.example", "https://@shop.example"),
        *("https://shop.example:", "https://shop.example:0", "https://shop.example:65536", "https://shop.example:x"),
        *("https://shop.example.", "https://.shop.example", "https://shop..example", "https://-shop.example"),
        *("https://bücher.example", "https://shop.example ", " https://shop.example", "https://shop.example\n"),
        *("https://shop。example", "https://ſhop.example", "https://shop.example:٨", "https://shop\\.example"),
        *("http://127.1", "http://0x7f000001", "http://2130706433", "http://0177.0.0.1", "http://127.0.0.256"),
        *("http://[::1", "http://::1", "http://[::1%25lo]", "http://[::g]", "http://[127.0.0.1]"),
        *("javascript://shop.example", "https:shop.example", "https:///shop.example"),
        *(f"https://{'a' * 64}.example", f"https://{'a.' * 130}example"),
    ],
)  # fmt: skip
def test_what_is_no_origin(given: str) -> None:
    """No path, no name and password, no wildcard, no second spelling of a host, and nothing but http."""
    with pytest.raises(ValueError, match="not a"):
        origin(given)


def test_the_origin_of_an_address() -> None:
    """Whatever stands around it; none where browsers would write the host in another way."""
    assert origin_of("https://me:pw@Leave.Example:443/fairwell?x#y") == "https://leave.example"
    assert origin_of("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert origin_of("https://bücher.example/") is None
